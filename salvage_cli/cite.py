"""A reference as text. Built-in styles are plain functions of a Reference; nothing heavy is loaded here."""

import re
from collections.abc import Callable

from salvage_cli.model import Reference

_PARTICLES = frozenset(
    {"da", "de", "del", "della", "di", "dos", "du", "la", "le", "san", "santa", "van", "von", "den", "der", "ter", "el", "al"}
)


def initials(author: str) -> str:
    """An author as 'Family Initials'. Most stand so in the base; those that the review prints in full are turned round."""
    parts = author.split()
    if len(parts) < 2 or re.fullmatch(r"[A-Z]{1,4}(-[A-Z])?", parts[-1]) or not re.fullmatch(r"[\w.\-'’ ]+", author):
        return author
    if len(parts) == 2 and parts[1].isupper():
        return author
    cut = len(parts) - 1
    while cut > 1 and parts[cut - 1].casefold() in _PARTICLES:
        cut -= 1
    given = "".join(letter for part in parts[:cut] for piece in part.split("-") for letter in piece[:1])
    return f"{' '.join(parts[cut:])} {given}"


def authors(reference: Reference, most: int = 6) -> str:
    """Authors in the Vancouver way: six, then "et al."; a list that goes on ends so too. Empty where none is known."""
    known = [initials(each) for each in reference.authors] if reference.type == "article" else list(reference.authors)
    shown = known[:most]
    if len(known) > most or (known and not reference.authors_complete):
        shown.append("et al")
    if reference.group_author:
        shown.append(reference.group_author)
    return ", ".join(shown)


def short_pages(pages: str) -> str:
    """A page range with the digits of its end that change: `1728-1740` is `1728-40`."""
    match = re.fullmatch(r"([A-Za-z]*)(\d+)[-–]([A-Za-z]*)(\d+)([A-Za-z]*)", pages)
    if not match or match[1] != match[3] or len(match[2]) != len(match[4]) or match[5]:
        return pages.replace("–", "-")
    first, last = match[2], match[4]
    same = next((place for place, (a, b) in enumerate(zip(first, last, strict=True)) if a != b), len(first) - 1)
    return f"{match[1]}{first}-{match[1] if match[1] else ''}{last[same:]}"


def vancouver(reference: Reference) -> str:
    """The NLM/Vancouver form, one line. What is not known is left out."""
    title = _stop(reference.title)
    where = _journal(reference) if reference.type == "article" else _publication(reference)
    links = [f"doi:{reference.doi}." if reference.doi else "", f"PMID: {reference.pmid}." if reference.pmid else ""]
    if not reference.doi and not reference.pmid and reference.url and reference.type != "article":
        links.append(f"Available from: {reference.url}")
    return " ".join(part for part in (_stop(authors(reference)), title, where, *links) if part)


def _journal(reference: Reference) -> str:
    issue = f"({reference.issue})" if reference.issue else ""
    volume = f"{reference.volume or ''}{issue}"
    date = str(reference.year or "")
    if volume:
        date = f"{date};{volume}" if date else volume
    if reference.pages:
        date = f"{date}:{short_pages(reference.pages)}" if date else short_pages(reference.pages)
    return " ".join(part for part in (_stop(reference.journal or ""), _stop(date)) if part)


def _publication(reference: Reference) -> str:
    if reference.journal:
        return _journal(reference)
    place = [reference.publisher or "", str(reference.year or "")]
    text = "; ".join(part for part in place if part)
    cited = f" [cited {reference.accessed}]" if reference.accessed else ""
    return _stop(text + cited) if text else ""


def _stop(text: str) -> str:
    return text if not text or text[-1] in ".?!" else f"{text}."


STYLES: dict[str, Callable[[Reference], str]] = {"vancouver": vancouver, "nlm": vancouver}
"""The built-in styles by name."""


def standing(reference: Reference, nearest: list[str]) -> str:
    """What a reader has to know of a reference that is not fully checked, on one line; empty where it is."""
    name = f"reference {reference.number}"
    if reference.standing == "as-cited":
        source = f"known only from {reference.cited_by}" if reference.cited_by else "known only from its own text"
        instead = f"; checked publications on the same matter: {' '.join(nearest)}" if nearest else ""
        return f"{name} is as-cited: {source}, not found in public records{instead}"
    if reference.standing in ("withdrawn", "retracted"):
        notice = f" on {reference.retraction.date}: {reference.retraction.reason}" if reference.retraction else ""
        return f"{name} is {reference.standing}{notice}"
    if reference.checked and reference.checked.basis == "secondary":
        return f"{name} was checked on a secondary page only"
    if reference.checked and reference.checked.basis == "listing":
        return f"{name} was seen only in other papers' lists of references"
    return ""
