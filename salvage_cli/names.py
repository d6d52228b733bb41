"""When two names are equal, what a code looks like, and which names are near. Knows no records.

`normal` is the only definition of equality: look-up, the check for clashes and search all use it.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from salvage_cli.errors import UsageError

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_LETTERS = str.maketrans(
    {**{letter: f" {name} " for letter, name in _GREEK.items()}, "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d",
     "þ": "th", "ı": "i", "&": " and "}
)  # fmt: skip
_POSSESSIVE = re.compile(r"(?<=\w)['’`´ʼ]s(?!\w)")
_APOSTROPHES = re.compile("['’‘`´ʼʹ′]")
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_ASCII_WORDS = re.compile("[a-z]+|[0-9]+")

_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12", "xiii": "13"}
_ROMAN_AFTER = {"i": "1", "v": "5", "x": "10"}
NUMBERED = frozenset({"type", "factor", "class", "grade", "stage", "phase", "group"})
"""Words that a number follows, Roman or Arabic: class IV, type 2."""
_MINUS = "[-\N{MINUS SIGN}\N{EN DASH}]"
_MARKER = r"[A-Za-z]*\d[A-Za-z0-9]*|[A-Z]{2,}|er|pr|hr|ph|alk|ebv|hiv|cmv"
_SIGNED = (
    rf"\b(?:([A-Za-z0-9]+)(?:\+(?:ve\b)?| ?\( ?\+ ?\))"
    rf"|({_MARKER})(?:{_MINUS}(?=(?:ve)?(?:[\s/,;)]|\Z))(?:ve\b)?| {_MINUS}ve\b| {_MINUS}\s*\Z| ?\( ?{_MINUS} ?\)))"
    r"(?!\s+(?:and|or|to|positive|pos|negative|neg|low|high|mutated|mutant|amplified)\b)"
)
"""A marker with its sign behind it: `HER2-`, `ER+`, `HER2 (-)`, `ALK -ve`. Not the hyphen of "EEG- and MRI-guided"."""
_SAME = {
    "aciclovir": "acyclovir",
    "neg": "negative",
    "pos": "positive",
    "vs": "versus",
    "grey": "gray",
    "programme": "program",
    "neurone": "neuron",
}

# Spellings of British and American English in medicine, as endings or letters within a word of five letters or more.
_SPELLINGS = (
    ("[ao]e", "e"),
    ("our$", "or"),
    ("ours$", "ors"),
    ("is(e|ed|es|ing|ation|ations|er|ers)$", r"iz\1"),
    ("ys(e|ed|ing)$", r"yz\1"),
    ("([tbv])re$", r"\1er"),
    ("ogue$", "og"),
    ("sulph", "sulf"),
    ("^leuc", "leuk"),
)
_PLURALS = (
    ("^(.{2,})ies$", r"\1y"),
    ("^(.{2,}(?:[^d]o|y|ta|cri))ses$", r"\1sis"),
    ("^(.+ss)es$", r"\1"),
    ("^(.{2,}[^sui])s$", r"\1"),
)


@cache
def _rules() -> tuple[list[tuple[re.Pattern[str], str]], list[tuple[re.Pattern[str], str]]]:
    """Spellings and plurals, compiled when the first word is met: many commands meet none, and compiling takes 4 ms."""
    spellings, plurals = ([(re.compile(pattern), put) for pattern, put in rules] for rules in (_SPELLINGS, _PLURALS))
    return spellings, plurals


@lru_cache(maxsize=20_000)
def _word(word: str) -> str:
    """One word in the spelling that stands for all its spellings; a word that is one already stays."""
    spellings, plurals = _rules()
    for _ in range(8):
        before = word
        word = _SAME.get(word, _ROMAN.get(word, word))
        if len(word) >= 5:
            for pattern, put in spellings:
                word = pattern.sub(put, word)
        for pattern, put in plurals:
            changed = pattern.sub(put, word)
            if changed != word:
                word = changed
                break
        if word == before:
            break
    return word


@lru_cache(maxsize=20_000)
def _spelled(word: str) -> tuple[str, ...]:
    """A word in its one spelling; `noninfectious` in two, as those write it who put a hyphen."""
    return ("non", _word(word[3:])) if word.startswith("non") and len(word) > 7 else (_word(word),)


def words(text: str) -> list[str]:
    """The words of a name, each in its one spelling; letters and digits are apart (`FLT3` is `flt 3`), a marker's sign is a word."""
    if "-" in text or "+" in text or "\N{MINUS SIGN}" in text or "\N{EN DASH}" in text:
        text = re.sub(_SIGNED, lambda found: f"{found[1]} positive" if found[1] else f"{found[2]} negative", text)
    if text.isascii():
        flat, pattern = text.lower().replace("&", " and "), _ASCII_WORDS
    else:
        flat = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
        flat, pattern = unicodedata.normalize("NFKD", flat.casefold().translate(_LETTERS)), _WORDS
    if _APOSTROPHES.search(flat):
        flat = _APOSTROPHES.sub("", _POSSESSIVE.sub("", flat))
    found = [part for word in pattern.findall(flat) for part in _spelled(word)]
    if _ROMAN_AFTER.keys().isdisjoint(found):
        return found
    return [_ROMAN_AFTER.get(word, word) if place and found[place - 1] in NUMBERED else word for place, word in enumerate(found)]


