"""What a citation is made from: a publication, its authors taken apart, its journal's full title. Knows no style."""

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from salvage_cli.model import Reference

_PARTICLES = frozenset(
    {"da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "al", "la", "le", "san", "santa", "ter", "van", "von"}
)
_SUFFIXES = frozenset({"Jr", "Sr", "2nd", "3rd", "4th", "II", "III", "IV"})
_COMPANY = frozenset({"AG", "SE", "LLC", "PLC", "NV", "SA", "USA", "UK", "US", "FDA", "EMA"})
"""Words in capitals that end the name of a body, not of a person; looked at for pages and reports only."""
_BODY = frozenset(
    {
        "academy",
        "administration",
        "association",
        "center",
        "centre",
        "collaborators",
        "collaborative",
        "committee",
        "company",
        "consortium",
        "contributors",
        "group",
        "inc",
        "institute",
        "investigators",
        "network",
        "society",
        "study",
        "team",
        "trial",
        "university",
    }
)


class Person(NamedTuple):
    """An author: somebody with a family name, or a body whose name is printed whole."""

    family: str
    """The family name with its particles; the whole name of a body."""
    initials: str = ""
    """`AE`; `HJ` for Hyeon-Jong."""
    full: str = ""
    """Given names as printed (`Sarah K.`); empty where only the initials are known."""
    suffix: str = ""
    """Jr, 3rd …"""
    body: bool = False

    @property
    def dotted(self) -> str:
        """`A. E.`; `H.-J.` for Hyeon-Jong."""
        if self.full:
            return " ".join("-".join(f"{piece[0]}." for piece in name.split("-") if piece) for name in self.full.split())
        return ". ".join(self.initials) + "." if self.initials else ""

    @property
    def given(self) -> str:
        """The given names as far as they are known: `Sarah K.`, else `A. E.`."""
        return self.full or self.dotted


class Work(NamedTuple):
    """A publication ready to be cited in any style."""

    reference: "Reference"
    people: tuple[Person, ...]
    more: bool
    """Whether the list of authors goes on, as far as is known."""
    kind: str
    """article, conference, report or webpage; a news item that stands in a journal is cited as an article."""
    journal: str
    """The journal's full title, or its abbreviation where no title is known."""
    url: str
    accessed: str
    """Day on which the page at `url` was read, YYYY-MM-DD; empty where that is not known."""


def work(reference: "Reference", journal: str | None) -> Work:
    """A publication taken apart. `journal` is the full title of its journal."""
    url, accessed = _address(reference)
    people = [person(each, reference) for each in reference.authors]
    if reference.group_author:
        people.append(Person(reference.group_author, body=True))
    return Work(
        reference=reference,
        people=tuple(people),
        more=not reference.authors_complete and bool(reference.authors),
        kind="article" if reference.journal else reference.type,
        journal=journal or reference.journal or "",
        url=url,
        accessed=accessed,
    )


def _address(reference: "Reference") -> tuple[str, str]:
    """The address and the day it was read. The one page that was read for a record of a page is that page."""
    checked = reference.checked
    url = reference.url or ""
    resolver = f"https://doi.org/{reference.doi}".casefold()
    if not url and checked and reference.type == "webpage" and len(checked.at) == 1:
        url = checked.at[0]
    url = "" if reference.doi and url.casefold() == resolver else url
    read = checked.date if checked and url in checked.at else ""
    return url, (reference.accessed or read) if url else ""


_INITIALS = re.compile(r"[^\W\d_a-z]{1,5}(?:-[^\W\d_a-z]{1,2})?")


def person(author: str, reference: "Reference") -> Person:
    """An author of a reference, from 'Family Initials', from a full name as the review prints it, or a body."""
    family, _, last = author.rpartition(" ")
    if family and last.isalpha() and last.isupper() and len(last) <= 4 and last not in _SUFFIXES and reference.type == "article":
        return Person(family, last)  # nearly all; the rest is looked at more closely
    parts = author.split()
    suffix = parts.pop().rstrip(".") if len(parts) > 2 and parts[-1].rstrip(".") in _SUFFIXES else ""
    if len(parts) > 1 and _INITIALS.fullmatch(parts[-1]) and not _company(parts[-1], reference):
        return Person(" ".join(parts[:-1]), parts[-1].replace("-", ""), suffix=suffix)
    if reference.type in ("webpage", "report"):
        return Person(author, body=True)
    if len(parts) == 1:
        return Person(author)
    if reference.standing == "as-cited" and not _BODY & {part.casefold().strip(".,") for part in parts}:
        return _full(parts, suffix)
    return Person(author, body=True)


def _company(word: str, reference: "Reference") -> bool:
    return word in _COMPANY and reference.type in ("webpage", "report")


def _full(parts: list[str], suffix: str) -> Person:
    cut = len(parts) - 1
    while cut > 1 and parts[cut - 1].casefold() in _PARTICLES:
        cut -= 1
    initials = "".join(piece[0] for part in parts[:cut] for piece in part.split("-") if piece)
    return Person(" ".join(parts[cut:]), initials, " ".join(parts[:cut]), suffix)


_DOI = re.compile(r"10\.\d{4,9}/\S+")
_PMID = re.compile(r"(?:\bpmid|\bpubmed\b(?:\.ncbi\.nlm\.nih\.gov)?)\W*(\d{1,9})\b", re.I)
_REGISTER = re.compile(r"\bNCT\s?(\d{8})\b", re.I)


def identifier(text: str) -> str:
    """The number, DOI, PMID or register number within what people paste, as the index keeps it, in small letters.

    `https://doi.org/10.1056/NEJMoa1902688` is `10.1056/nejmoa1902688`, `PMID 31665578` is `pmid:31665578`, `[6]` is `6`.
    """
    text = text.strip().strip("[]#").rstrip(".,;")
    if "%" in text:
        from urllib.parse import unquote

        text = unquote(text)
    address = "://" in text
    if match := _DOI.search(text):
        doi = re.split(r"[?#&]", match[0])[0].rstrip("/") if address else match[0]
        return doi.rstrip(".,;").casefold()
    if match := _PMID.search(text):
        return f"pmid:{match[1]}"
    if match := _REGISTER.search(text):
        return f"nct{match[1]}"
    return text.casefold()
