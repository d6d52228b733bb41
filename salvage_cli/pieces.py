"""The pieces that citation styles share: how many authors, which dash, how a day is written. Standard library only."""

import re
from functools import lru_cache
from typing import NamedTuple

from salvage_cli.work import Person, Work

DASH = "\N{EN DASH}"
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


class Rule(NamedTuple):
    """How a style cuts a list of authors."""

    longest: int
    """The longest list that is printed whole."""
    first: int
    """How many stand before "et al." where the list is longer."""


RULES = {
    "vancouver": Rule(6, 6), "ama": Rule(6, 3), "apa": Rule(20, 19), "nature": Rule(5, 1), "harvard": Rule(3, 1),
    "plain": Rule(2, 1), "markdown": Rule(6, 6), "html": Rule(6, 6),
}  # fmt: skip


def cut(work: Work, style: str) -> tuple[tuple[Person, ...], bool]:
    """The authors that a style prints, and whether others follow."""
    longest, first = RULES[style]
    people = work.people
    if len(people) > longest or (work.more and len(people) >= first):
        return people[:first], True
    return people, work.more


def joined(*parts: str) -> str:
    """Sentences in a row; empty ones are left out."""
    return " ".join([part if part[-1] in ".?!" else f"{part}." for part in parts if part])


_RANGE = re.compile(r"([^\s–-]*[^\d\s–-]|)(\d+)[-–](\1|)(\d+)(\.\w+|)")


@lru_cache(maxsize=1000)
def pages(text: str | None, *, short: bool = False, dash: str = DASH) -> str:
    """Pages as printed; a range gets the style's dash and, where `short`, only the digits of its end that change (`1728–40`)."""
    match = None if not text or eloc(text) else _RANGE.fullmatch(text)
    if match is None:
        return text or ""
    letters, first, again, last, rest = match.groups()
    if len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    if short and len(first) == len(last):
        last = last[next((place for place in range(len(last)) if first[place] != last[place]), len(last) - 1) :]
    return f"{letters}{first}{dash}{'' if short else again}{last}{rest}"


_ELOC = re.compile(r"[a-z]+\d+(?:-\d{2})?|[A-Za-z]*\d{5,}|0\d{4}-\d{4}")


@lru_cache(maxsize=1000)
def eloc(text: str) -> bool:
    """Whether this is an article's number (e1360, 1191428, CD001340, 00271-2021) rather than a page."""
    return bool(_ELOC.fullmatch(text))


def day(day: str, form: str) -> str:
    """A day as a style writes it; the form has y, m (month), n (month in three letters) and d."""
    year, _, rest = day.partition("-")
    if not rest:
        return year
    month, _, number = rest.partition("-")
    if not number:
        form = form.replace(" d,", "").replace("d ", "").replace(" d", "")
    name = _MONTHS[int(month) - 1]
    words = {"y": year, "m": name, "n": name[:3], "d": number.lstrip("0")}
    return "".join(words.get(sign, sign) for sign in form).strip()


def issued(work: Work, form: str) -> str:
    """When it was published, as far as is known."""
    reference = work.reference
    return day(reference.published, form) if reference.published else str(reference.year or "")


def volume(work: Work) -> str:
    """`381(18)`."""
    reference = work.reference
    return f"{reference.volume or ''}({reference.issue})" if reference.issue else reference.volume or ""


def short_name(person: Person) -> str:
    """`Kelley SK`, `Diaz LA Jr`."""
    if not person.initials:
        return person.family
    return f"{person.family} {person.initials} {person.suffix}" if person.suffix else f"{person.family} {person.initials}"


def short_names(work: Work, style: str) -> str:
    """`Perl AE, Martinelli G, et al`."""
    people, others = cut(work, style)
    names = ", ".join(map(short_name, people))
    return f"{names}, et al" if others else names


def doi_url(doi: str) -> str:
    """The address of a DOI."""
    return f"https://doi.org/{doi}"


def pubmed_url(pmid: str) -> str:
    """The address of a PubMed record."""
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"


def lacking(work: Work, style: str) -> list[str]:
    """What a style prints of a work of this kind that the record does not have."""
    reference = work.reference
    found = []
    if not work.people and work.kind != "webpage":
        found.append("authors")
    elif work.more and (style == "apa" or len(work.people) < RULES[style].longest):
        found.append("further authors")
    if reference.title.startswith("["):
        found.append("printed title")
    if work.kind == "article":
        needed = {"journal": reference.journal, "year": reference.year, "volume": reference.volume, "pages": reference.pages}
        if style == "plain":
            needed = {"journal": reference.journal, "year": reference.year, "address": reference.doi or reference.pmid or work.url}
    else:
        needed = {"publisher": reference.publisher, "year": reference.year}
        if work.kind == "webpage":
            needed |= {"address": work.url or reference.doi}
    return found + [name for name, value in needed.items() if not value]