_ENDINGS = re.compile(r"(?<=.{4})(?:ing|ed|es|e|s)$")


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return _ENDINGS.sub("", word) if len(word) > 5 else word


def stems(text: str) -> list[str]:
    """The words of a text, cut lightly, for search: relapse, relapsed and relapsing are one."""
    return list(map(_stem, words(text)))


def normal(text: str) -> str:
    """The form that all spellings of a name share: two names are equal when these are."""
    return " ".join(words(text))


def squeezed(text: str) -> str:
    """The normal form without its blanks, for those who write `nonsmall` or `c diff` their own way."""
    return squeeze(normal(text))


def squeeze(normal: str) -> str:
    """The same for a normal form; `gastro esophageal` is spelled as `gastroesophageal` is, whose "oe" is no ligature."""
    return re.sub("[ao]e", "e", normal.replace(" ", ""))


_ICD10 = r"(?:ICD[-_ ]?10(?:[-_ ]?(?:CM|GM|WHO|AM|CA))?[:\s_-]*)?([A-Z][0-9][0-9A-Z])[.\s]?([0-9A-Z]{0,4})[-+*!]?\Z"
_DOID = r"DOID[:_\s-]*(\d{1,8})\Z"
_MONDO = r"MONDO[:_\s-]*(\d{1,7})\Z"
_MESH = r"(?:MESH[:_\s-]*)?([CD]\d{6,9})\Z"


def code(text: str) -> tuple[str, str] | None:
    """The coding system and the code as the base writes it, when the text is a code: `icd10:c92.0` is (`icd10`, `C92.0`)."""
    text = text.strip()
    if match := re.match(_DOID, text, re.I):
        return "doid", f"DOID:{match[1]}"
    if match := re.match(_MONDO, text, re.I):
        return "mondo", f"MONDO:{match[1]:0>7}"
    if match := re.match(_MESH, text, re.I):
        return "mesh", match[1].upper()
    if match := re.match(_ICD10, text, re.I):
        return "icd10", (match[1] + ("." + match[2] if match[2] else "")).upper()
    return None


_ALIKE = {
    word: words[0]
    for words in (
        ("kidney", "renal", "nephric"),
        ("liver", "hepatic"),
        ("heart", "cardiac", "myocardial"),
        ("lung", "pulmonary"),
        ("stomach", "gastric"),
        ("brain", "cerebral"),
        ("skin", "cutaneous"),
        ("eye", "ocular"),
        ("bowel", "intestinal"),
        ("colon", "colonic"),
        ("cancer", "carcinoma", "neoplasm", "malignancy", "malignant", "tumor"),
        ("transplant", "transplantation", "allograft", "graft"),
        ("infarction", "attack"),
        ("relapse", "relapsed", "relapsing", "recurrence", "recurrent"),
        ("resistance", "resistant"),
        ("rejection", "rejected", "rejecting"),
        ("child", "children", "childhood", "pediatric"),
        ("neonate", "neonatal", "newborn"),
        ("sepsis", "septic", "septicemia"),
        ("bleeding", "bleed", "hemorrhage"),
        ("metastasis", "met", "metastatic"),
        ("infection", "infected"),
        ("thrombosis", "clot"),
        ("tuberculosis", "tb"),
        ("chemotherapy", "chemo"),
    )
    for word in words
}
"""Words of everyday speech and of Latin that mean the same in the name of a condition; for finding, not for equality."""


