"""References for other programs: BibTeX, biblatex, RIS, CSL-JSON, PubMed's own format. A format is a function in a table."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from salvage_cli.jsontext import json_text
from salvage_cli.pieces import eloc, short_name
from salvage_cli.work import Person, Work

ET_AL = "et al."
"""What stands as last author where the list goes on: formats without a sign of their own for that print it as it is."""


class Entry(NamedTuple):
    """A work with what is to be said of its standing; empty where nothing is."""

    work: Work
    note: str = ""


# ------------------------------------------------------------------------------------------------ CSL-JSON


def csl_item(entry: Entry) -> dict[str, Any]:
    """A publication as the data that citation processors (CSL) read; absent fields are absent."""
    work = entry.work
    reference, publisher = work.reference, work.reference.publisher
    article, page, talk = work.kind == "article", work.kind == "webpage", work.kind == "conference"
    kinds = {"article": "article-journal", "conference": "speech", "report": "report", "webpage": "webpage"}
    pages = reference.pages.replace("–", "-") if reference.pages else ""
    item = {
        "id": reference.id,
        "type": kinds[work.kind],
        "author": [_csl_name(each) for each in work.people] + ([{"literal": ET_AL}] if work.more else []),
        "title": reference.title,
        "container-title": work.journal if article else publisher if page else "",
        "container-title-short": reference.journal if article else "",
        "publisher": publisher if work.kind == "report" else "",
        "event-title": publisher if talk else "",
        "event": publisher if talk else "",
        "genre": "abstract" if talk and _abstract(work) else "",
        "issued": _csl_date(reference.published or str(reference.year or "")),
        "volume": reference.volume,
        "issue": reference.issue,
        "page": pages,
        "number": pages if eloc(pages) else "",
        "DOI": reference.doi,
        "PMID": reference.pmid,
        "URL": work.url,
        "accessed": _csl_date(work.accessed),
        "note": entry.note,
    }
    return {key: value for key, value in item.items() if value}


def _abstract(work: Work) -> bool:
    return "abstract" in (work.reference.publisher or "").casefold()


def _csl_name(person: Person) -> dict[str, str]:
    if person.body:
        return {"literal": person.family}
    parts = {"family": person.family, "given": person.given, "suffix": person.suffix}
    return {key: value for key, value in parts.items() if value}


def _csl_date(day: str) -> dict[str, Any] | None:
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else None


def csl_json(entries: Sequence[Entry]) -> Iterator[str]:
    """CSL-JSON, the input of citeproc, pandoc and Zotero: one array, an item a line."""
    items = [json_text(csl_item(entry)) for entry in entries]
    yield "["
    yield ",\n".join(items)
    yield "]"


# ------------------------------------------------------------------------------------------------ BibTeX and biblatex

_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
}  # fmt: skip
_LETTERS = {
    "ß": r"{\ss}", "ø": r"{\o}", "Ø": r"{\O}", "ł": r"{\l}", "Ł": r"{\L}", "æ": r"{\ae}", "Æ": r"{\AE}", "œ": r"{\oe}",
    "Œ": r"{\OE}", "ı": r"{\i}", "đ": r"{\dj}", "Đ": r"{\DJ}", "ð": r"{\dh}", "þ": r"{\th}", "å": r"{\aa}", "Å": r"{\AA}",
    "–": "--", "—": "---", "’": "'", "‘": "`", "“": "``", "”": "''", "…": r"{\ldots}", "®": r"{\textregistered}",
    "™": r"{\texttrademark}", "±": r"$\pm$", "≥": r"$\geq$", "≤": r"$\leq$", "×": r"$\times$", "µ": r"$\mu$", "μ": r"$\mu$",
    "α": r"$\alpha$", "β": r"$\beta$", "γ": r"$\gamma$", "δ": r"$\delta$", "κ": r"$\kappa$", "λ": r"$\lambda$", "−": "$-$",
}  # fmt: skip
_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".", "\u0308": '"',
    "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0327": "c", "\u0328": "k", "\u0323": "d",
}  # fmt: skip


def latex(text: str, *, ascii_only: bool) -> str:
    """Text for a BibTeX field: signs of LaTeX are escaped, and where `ascii_only` accents are written as commands."""
    from unicodedata import normalize

    parts = []
    for letter in normalize("NFC", text):
        if letter in _LATEX:
            parts.append(_LATEX[letter])
        elif letter.isascii() or not ascii_only:
            parts.append(letter)
        else:
            parts.append(_LETTERS.get(letter) or _accented(normalize("NFD", letter)) or letter)
    return "".join(parts)


def _accented(pair: str) -> str:
    """`é` with its command; empty where LaTeX has no command for it."""
    if len(pair) != 2 or not pair[0].isascii() or pair[1] not in _ACCENTS:
        return ""
    accent = _ACCENTS[pair[1]]
    return f"{{\\{accent}{{{pair[0]}}}}}" if accent.isalpha() else f"{{\\{accent}{pair[0]}}}"


def bibtex(entries: Sequence[Entry]) -> Iterator[str]:
    """BibTeX in plain ASCII, for every engine."""
    kinds = {"article": "article", "conference": "inproceedings", "report": "techreport", "webpage": "misc"}
    for entry in entries:
        reference, work = entry.work.reference, entry.work
        place = {"conference": "booktitle", "report": "institution", "webpage": "howpublished"}.get(work.kind, "")
        fields = {
            **_bib_head(work, ascii_only=True),
            "journal": work.journal if work.kind == "article" else "",
            place: reference.publisher if place else "",
            "year": str(reference.year or ""),
            "volume": reference.volume,
            "number": reference.issue,
            "pages": _bib_pages(reference.pages),
        }
        yield from _bib_entry(kinds[work.kind], entry, fields, ascii_only=True)


def biblatex(entries: Sequence[Entry]) -> Iterator[str]:
    """BibLaTeX in Unicode, for biber."""
    kinds = {"article": "article", "conference": "inproceedings", "report": "report", "webpage": "online"}
    for entry in entries:
        reference, work = entry.work.reference, entry.work
        place = {"conference": "eventtitle", "report": "institution", "webpage": "organization"}.get(work.kind, "")
        fields = {
            **_bib_head(work, ascii_only=False),
            "journaltitle": work.journal if work.kind == "article" else "",
            "shortjournal": reference.journal if work.kind == "article" else "",
            place: reference.publisher if place else "",
            "date": reference.published or str(reference.year or ""),
            "volume": reference.volume,
            "number": reference.issue,
            "eid" if eloc(reference.pages or "") else "pages": _bib_pages(reference.pages),
        }
        yield from _bib_entry(kinds[work.kind], entry, fields, ascii_only=False)


def _bib_head(work: Work, *, ascii_only: bool) -> dict[str, str | None]:
    names = [_bib_name(each, ascii_only) for each in work.people] + (["others"] if work.more else [])
    return {"author": "\0" + " and ".join(names) if names else "", "title": f"\0{{{latex(work.reference.title, ascii_only=ascii_only)}}}"}


def _bib_name(person: Person, ascii_only: bool) -> str:
    family = latex(person.family, ascii_only=ascii_only)
    if person.body:
        return f"{{{family}}}"
    given = latex(person.given, ascii_only=ascii_only)
    return ", ".join(part for part in (family, person.suffix, given) if part)


def _bib_pages(pages: str | None) -> str:
    return pages.replace("–", "-").replace("-", "--") if pages and not eloc(pages) else pages or ""


def _bib_entry(kind: str, entry: Entry, fields: dict[str, str | None], *, ascii_only: bool) -> Iterator[str]:
    """One entry; a value behind a NUL is LaTeX already, addresses stand as they are."""
    reference = entry.work.reference
    whole = {
        **fields,
        "doi": reference.doi,
        "url": entry.work.url,
        "urldate": entry.work.accessed,
        "pmid": reference.pmid,
        "note": entry.note,
    }
    yield f"@{kind}{{{reference.id},"
    for key, value in whole.items():
        if not value:
            continue
        if key in ("doi", "url"):
            value = value.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
        elif value.startswith("\0"):
            value = value[1:]
        else:
            value = latex(value, ascii_only=ascii_only)
        yield f"  {key} = {{{value}}},"
    yield "}"
    yield ""


# ------------------------------------------------------------------------------------------------ RIS and PubMed


def ris(entries: Sequence[Entry]) -> Iterator[str]:
    """RIS, which EndNote, Zotero, Mendeley and RefMan read."""
    kinds = {"article": "JOUR", "conference": "CPAPER", "report": "RPRT", "webpage": "ELEC"}
    for entry in entries:
        work, reference = entry.work, entry.work.reference
        first, last = _ends(reference.pages)
        yield f"TY  - {kinds[work.kind]}"
        yield from (f"AU  - {name}" for name in [*map(_ris_name, work.people), *([ET_AL] if work.more else [])])
        fields = (
            ("TI", reference.title),
            ("T2", work.journal if work.kind == "article" else reference.publisher if work.kind in ("conference", "webpage") else ""),
            ("JA", reference.journal),
            ("PB", reference.publisher if work.kind == "report" else ""),
            ("PY", str(reference.year or "")),
            ("DA", (reference.published or "").replace("-", "/")),
            ("VL", reference.volume),
            ("IS", reference.issue),
            ("SP", first),
            ("EP", last),
            ("DO", reference.doi),
            ("AN", reference.pmid),
            ("UR", work.url),
            ("Y2", work.accessed.replace("-", "/")),
            ("N1", entry.note),
            ("ID", reference.id),
        )
        yield from (f"{tag}  - {value}" for tag, value in fields if value)
        yield "ER  - "
        yield ""


def _ris_name(person: Person) -> str:
    return ", ".join(part for part in (person.family, person.given, person.suffix) if part)


def _ends(pages: str | None) -> tuple[str, str]:
    """First and last page."""
    match = re.fullmatch(r"(\S*\d)[-–](\S*\d\S*)", pages or "")
    if not match or eloc(pages or ""):
        return pages or "", ""
    first, last = match.groups()
    if last.isdigit() and first.isdigit() and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return first, last


def nbib(entries: Sequence[Entry]) -> Iterator[str]:
    """PubMed's own format (MEDLINE tags), as its "Send to: citation manager" gives it."""
    kinds = {"article": "Journal Article", "conference": "Meeting Abstract", "report": "Technical Report"}
    for entry in entries:
        work, reference = entry.work, entry.work.reference
        doi = f"{reference.doi} [doi]" if reference.doi else ""
        yield from _tagged(("PMID", reference.pmid), ("TI", reference.title), ("PG", reference.pages), ("LID", doi))
        for person in work.people:
            if person.body:
                yield from _tagged(("CN", person.family))
            else:
                given = f"{person.given.replace('.', '')} {person.suffix}".strip()
                yield from _tagged(("FAU", f"{person.family}, {given}" if given else person.family), ("AU", short_name(person)))
        if work.more:
            yield from _tagged(("FAU", ET_AL), ("AU", ET_AL))
        register = reference.registry or ""
        yield from _tagged(
            ("SI", f"ClinicalTrials.gov/{register}" if register.startswith("NCT") else register),
            ("PT", kinds.get(work.kind)),
            ("TA", reference.journal),
            ("JT", work.journal if work.kind == "article" else ""),
            ("PB", reference.publisher),
            ("DP", str(reference.year or "")),
            ("VI", reference.volume),
            ("IP", reference.issue),
            ("AID", doi),
            ("RIN", reference.retraction.reason if reference.retraction else ""),
            ("GN", f"Available from: {work.url}" if work.url else ""),
            ("GN", entry.note),
        )
        yield ""


def _tagged(*fields: tuple[str, str | None]) -> Iterator[str]:
    return (f"{tag:<4}- {value}" for tag, value in fields if value)


FORMATS: dict[str, Callable[[Sequence[Entry]], Iterator[str]]] = {
    "bibtex": bibtex,
    "biblatex": biblatex,
    "ris": ris,
    "csl-json": csl_json,
    "nbib": nbib,
}
"""The formats for other programs, by name."""
