"""Commands as a shell sees them: answers, messages, statuses."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salvage_cli import cli
from salvage_cli.model import Base
from tests.conftest import Golden, Run


@pytest.mark.parametrize("name", ["AML", "C92.0", "acute myeloid leukaemia", "ICD10:C92.0"])
def test_lookup_shows_the_admiral_figures_for_every_name_of_aml(run: Run, name: str) -> None:
    out, err, code = run("lookup", "--condition", name)
    assert (err, code) == ("", 0)
    assert "Overall survival (median) 9.3 v 5.6 months (salvage chemotherapy); HR 0.64 (0.49–0.83), n 371" in out
    assert out == run("lookup", "-c", "AML").out


def test_lookup_shows_every_therapy_of_the_condition_by_evidence_level(run: Run) -> None:
    out = run("lookup", "AML").out
    assert out.startswith("Acute myeloid leukemia · C92.0 · 20 rescue therapies, strongest evidence first\n")
    levels = [int(found) for found in re.findall(r"level (\d)", out.split("\nLevel ")[0])]
    assert len(levels) == 20
    assert levels == sorted(levels)


def test_an_unknown_condition_exits_1_and_names_the_nearest(run: Run) -> None:
    assert run("lookup", "--condition", "nonsense") == (
        "",
        "salvage: no condition is called 'nonsense'; the nearest are 'newborn disease', 'nonseminoma' and 'crohn disease'\n",
        1,
    )


def test_an_unknown_modality_exits_2_and_names_the_nearest(run: Run) -> None:
    out, err, code = run("list", "--modality", "radio")
    assert (out, code) == ("", 2)
    assert err == "salvage: no modality is called 'radio'; the nearest are 'radiation', 'radioiodine' and 'radiosurgery'\n"


def test_list_takes_the_condition_as_bare_words_like_lookup(run: Run) -> None:
    assert run("list", "AML") == run("list", "-c", "AML")
    assert run("list", "acute", "myeloid", "leukaemia", "-m", "transplant") == run("list", "-c", "AML", "-m", "transplant")
    assert run("list", "nonsense").code == 1


def test_recurrence_is_relapse(run: Run) -> None:
    assert run("list", "-f", "recurrence") == run("list", "-f", "relapse")


def test_json_is_one_document_with_every_record(run: Run) -> None:
    data = json.loads(run("list", "-o", "json").out)
    assert (data["format"], data["count"], len(data["therapies"])) == (1, 579, 579)
    assert data["data"]["version"]


@pytest.mark.parametrize("branch", ["radiation", "surgery", "immunotherapy", "drug", "organ-support"])
def test_a_branch_finds_exactly_what_is_filed_under_it(run: Run, base: Base, branch: str) -> None:
    terms = base.terms("modalities")

    def below(id: str) -> set[str]:
        return {id}.union(*(below(child) for child, term in terms.items() if id in term.parents))

    expected = {therapy.id for therapy in base.therapies.values() if set(therapy.modality) & below(branch)}
    found = run("list", "--modality", branch, "-o", "ids").out.split()
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_a_group_finds_what_lies_below(run: Run) -> None:
    aml = set(run("list", "-c", "AML", "-o", "ids").out.split())
    assert aml < set(run("list", "-c", "leukaemia", "-o", "ids").out.split())


def test_status_epilepticus_in_children_has_the_four_options(run: Run) -> None:
    found = set(run("list", "--population", "child", "-c", "status epilepticus", "-o", "ids").out.split())
    assert {"ketamine-rse", "lidocaine-se", "inhaled-anesthetic-rse"} < found
    assert found & {"first-line-immunotherapy-norse", "anakinra-fires", "tocilizumab-norse"}


def test_one_facet_twice_is_either_and_two_facets_are_both(run: Run) -> None:
    def ids(*argv: str) -> set[str]:
        return set(run("list", "-o", "ids", *argv).out.split())

    assert ids("-c", "AML", "-c", "ARDS") == ids("-c", "AML") | ids("-c", "ARDS")
    assert ids("-c", "AML", "-m", "chemo") == ids("-c", "AML") & ids("-m", "chemo")
    assert ids("--evidence", "2") >= ids("--evidence", "1")
    assert ids("--investigational") | ids("--no-investigational") == ids()
    assert not ids("--investigational") & ids("--no-investigational")


def test_every_reference_is_cited_on_one_line(run: Run, base: Base) -> None:
    for number in range(1, len(base.references) + 1):
        out, _, code = run("cite", str(number))
        assert code == 0
        assert out.count("\n") == 1
        assert out.strip()


def test_cite_6_prints_the_reviews_reference_and_says_what_it_is(run: Run) -> None:
    assert run("cite", "6") == (
        "Fraietta C, Grignani A, Marchesi F, Savini F, Ferrari A, Rossi FM. Gilteritinib as Rescue Therapy in"
        " Relapsed/Refractory FLT3-Mutated Acute Myeloid Leukemia: A Real-World Experience. Clin Lymphoma Myeloma Leuk."
        " 2021;21:574–80.\n",
        "salvage: reference 6 is as-cited: known only from reference 11, which cites it, and not found in public records;"
        " cite instead: 526 527 507 109\n",
        0,
    )


def test_an_unknown_number_exits_1_and_says_the_range(run: Run) -> None:
    assert run("cite", "999999") == ("", "salvage: no reference is called '999999'; numbers run from 1 to 826\n", 1)


def test_several_references_and_a_therapys_are_cited_in_order_and_once(run: Run) -> None:
    out, _, code = run("cite", "6", "13", "gilteritinib-aml", "526")
    lines = out.splitlines()
    assert code == 0
    assert len(lines) == len(set(lines)) == 2 + 4
    assert lines[0].startswith("Fraietta C")
    assert lines[2].startswith("Perl AE")


def test_what_is_known_is_cited_although_something_is_not(run: Run) -> None:
    out, err, code = run("cite", "526", "nobody-1999")
    assert out.startswith("Perl AE")
    assert "no reference is called 'nobody-1999'" in err
    assert code == 1


@pytest.mark.parametrize("format", ["tsv", "csv", "json", "jsonl", "yaml", "markdown", "ids", "plain", "table"])
@pytest.mark.parametrize("command", ["list", "lookup"])
def test_every_format_of_aml_is_as_before(run: Run, golden: Golden, command: str, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    out, err, code = run(command, "-c", "AML", "-o", format, "--evidence", "2")
    assert (err, code) == ("", 0)
    golden(f"{command}-aml.{format}.txt", out)


def test_fields_choose_the_columns_in_their_order(run: Run) -> None:
    out = run("list", "-c", "AML", "--fields", "verdict,id", "-o", "tsv").out
    assert out.splitlines()[:2] == ["verdict\tid", "benefit\tgilteritinib-aml"]
    record = json.loads(run("list", "-c", "AML", "--fields", "id,verdict", "-o", "jsonl").out.splitlines()[0])
    assert record == {"id": "gilteritinib-aml", "verdict": "benefit"}


def test_nothing_found_is_status_1_with_an_empty_document(run: Run) -> None:
    out, err, code = run("list", "-c", "AML", "-m", "radiation", "-o", "json")
    assert json.loads(out)["therapies"] == []
    assert (err, code) == ("salvage: nothing is known here that fits all facets, for Acute myeloid leukemia\n", 1)


def test_salvage_alone_shows_help_with_examples(run: Run) -> None:
    out, err, code = run()
    assert (err, code) == ("", 0)
    assert "salvage lookup --condition AML" in out
    assert "Reference information, not medical advice." in out


@pytest.mark.parametrize("command", list(cli.ROOMS))
def test_every_command_and_option_has_help(run: Run, command: str) -> None:
    out, err, code = run(command, "--help")
    assert (err, code) == ("", 0)
    assert "Examples" in out or command in ("info", "schema")
    for line in re.findall(r"^  (-\S.*)$", out, re.M):
        assert re.search(r"\s{2,}\S", line) or f"{line}\n     " in out.replace("\n  ", "\n  "), line


def test_wrong_usage_is_status_2(run: Run) -> None:
    for argv in (["bogus"], ["list", "--bogus"], ["show"], ["lookup"], ["cite"], ["list", "-o", "xml"], ["terms", "things"]):
        seen = run(*argv)
        assert (seen.out, seen.code) == ("", 2), argv
        assert seen.err


def shell(command: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    salvage = f"{shlex.quote(sys.executable)} -m salvage_cli"
    script = command.replace("salvage", salvage, 1)
    return subprocess.run(["bash", "-c", script], capture_output=True, env={**os.environ, **env}, check=False)


def test_a_closed_pipe_is_quiet() -> None:
    for command in (
        "salvage list | head -1",
        "salvage list -o json | head -1",
        "salvage lookup -c cancer | head -1",
        "salvage terms agents | head -1",
    ):
        seen = shell(command)
        assert seen.stderr == b""
        assert seen.stdout.count(b"\n") == 1


@pytest.mark.parametrize("argv", ["list -o json", "map -o json", "terms agents", "schema", "search relapse -n 1000 -o json"])
def test_a_closed_pipe_ends_with_the_status_of_one(argv: str) -> None:
    seen = shell(f"salvage {argv} | true; echo ${{PIPESTATUS[0]}}")
    assert (seen.stdout, seen.stderr) == (b"141\n", b"")


ANSWERING = [
    "--version",
    "--help",
    "cite 6",
    "cite 6 --style json",
    "lookup -c AML",
    "list -o json",
    "show gilteritinib-aml",
    "terms agents",
    "info",
]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system, which plays the full disk")
@pytest.mark.parametrize("command", ANSWERING)
def test_a_full_disk_is_said_and_ends_with_4(command: str) -> None:
    seen = shell(f"salvage {command} >/dev/full")
    assert (seen.stderr.decode(), seen.returncode) == ("salvage: cannot write the answer: No space left on device\n", 4)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system, which plays the full disk")
@pytest.mark.parametrize("command", ["cite 6", "cite 6 --style json", "lookup -c C92.00", "lookup -c nonsense"])
def test_messages_that_cannot_be_written_end_with_4(command: str) -> None:
    assert shell(f"salvage {command} 2>/dev/full").returncode == 4


@pytest.mark.parametrize("command", [*ANSWERING, "cite -"])
@pytest.mark.parametrize("stream", [0, 1, 2])
def test_a_closed_stream_is_as_dev_null(command: str, stream: int) -> None:
    closed = shell(f"salvage {command} {stream}>&-", PYTHONUNBUFFERED="")
    nowhere = shell(f"salvage {command} {stream}{'<' if stream == 0 else '>'}/dev/null", PYTHONUNBUFFERED="")
    assert (closed.stdout, closed.stderr, closed.returncode) == (nowhere.stdout, nowhere.stderr, nowhere.returncode)
    assert b"Traceback" not in closed.stderr


def test_ctrl_c_is_quiet() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "salvage_cli", "cite", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell starts its background jobs deaf to Ctrl-C, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (out, err, process.returncode) == (b"", b"", 130)


@pytest.mark.parametrize(
    "env", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "latin-1"}]
)
def test_no_encoding_crashes(env: dict[str, str]) -> None:
    for command in (
        "salvage lookup -c AML",
        "salvage list -o json",
        "salvage cite 1 2 3 4 5 6 7 8 9 10",
        "salvage show gilteritinib-aml",
        "salvage list -o table",
    ):
        seen = shell(command, **env)
        assert seen.returncode == 0, seen.stderr
        assert seen.stdout
        if "json" in command:
            assert json.loads(seen.stdout)["count"] == 579


def test_a_pipe_has_no_colour_and_color_forces_it(run: Run) -> None:
    assert "\x1b" not in run("lookup", "AML", "-o", "table").out
    assert "\x1b[" in run("lookup", "AML", "-o", "table", "--color").out


def test_the_count_of_a_term_is_that_of_the_therapies_filed_under_it(run: Run) -> None:
    def counts(kind: str) -> dict[str, int]:
        return {term["id"]: term["therapies"] for term in json.loads(run("terms", kind, "-o", "json").out)[kind.replace("-", "_")]}

    rows = json.loads(run("list", "-o", "json").out)["therapies"]
    levels = [row["evidence_level"] for row in rows]
    assert counts("levels") == {str(level): levels.count(level) for level in (1, 2, 3, 4, 5)}
    verdicts = [row["verdict"] for row in rows]
    assert counts("verdicts") == {verdict: verdicts.count(verdict) for verdict in counts("verdicts")}
    for specialty, count in counts("specialties").items():
        assert count == len(run("list", "--specialty", specialty, "-o", "ids").out.split())
    assert sum(counts("designs").values()) == len(rows)
    assert counts("standings")["checked"] == len(run("list", "--checked", "-o", "ids").out.split())


def test_terms_are_a_tree_with_counts(run: Run) -> None:
    lines = run("terms", "modalities", "-o", "plain").out.splitlines()
    assert "radiation (31): Radiation therapy" in lines
    assert "  brachytherapy (3): Brachytherapy" in lines
    assert run("terms", "-o", "tsv").out.splitlines()[1] == "conditions\t296"


def test_search_ranks_names_first_and_takes_words_literally(run: Run) -> None:
    assert run("search", "gilteritinib", "-o", "ids").out.splitlines()[0] == "gilteritinib-aml"
    assert run("search", "relapsed", "-o", "ids").out == run("search", "relapsing", "-o", "ids").out
    assert run("search", "leukaemia", "-o", "ids", "-n", "500").out == run("search", "leukemia", "-o", "ids", "-n", "500").out
    assert "daratumumab-multiple-myeloma" in run("search", "MM", "-o", "ids", "-n", "500").out.split()
    assert "venovenous-ecmo-ards" in run("search", "ECLS", "-o", "ids").out.split()
    assert run("search", "ADMIRAL", "-o", "ids").out == "gilteritinib-aml\n"
    assert run("search", '"', "AND", "NEAR(", "-o", "ids").code in (0, 1)
    assert run("search", "zzzz", "-o", "plain") == ("", "salvage: nothing has the word 'zzzz'\n", 1)
    header = "id\tname\tcondition_name\tmodality\tverdict\tevidence_level\tresult\tcitations\n"
    assert run("search", "zzzz") == (header, "salvage: nothing has the word 'zzzz'\n", 1)
    assert run("search", "***") == ("", "salvage: what to search for? give words\n", 2)
    assert len(run("search", "survival", "-o", "ids", "--limit", "3").out.split()) == 3


def test_search_says_what_it_leaves_off_and_why_it_finds_nothing(run: Run) -> None:
    found = run("search", "survival", "-o", "ids", "-n", "3")
    assert re.fullmatch(r"salvage: the best 3 of \d{3}; -n N for more\n", found.err)
    assert run("search", "gilteritinib", "-c", "AML", "--verdict", "harm", "-o", "ids") == (
        "",
        "salvage: no therapy that fits all facets has the word 'gilteritinib'\n",
        1,
    )
    nothing = run("search", "zzzz", "-o", "json")
    assert (json.loads(nothing.out)["count"], nothing.code) == (0, 1)


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_chosen_fields_keep_their_types(run: Run, format: str) -> None:
    fields = ("id", "investigational", "evidence_indirect", "agents", "citations", "outcomes", "review_by")
    whole, part = (run("list", "AML", "-o", format, *more).out for more in ((), ("--fields", ",".join(fields))))

    def records(text: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = (
            json.loads(text)["therapies"] if format == "json" else [json.loads(line) for line in text.splitlines()]
        )
        return found

    assert records(part) == [{name: record[name] for name in fields} for record in records(whole)]
    assert list(records(part)[0]) == [*fields]


def test_truth_is_spelled_one_way_in_every_table(run: Run) -> None:
    for command in ("list", "compare"):
        out = run(command, "-c", "AML", "-o", "csv").out
        assert not re.search(r"\b(True|False)\b", out)
    rows = run("list", "AML", "-o", "tsv", "--fields", "investigational,evidence_indirect", "--no-header").out
    assert set(rows.split()) == {"true", "false"}


def test_an_empty_day_is_refused_not_dropped(run: Run) -> None:
    assert run("list", "--reviewed-before", "") == ("", "salvage: '' is not a day; write YYYY-MM-DD\n", 2)


@pytest.mark.parametrize("argv", [("cite", b"\xff"), ("show", b"a\xffml"), ("compare", b"\xff")])
def test_bytes_that_are_no_text_are_named(argv: tuple[str, bytes]) -> None:
    done = subprocess.run([sys.executable, "-m", "salvage_cli", *argv], capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"salvage: ")
    assert b"is not text in this locale" in done.stderr


def test_show_gives_what_it_knows_and_names_the_rest(run: Run) -> None:
    out, err, code = run("show", "nosuch", "gilteritinib-aml", "-o", "plain")
    assert out.startswith("Gilteritinib · Acute myeloid leukemia [gilteritinib-aml]\n")
    assert (err.startswith("salvage: no therapy is called 'nosuch'"), code) == (True, 1)
    assert run("show", "nosuch", "gilteritinib-aml", "-o", "ids").out == "gilteritinib-aml\n"


def test_a_format_is_known_in_capitals_too(run: Run) -> None:
    assert run("list", "AML", "-o", "TSV").out == run("list", "AML", "-o", "tsv").out


def test_a_message_cuts_what_was_typed(run: Run) -> None:
    assert len(run("cite", "x" * 5000).err) < 300
    assert len(run("list", "y" * 5000).err) < 300


def test_search_says_where_the_words_stand_or_the_result_where_the_heading_has_them(run: Run) -> None:
    assert run("search", "BPaLM", "QT", "prolongation", "-o", "plain").out.splitlines()[2] == "  Side effects: QT prolongation"
    heading, _, result = run("search", "felzartamab", "-o", "plain").out.splitlines()
    assert heading.startswith("Felzartamab · Antibody-mediated rejection")
    assert result.startswith("  Resolution of morphologic antibody-mediated rejection at week 24: 82 v 20% (placebo)")


def test_search_marks_its_hits_on_a_terminal(run: Run) -> None:
    out = run("search", "BPaLM", "QT", "prolongation", "-o", "table", "--color").out
    assert "Side effects: \x1b[1;4mQT\x1b[0m \x1b[1;4mprolongation\x1b[0m" in out


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=30), st.sampled_from(["lookup", "list", "show", "cite", "search", "terms", "completion"]))
def test_no_argument_raises_anything(run: Run, typed: str, command: str) -> None:
    assert run(command, "--", typed).code in (0, 1, 2)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=30),
    st.sampled_from(["-c", "-m", "-f", "-a", "-p", "-b", "--specialty", "--verdict", "--sort", "-o", "--fields", "--evidence"]),
)
def test_no_option_raises_anything(run: Run, typed: str, flag: str) -> None:
    assert run("list", f"{flag}={typed}" if flag.startswith("--") else flag, *([] if flag.startswith("--") else [typed])).code in (0, 1, 2)
