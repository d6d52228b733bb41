"""Formats for other programs: what their own readers read back is what the record has, for every reference."""

import json
import re
from collections.abc import Sequence
from typing import Any
from unicodedata import normalize

import jsonschema
import nbib
import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given
from hypothesis import strategies as st

from salvage_cli import formats
from salvage_cli.formats import ET_AL, Entry, latex
from salvage_cli.library import Library
from salvage_cli.model import Base, Reference, Withdrawal
from salvage_cli.pieces import short_name
from salvage_cli.work import Person, Work, work

NOTE = "As-cited: known only from its own text; cite instead: 1 2"


@pytest.fixture(scope="session")
def works(base: Base) -> list[Work]:
    return [work(each, base.journals.get(each.journal or "")) for each in base.references.values()]


def written(format: str, works: Sequence[Work], note: str = "") -> str:
    return "".join(f"{line}\n" for line in formats.FORMATS[format]([Entry(each, note) for each in works]))


def expected(work: Work) -> dict[str, str]:
    """The fields of a record that any format must give back, as text; absent ones are absent."""
    reference = work.reference
    known = {
        "title": reference.title,
        "year": str(reference.year or ""),
        "volume": reference.volume,
        "issue": reference.issue,
        "doi": reference.doi,
        "pmid": reference.pmid,
    }
    return {key: value for key, value in known.items() if value}


def family_first(person: Person) -> str:
    return person.family if person.body else ", ".join(part for part in (person.family, person.given, person.suffix) if part)


# ------------------------------------------------------------------------------------------------ BibTeX


def read_bibtex(text: str) -> list[Any]:
    library = parse_string(text)
    assert not library.failed_blocks
    return list(library.entries)


def decoded(text: str) -> list[Any]:
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware(keep_braced_groups=False, keep_math_mode=False)])
    assert not library.failed_blocks
    return list(library.entries)


def plain_signs(text: str) -> str:
    """Text in which the ways to write a quotation mark, a dash or an ellipsis are one, as LaTeX has them."""
    for signs, one in (("’‘`", "'"), ("“”", '"'), ("—", "-"), ("–", "-"), ("…", "..."), ("μ", "µ")):
        for sign in signs:
            text = text.replace(sign, one)
    return re.sub(r"-+", "-", normalize("NFC", text)).replace("''", '"')


@pytest.mark.parametrize(("format", "year", "journal"), [("bibtex", "year", "journal"), ("biblatex", "date", "journaltitle")])
def test_bibtex_gives_back_every_field(works: list[Work], format: str, year: str, journal: str) -> None:
    text = written(format, works)
    assert text.isascii() is (format == "bibtex")
    entries, raw = decoded(text), read_bibtex(text)
    assert [entry.key for entry in entries] == [each.reference.id for each in works]
    for each, entry, bare in zip(works, entries, raw, strict=True):
        fields = {key: field.value for key, field in entry.fields_dict.items()}
        want = expected(each)
        names = {"title": "title", "year": year, "volume": "volume", "issue": "number", "doi": "doi", "pmid": "pmid"}
        found = {key: fields.get(name, "") for key, name in names.items()}
        found["doi"] = bare.fields_dict["doi"].value if "doi" in bare.fields_dict else ""
        if each.reference.published and format == "biblatex":
            want["year"] = each.reference.published
        assert {key: plain_signs(value) for key, value in found.items() if value} == {
            key: plain_signs(value) for key, value in want.items()
        }
        assert plain_signs(fields.get(journal, "")) == plain_signs(each.journal if each.kind == "article" else "")
        people = fields["author"].split(" and ") if "author" in fields and each.people else []
        last = ["others"] if each.more else []
        if not any(person.body for person in each.people):
            assert [plain_signs(name) for name in people] == [*map(_bib_order, each.people), *last]
        pages = fields.get("eid") or fields.get("pages", "")
        assert plain_signs(pages) == plain_signs(each.reference.pages or "")


def _bib_order(person: Person) -> str:
    return plain_signs(", ".join(part for part in (person.family, person.suffix, person.given) if part))


def test_bibtex_keeps_a_body_whole_and_says_that_a_list_goes_on() -> None:
    record = Reference(
        number=7, id="x", type="article", authors=("Öz A", "Sands and Rivers Study Group"), authors_complete=False, title="50% & more_",
        standing="checked",
    )  # fmt: skip
    text = written("bibtex", [work(record, None)], NOTE)
    assert r"author = {{\"O}z, A. and {Sands and Rivers Study Group} and others}," in text
    assert r"title = {{50\% \& more\_}}," in text
    assert f"note = {{{NOTE}}}," in text
    (entry,) = read_bibtex(text)
    assert entry.key == "x"


def test_a_brace_in_an_address_cannot_end_its_field() -> None:
    record = Reference(
        number=7, id="x", type="webpage", authors_complete=True, title="}{", url="https://example.org/}{", standing="checked"
    )
    (entry,) = read_bibtex(written("biblatex", [work(record, None)]))
    assert entry.fields_dict["url"].value == "https://example.org/%7D%7B"


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S"))))
def test_latex_has_balanced_braces_and_no_bare_sign(text: str) -> None:
    for ascii_only in (True, False):
        made = latex(text, ascii_only=ascii_only)
        bare = re.sub(r"\\[{}]", "", made)
        assert bare.count("{") == bare.count("}")
        assert not re.search(r"(?<!\\)[&%#_]", made)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Özkan", r"{\"O}zkan"),
        ("Włodarczyk", r"W{\l}odarczyk"),
        ("Csőszi", r"Cs{\H{o}}szi"),
        ("Členov", r"{\v{C}}lenov"),
        ("Bělohlávková", r"B{\v{e}}lohl{\'a}vkov{\'a}"),
        ("Foss Ø", r"Foss {\O}"),
        ("α4β7–integrin ≥ 3", r"$\alpha$4$\beta$7--integrin $\geq$ 3"),
        ("北", "北"),
        ("Πέτρος", "Πέτρος"),
    ],
)
def test_letters_as_latex_writes_them(text: str, made: str) -> None:
    assert latex(text, ascii_only=True) == made


