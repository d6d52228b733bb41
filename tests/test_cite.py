"""The command `cite`, as a shell sees it."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib import util
from pathlib import Path

import pytest

from salvage_cli import cite as words
from salvage_cli.facets import CITE_FORMATS, CITE_STYLES
from salvage_cli.library import Library, Query
from salvage_cli.model import Base, Basis, Check, Reference, Withdrawal
from salvage_cli.opening import cache_folder
from salvage_cli.pieces import lacking
from tests.conftest import Run

PERL = (
    "Perl AE, Martinelli G, Cortes JE, et al. Gilteritinib or chemotherapy for relapsed or refractory FLT3-mutated AML. "
    "N Engl J Med. 2019;381(18):1728–40. doi:10.1056/NEJMoa1902688 PubMed PMID: 31665578.\n"
)
SIX = (
    "Fraietta C, Grignani A, Marchesi F, Savini F, Ferrari A, Rossi FM. Gilteritinib as Rescue Therapy in Relapsed/Refractory "
    "FLT3-Mutated Acute Myeloid Leukemia: A Real-World Experience. Clin Lymphoma Myeloma Leuk. 2021;21:574–80.\n"
)
SIX_SAID = (
    "salvage: reference 6 is as-cited: known only from reference 11, which cites it, and not found in public records; "
    "cite instead: 526 527 507 109\n"
)


# ------------------------------------------------------------------------------------------------ what to cite


def test_a_number_gives_one_line_and_a_word_on_its_standing(run: Run) -> None:
    assert run("cite", "6") == (SIX, SIX_SAID, 0)


@pytest.mark.parametrize(
    "ref",
    ["526", "perl-2019", "10.1056/NEJMoa1902688", "https://doi.org/10.1056/nejmoa1902688", "doi:10.1056%2FNEJMoa1902688", "31665578",
     "PMID 31665578", "https://pubmed.ncbi.nlm.nih.gov/31665578/", "[526]"],
)  # fmt: skip
def test_every_name_of_a_publication_leads_to_it(run: Run, ref: str) -> None:
    assert run("cite", ref) == (PERL, "", 0)


def test_a_trial_leads_to_all_its_publications_and_says_so(run: Run, base: Base) -> None:
    reports = [each for each in base.references.values() if each.registry == "NCT02421939"]
    assert len(reports) > 1
    seen = run("cite", "NCT02421939", "-s", "json", "-q")
    assert [each["id"] for each in json.loads(seen.out)["references"]] == [each.id for each in reports]
    numbers = [f"reference {each.number}" for each in reports]
    assert seen.err == f"salvage: 'NCT02421939' is {', '.join(numbers[:-1])} and {numbers[-1]}\n"
    assert run("cite", "the ADMIRAL trial", "-q").out == run("cite", "admiral", "-q").out
    by_name = run("cite", "admiral", "-q")
    assert PERL in by_name.out
    assert by_name.err.startswith("salvage: 'admiral' is reference ")


def test_a_therapy_leads_to_its_references_in_their_order(run: Run, base: Base) -> None:
    seen = run("cite", "gilteritinib-aml", "-s", "json", "-q")
    assert [each["id"] for each in json.loads(seen.out)["references"]] == list(base.therapies["gilteritinib-aml"].references)
    assert seen.err == ""


def test_facets_add_what_stands_behind_the_therapies_found(run: Run, shipped: Library) -> None:
    seen = run("cite", "-c", "AML", "--checked", "-s", "json", "-q")
    found = {each["id"] for each in json.loads(seen.out)["references"]}
    assert "perl-2019" in found
    answer = shipped.find(Query(condition=["AML"], checked=True))
    assert found == {id for each in answer.therapies() for id in each.references}


def test_several_come_in_the_order_given_each_once(run: Run) -> None:
    assert run("cite", "526", "6", "perl-2019", "-q").out == PERL + SIX


def test_stdin_gives_a_reference_a_line_or_numbers_in_a_row(run: Run) -> None:
    assert run("cite", "-", "-q", stdin="6, 526\n\nperl-2019\n") == (SIX + PERL, "", 0)
    assert run("cite", "-", stdin="") == (
        "",
        "salvage: what to cite? give numbers, ids, DOIs, PMIDs, trials or facets, e.g. salvage cite 6\n",
        2,
    )
    assert run("cite", "526,6", "-q").out == PERL + SIX


def test_what_is_unknown_is_named_and_the_rest_is_cited(run: Run) -> None:
    seen = run("cite", "526", "perl-2O19", "9999")
    assert seen.out == PERL
    assert seen.code == 1
    assert "salvage: no reference is called 'perl-2O19'; did you mean 'perl-2019'" in seen.err
    assert seen.err.endswith("salvage: no reference is called '9999'; numbers run from 1 to 826\n")


@pytest.mark.parametrize(
    ("ref", "hint"),
    [
        ("PMID: 6", "this PMID is not known here"),
        ("10.1000/none", "this DOI is not known here"),
        ("https://doi.org/10.1000/none", "this DOI is not known here"),
        ("NCT00000000", "this register number is not known here"),
        ("9999", "numbers run from 1 to 826"),
        ("99999999", "numbers run from 1 to 826, and no PMID is this"),
        ("gilteritinib", "did you mean 'gilteritinib-aml'?"),
    ],
)
def test_what_is_said_of_a_word_that_names_nothing(run: Run, ref: str, hint: str) -> None:
    assert run("cite", ref) == ("", f"salvage: no reference is called {ref!r}; {hint}\n", 1)


def test_nothing_asked_is_wrong_usage_and_nothing_found_is_not(run: Run) -> None:
    assert run("cite").code == 2
    seen = run("cite", "-c", "AML", "-m", "diet")
    assert seen == ("", "salvage: nothing is known here that fits all facets, for Acute myeloid leukemia\n", 1)


# ------------------------------------------------------------------------------------------------ how it looks


def test_the_list_of_the_review_with_what_to_cite_instead(run: Run, golden: Callable[[str, str], None]) -> None:
    seen = run("cite", *map(str, range(1, 11)))
    assert seen.code == 0
    assert len(seen.out.splitlines()) == len(seen.err.splitlines()) == 10
    golden("cite/review.txt", seen.out + seen.err)


@pytest.mark.parametrize("style", [*CITE_STYLES, *CITE_FORMATS])
def test_every_style_and_format(run: Run, golden: Callable[[str, str], None], style: str) -> None:
    seen = run("cite", "6", "23", "116", "256", "442", "562", "--style", style, "--quiet")
    assert (seen.err, seen.code) == ("", 0)
    golden(f"cite/{style}.txt", seen.out)


def test_words_of_a_facet_are_read_aloud(run: Run) -> None:
    seen = run("cite", "-c", "relapsed AML", "-q", "-s", "ama")
    assert seen.code == 0
    assert seen.err.startswith("salvage: ")


def test_a_csl_style_without_a_bibliography_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "notes.csl"
    file.write_text(
        '<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0"><info><title>N</title><id>n</id>'
        '<updated>2026-01-01T00:00:00+00:00</updated></info><citation><layout><text variable="title"/></layout></citation></style>',
        encoding="utf-8",
    )
    assert run("cite", "526", "--csl", str(file)) == ("", f"salvage: {file} is no CSL style with a bibliography\n", 2)


@pytest.mark.parametrize(("name", "means"), [("nlm", "vancouver"), ("NLM", "vancouver"), ("md", "markdown"), ("bib", "bibtex")])
def test_other_names_of_styles(run: Run, name: str, means: str) -> None:
    assert run("cite", "526", "-s", name) == run("cite", "526", "-s", means)


def test_an_unknown_style_is_wrong_usage_with_the_nearest(run: Run) -> None:
    assert run("cite", "6", "--style", "vancuver") == (
        "",
        "salvage: no style is called 'vancuver'; did you mean 'vancouver'? (any other style: --csl NAME)\n",
        2,
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--style", "apa", "--csl", "apa"), "give --style or --csl, not both"),
        (("--explain", "--style", "csl-json"), "--explain is for people, with the citation in a built-in style of text"),
        (("--explain", "--csl", "apa"), "--explain is for people, with the citation in a built-in style of text"),
        (("--sort", "size"), "no order is called 'size'; choose one of given, number, author, year"),
        (("--explain", "--incomplete"), "--explain and --incomplete answer different questions; give one of them"),
        (("--numbered", "--style", "ris"), "--numbered is for citations in a style of text"),
    ],
)
def test_options_that_contradict_each_other(run: Run, options: tuple[str, ...], said: str) -> None:
    assert run("cite", "6", *options) == ("", f"salvage: {said}\n", 2)


def first_words(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines()]


def test_orders(run: Run) -> None:
    given = ("526", "6", "11", "312")
    assert first_words(run("cite", *given, "-q").out) == ["Perl", "Fraietta", "Carter", "Hofman"]
    assert first_words(run("cite", *given, "-q", "--sort", "number").out) == ["Fraietta", "Carter", "Hofman", "Perl"]
    assert first_words(run("cite", *given, "-q", "--sort", "author").out) == ["Carter", "Fraietta", "Hofman", "Perl"]
    assert first_words(run("cite", *given, "-q", "--sort", "year").out)[0] == "Carter"


def test_numbers_before_the_citations(run: Run) -> None:
    assert run("cite", "526", "6", "-q", "--numbered").out == f"1. {PERL}2. {SIX}"
    html = run("cite", "526", "-q", "--numbered", "-s", "html").out
    assert html.startswith("<ol>\n<li>Perl AE") and html.endswith("</li>\n</ol>\n")


def test_json_is_the_whole_record_with_its_citation(run: Run) -> None:
    (record,) = json.loads(run("cite", "6", "-q", "-s", "json").out)["references"]
    assert record["number"] == 6
    assert record["nearest"][0] == "perl-2019"
    assert record["citation"] + "\n" == SIX
    assert record["remark"].startswith("As-cited: known only from reference 11")


# ------------------------------------------------------------------------------------------------ standing


def test_quiet_silences_standing_and_nothing_else(run: Run) -> None:
    assert run("cite", "6", "9999", "--quiet").err == "salvage: no reference is called '9999'; numbers run from 1 to 826\n"


def test_the_standing_is_a_note_in_files_even_when_quiet(run: Run) -> None:
    said = "As-cited: known only from reference 11, which cites it, and not found in public records; cite instead: 526 527 507 109"
    for style, line in (("bibtex", f"  note = {{{said}}},"), ("biblatex", f"  note = {{{said}}},"), ("ris", f"N1  - {said}")):
        assert line in run("cite", "6", "-q", "-s", style).out.splitlines()
    assert json.loads(run("cite", "6", "-q", "-s", "csl-json").out)[0]["note"] == said


def test_checked_only_refuses_others_and_names_them(run: Run) -> None:
    assert run("cite", "6", "526", "11", "--checked-only") == (
        PERL,
        "salvage: reference 6 is as-cited, not checked\nsalvage: reference 11 is as-cited, not checked\n",
        1,
    )
    assert run("cite", "526", "--checked-only") == (PERL, "", 0)


def test_nearest_cites_checked_publications_in_place_of_others(run: Run) -> None:
    seen = run("cite", "6", "526", "--nearest", "-s", "json")
    assert [each["number"] for each in json.loads(seen.out)["references"]] == [526, 527, 507, 109]
    assert seen.err == "salvage: in place of reference 6 (as-cited): 526 527 507 109\n"
    assert run("cite", "11", "--nearest") == (
        "",
        "salvage: reference 11 is as-cited, and no checked publication is known in its place\n",
        1,
    )


def checked(basis: Basis) -> Check:
    return Check(date="2026-01-01", basis=basis)


def reference(**given: object) -> Reference:
    return Reference(number=7, id="x", type="article", authors_complete=True, title="A", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (reference(standing="checked", checked=checked("primary")), ""),
        (reference(standing="checked", checked=checked("secondary")), "reference 7 was checked on a secondary page only"),
        (
            reference(standing="checked", checked=checked("listing")),
            "reference 7 was seen only in other papers' lists of references",
        ),
        (reference(standing="as-cited"), "reference 7 is as-cited: known only from its own text, and not found in public records"),
        (
            reference(standing="retracted", retraction=Withdrawal(date="2026-01-01", reason="J Test 2026;1:2")),
            "reference 7 is retracted on 2026-01-01: J Test 2026;1:2",
        ),
        (reference(standing="withdrawn"), "reference 7 is withdrawn"),
    ],
)  # fmt: skip
def test_what_is_said_of_each_standing(record: Reference, said: str) -> None:
    assert words.standing(record) == said


def test_a_remark_is_the_standing_without_its_number() -> None:
    assert words.remark("reference X1 is retracted on 2026-01-01: why") == "Retracted on 2026-01-01: why"
    assert words.remark("") == ""


def test_every_reference_that_is_not_fully_checked_is_spoken_of(shipped: Library, base: Base) -> None:
    ids = list(base.references)
    for id, (number, _, standing) in zip(ids, shipped.citations(ids), strict=True):
        record = base.references[id]
        full = record.standing == "checked" and record.checked is not None and record.checked.basis == "primary"
        assert bool(standing) is not full, number


# ------------------------------------------------------------------------------------------------ what else is known


@pytest.mark.parametrize("ref", ["6", "11", "526", "13"])
def test_explanations(run: Run, golden: Callable[[str, str], None], ref: str) -> None:
    seen = run("cite", ref, "--explain")
    assert (seen.err, seen.code) == ("", 0)
    golden(f"cite/explain-{ref}.txt", seen.out)


def test_explanations_are_folded_for_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salvage_cli.output.terminal", lambda: True)
    monkeypatch.setattr("salvage_cli.output.page", lambda text, style: sys.stdout.write(text))
    monkeypatch.setenv("COLUMNS", "60")
    lines = run("cite", "6", "--explain").out.splitlines()
    assert max(map(len, lines)) <= 60
    at = lines.index("What it is said to support")
    assert lines[at + 1 : at + 3] == [
        "  Gilteritinib outside trials for FLT3-mutated acute myeloid",
        "  leukemia that relapsed or resisted treatment.",
    ]
    assert words.wrapped("  https://example.org/a-long-address", 20) == ["  https://example.org/a-long-address"]


def test_explanations_of_several_stand_apart(run: Run) -> None:
    both = run("cite", "6", "526", "--explain").out
    assert both == run("cite", "6", "--explain").out + "\n" + run("cite", "526", "--explain").out


def test_incomplete_lists_what_a_style_lacks(run: Run, shipped: Library, base: Base) -> None:
    assert run("cite", "526", "542", "82", "--incomplete") == (
        "526\tperl-2019\tfurther authors\n542\tpolaris-2016\tprinted title, address\n82\tboorjian-2021\tvolume, pages\n",
        "",
        0,
    )
    assert run("cite", "285", "--incomplete", "-s", "apa") == ("", "salvage: no reference lacks what apa demands\n", 1)
    whole = run("cite", "--incomplete")
    assert whole.code == 0
    short = [id for id, each in base.references.items() if lacking(shipped.work(each), "vancouver")]
    assert [line.split("\t")[1] for line in whole.out.splitlines()] == short
    assert all(re.fullmatch(r"\d+\t\S+\t[a-z, ]+", line) for line in whole.out.splitlines())


# ------------------------------------------------------------------------------------------------ CSL


def test_any_installed_csl_style(run: Run) -> None:
    seen = run("cite", "526", "285", "-q", "--csl", "the-lancet", "--numbered")
    assert seen.code == 0
    assert seen.out.splitlines()[0] == (
        "1. Perl AE, Martinelli G, Cortes JE, et al. Gilteritinib or chemotherapy for relapsed or refractory FLT3-mutated AML. "
        "N Engl J Med 2019; 381: 1728–40."
    )


def test_csl_prints_whole_pages_and_dates_with_blanks(run: Run) -> None:
    out = run("cite", "1", "427", "11", "-q", "--csl", "nlm-citation-sequence").out
    assert "2023;23:1–12." in out
    assert "2020;38(1):1–10." in out
    assert "2025 Aug 29;" in out


def test_a_dependent_style_is_the_one_it_names(run: Run) -> None:
    assert run("cite", "285", "-q", "--csl", "nature-medicine") == run("cite", "285", "-q", "--csl", "nature")


def test_a_list_that_goes_on_ends_so_in_csl_too(run: Run) -> None:
    assert run("cite", "15", "--csl", "apa").out.startswith("Aberg, J. A., et al. (2023).")
    assert run("cite", "15", "--csl", "nature").out.startswith("Aberg, J. A. et al. ")


def test_an_unknown_csl_style(run: Run) -> None:
    seen = run("cite", "6", "--csl", "natur", "-q")
    assert seen.code == 2
    assert seen.err.startswith("salvage: no CSL style called 'natur' is installed; did you mean 'nature'")
    assert "give a .csl file" in seen.err


def test_files_that_are_no_style(run: Run, tmp_path: Path) -> None:
    missing = tmp_path / "none.csl"
    assert run("cite", "6", "--csl", str(missing), "-q") == ("", f"salvage: there is no style file {missing}\n", 4)
    for content in (b"", b"no xml", b"<style/>", b"\xff\xfe\x00", b"<html></html>", b"<style><bibliography/></style>"):
        file = tmp_path / "bad.csl"
        file.write_bytes(content)
        seen = run("cite", "6", "--csl", str(file), "-q")
        assert seen.out == ""
        assert seen.code in (2, 4)
        assert str(file) in seen.err
        assert len(seen.err.splitlines()) == 1


def test_without_citeproc_the_message_says_how_to_get_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = util.find_spec
    monkeypatch.setattr("salvage_cli.csl.find_spec", lambda name: None if name == "citeproc" else found(name))
    seen = run("cite", "526", "--csl", "apa", "-q")
    assert seen == ("", "salvage: --csl needs citeproc-py, which is not installed; install it with: pip install 'salvage-cli[csl]'\n", 4)


def test_a_citation_loads_nothing_heavy(shipped: Library) -> None:
    code = (
        "import sys; from salvage_cli.cli import run; run(['cite', '6', '-q']);"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    environment = {**os.environ, "SALVAGE_CACHE": cache_folder()}  # where `shipped` has put the index
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    loaded = set(seen.stderr.split())
    assert loaded.isdisjoint({"rich", "yaml", "citeproc", "lxml", "pydantic", "rapidfuzz"})
    ours_and_typer = {"salvage_cli", "typer", "click", "shellingham", "typing_extensions", "annotated_doc", "colorama"}
    third = {name for name in loaded - set(sys.stdlib_module_names) - ours_and_typer if not name.startswith(("_", "sitecustomize"))}
    assert third <= {"encodings", "__editable___salvage_cli_0_1_0_finder", "distutils-precedence"}, third


def test_the_page_of_the_documentation_is_true(run: Run) -> None:
    page = Path(__file__).parent.parent / "docs" / "citations.md"
    blocks = re.findall(r"```console\n\$ salvage (.*)\n([^`]*(?:`(?!``)[^`]*)*)```", page.read_text(encoding="utf-8"))
    assert len(blocks) > 6
    for line, shown in blocks:
        seen = run(*shlex.split(line))
        assert seen.out + seen.err == shown, line


# ------------------------------------------------------------------------------------------------ text from data stays text


def test_signs_of_markdown_and_html_in_a_title_stay_signs() -> None:
    from salvage_cli.styles import html, markdown
    from salvage_cli.work import work

    page = {"number": 7, "id": "x", "type": "webpage", "authors_complete": True, "standing": "checked"}
    record = Reference(**page, title="<b>*A*</b> [x](y) & `z`", url='javascript:alert("1")')  # type: ignore[arg-type]
    ready = work(record, None)
    assert "<b>" not in html(ready) and "href" not in html(ready)
    assert r"&lt;b&gt;\*A\*&lt;/b&gt; \[x\](y) &amp; \`z\`" in markdown(ready)
    linked = Reference(**page, title="A", url='https://e.org/"><script>)')  # type: ignore[arg-type]
    assert "<script>" not in html(work(linked, None))
    assert "](https://e.org/%22%3E%3Cscript%3E%29)" in markdown(work(linked, None))