def alike(found: Iterable[str]) -> set[str]:
    """Words as a set in which those that mean the same are one."""
    return {_ALIKE.get(word, word.removesuffix("ly") if len(word) > 6 else word) for word in found}


CLOSE = 72.0
"""Likeness in percent from which a name is taken for what was meant, rather than for the nearest there is."""
SMALL = frozenset({"of", "the", "in", "with", "and", "a", "an", "for", "to", "on", "at", "by", "or"})
"""Words that a name is understood without."""
CLEARLY = 8.0
"""A name that is less like by more than this is not offered beside the best."""


def nearest(text: str, known: Iterable[str], limit: int = 12) -> list[tuple[str, float]]:
    """The normal forms nearest to `text` by edit distance, words in any order, best first, with their likeness in percent."""
    from rapidfuzz import fuzz, process

    wanted = normal(text) or text.casefold()
    choices = [key for key in known if not _turned(wanted, key)]
    near: dict[str, float] = {}
    for scorer in (fuzz.ratio, fuzz.token_sort_ratio):
        for key, likeness, _ in process.extract(wanted, choices, scorer=scorer, limit=limit):
            near[key] = max(likeness, near.get(key, 0.0))
    return sorted(near.items(), key=lambda each: (-each[1], each[0]))[:limit]


def _turned(one: str, other: str) -> bool:
    """Whether two normal forms differ by a beginning that turns the meaning round: hypotension, hypertension."""
    return any(
        (_begins(one, low) and _begins(other, high) and not _begins(other, low))
        or (_begins(one, high) and _begins(other, low) and not _begins(other, high))
        for low, high in OPPOSITES
    )


def _begins(normal: str, start: str) -> bool:
    return f" {start}" in f" {normal}"


DENIALS = frozenset({"negative", "no", "non", "not", "never", "without"})
"""Words that turn the meaning round: a name that has one is never read without it."""
OPPOSITES = (("hypo", "hyper"), ("brady", "tachy"), ("uni", "bi"), ("intra", "extra"))
"""Beginnings of words of which one must never be taken for a slip of the other."""


def meant(text: str, known: Iterable[str], close: float = CLOSE) -> list[str]:
    """Those of the nearest names that a slip of the pen may have turned into `text`: as a whole, and word by word."""
    near = nearest(text, known)
    best = near[0][1] if near else 0.0
    given = normal(text)
    if len(squeeze(given)) < 4:  # one letter more or less makes SVT of VT
        close = max(close, 90.0)
    fixed = {word for token in text.split() if sum(map(str.isupper, token)) > 1 and len(token) <= 6 for word in words(token)}
    return [
        key
        for key, likeness in near
        if likeness >= max(close, best - CLEARLY)
        and fixed <= {*key.split()}
        and (_slips(given, key) or (" " not in text.strip() and _slip(squeeze(given), squeeze(key))))
    ]


def _slips(one: str, other: str) -> bool:
    """Whether each word of either name is one of the other's but for a few letters: infectious is not noninfectious."""
    some, others = ([word for word in each.split() if word not in SMALL] for each in (one, other))
    return all(any(_slip(word, each) for each in others) for word in some) and all(
        any(_slip(each, word) for word in some) for each in others
    )


def _slip(word: str, other: str) -> bool:
    """Whether one word is the other but for a few letters: one of a short word's, three of a long word's."""
    from rapidfuzz.distance import OSA

    allowed = next((count for longest, count in ((1, 0), (6, 1), (10, 2)) if len(word) <= longest), 3)
    return OSA.distance(word, other, score_cutoff=allowed) <= allowed


def likely(word: str, known: Iterable[str]) -> str | None:
    """The known key or id that a mistyped one in a file most likely means; None where none is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), 1, 0.6) if len(word) <= 80 else []
    return near[0] if near else None


def day(text: str) -> str:
    """A day as it is written, when it is one.

    Raises:
        UsageError: it is none.
    """
    from datetime import date

    try:
        return date(*map(int, text.split("-"))).isoformat()
    except (ValueError, TypeError, OverflowError):
        raise UsageError(f"{text!r} is not a day; write YYYY-MM-DD") from None