# ------------------------------------------------------------------------------------------------ RIS


def test_ris_gives_back_every_field(works: list[Work]) -> None:
    entries = rispy.loads(written("ris", works))
    assert [entry["id"] for entry in entries] == [each.reference.id for each in works]
    names = {"title": "title", "year": "year", "volume": "volume", "issue": "number", "doi": "doi", "pmid": "accession_number"}
    for each, entry in zip(works, entries, strict=True):
        assert {key: entry[name] for key, name in names.items() if name in entry} == expected(each)
        assert entry.get("authors", []) == [*map(family_first, each.people), *([ET_AL] if each.more else [])]
        assert entry.get("alternate_title2") == each.reference.journal
        if each.kind == "article":
            assert entry.get("secondary_title", "") == each.journal
        assert ";".join(entry.get("urls", [])) == each.url
        pages = "-".join(entry[key] for key in ("start_page", "end_page") if key in entry)
        assert pages.replace("–", "-") == (each.reference.pages or "").replace("–", "-")


def test_ris_says_how_a_reference_stands(works: list[Work]) -> None:
    (entry,) = rispy.loads(written("ris", works[:1], NOTE))
    assert entry["notes"] == [NOTE]


# ------------------------------------------------------------------------------------------------ CSL-JSON

TEXT, NUMBER = {"type": "string", "minLength": 1}, {"type": ["string", "number"]}
NAME = {
    "type": "object",
    "properties": dict.fromkeys(("family", "given", "suffix", "literal"), TEXT),
    "additionalProperties": False,
    "minProperties": 1,
}
DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array", "maxItems": 2, "minItems": 1,
            "items": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3},
        }
    },
    "required": ["date-parts"],
    "additionalProperties": False,
}  # fmt: skip
CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "additionalProperties": False,
        "properties": {
            "id": TEXT,
            "type": {"enum": ["article-journal", "report", "speech", "webpage"]},
            "author": {"type": "array", "items": NAME, "minItems": 1},
            "issued": DATE,
            "accessed": DATE,
            **dict.fromkeys(("volume", "issue", "page", "number"), NUMBER),
            **dict.fromkeys(
                ("title", "container-title", "container-title-short", "publisher", "event", "event-title", "genre", "DOI", "PMID",
                 "URL", "note"), TEXT),
        },
    },
}  # fmt: skip
"""The part of CSL 1.0.2's input format that this program uses, stricter where it may be: no empty text, no other key."""


def test_csl_json_is_csl_and_gives_back_every_field(works: list[Work]) -> None:
    items = json.loads(written("csl-json", works, NOTE))
    jsonschema.validate(items, CSL)
    for each, item in zip(works, items, strict=True):
        found = {"title": item["title"], "year": str(item["issued"]["date-parts"][0][0]) if "issued" in item else ""}
        found |= {"volume": item.get("volume", ""), "issue": item.get("issue", "")}
        found |= {"doi": item.get("DOI", ""), "pmid": item.get("PMID", "")}
        assert {key: value for key, value in found.items() if value} == expected(each)
        assert item.get("page", "").replace("–", "-") == (each.reference.pages or "").replace("–", "-")
        assert item["note"] == NOTE
        names = [", ".join(filter(None, (name.get("family"), name.get("given"), name.get("suffix")))) or name["literal"]
                 for name in item.get("author", ())]  # fmt: skip
        assert names == [*map(family_first, each.people), *([ET_AL] if each.more else [])]


# ------------------------------------------------------------------------------------------------ PubMed's format


def test_nbib_gives_back_every_field(works: list[Work]) -> None:
    entries = nbib.read(written("nbib", works))
    assert len(entries) == len(works)
    names = {"title": "title", "year": "publication_date", "volume": "journal_volume", "issue": "journal_issue", "doi": "doi",
             "pmid": "pubmed_id"}  # fmt: skip
    for each, entry in zip(works, entries, strict=True):
        assert {key: str(entry[name]) for key, name in names.items() if name in entry} == expected(each)
        authors = [author["author_abbreviated"] for author in entry.get("authors", [])]
        persons = [person for person in each.people if not person.body]
        assert authors == [*map(short_name, persons), *([ET_AL] if each.more else [])]
        assert entry.get("corporate_author") == next((person.family for person in reversed(each.people) if person.body), None)
        assert entry.get("pages") == each.reference.pages
        assert entry.get("journal_abbreviated") == each.reference.journal


def test_nbib_names_the_trial_s_register_and_a_retraction() -> None:
    record = Reference(
        number=7, id="x", type="article", authors_complete=True, title="A trial", registry="NCT01234567", standing="retracted",
        retraction=Withdrawal(date="2026-01-01", reason="J Test 2026;1:2"),
    )  # fmt: skip
    text = written("nbib", [work(record, None)], "Retracted on 2026-01-01")
    assert "SI  - ClinicalTrials.gov/NCT01234567\n" in text
    assert "RIN - J Test 2026;1:2\n" in text
    assert "GN  - Retracted on 2026-01-01\n" in text


def test_the_index_holds_the_text_of_every_style(shipped: Library, works: list[Work]) -> None:
    from salvage_cli.styles import STYLES

    for name, style in STYLES.items():
        stored = [text for _, text, _ in shipped.citations([each.reference.id for each in works], name)]
        assert stored == [style(each) for each in works]
