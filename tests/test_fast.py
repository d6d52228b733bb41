"""The fast lane gives the same bytes and statuses as the full command line, or leaves the question to it."""

import io
import sys
from collections.abc import Callable

import pytest

from salvage_cli import cli, facets, fast
from salvage_cli.model import Base
from tests.conftest import Seen

LINES = [
    ["--version"],
    ["list"],
    ["list", "-o", "tsv"],
    ["list", "-o", "csv", "--no-header"],
    ["list", "-o", "markdown", "-c", "AML"],
    ["list", "-o", "yaml", "-c", "AML"],
    ["list", "-o", "ids", "--modality", "radiation"],
    ["list", "-m", "chemo", "-m", "surgery", "-f", "relapse", "-o", "jsonl"],
    ["list", "--failure=recurrence", "--fields=id,verdict,source", "--sort", "year"],
    ["list", "--evidence", "2", "--checked", "--no-investigational", "-p", "child", "--verdict", "benefit"],
    ["list", "-m", "experimental"],
    ["list", "-c", "relapsed AML"],
    ["list", "-c", "nonsense"],
    ["list", "-m", "radio"],
    ["list", "-o", "xml"],
    ["list", "--sort", "luck"],
    ["list", "--fields", "nope"],
    ["list", "-c", "AML", "-m", "radiation"],
    ["list", "stray"],
    ["list", "acute", "myeloid", "leukaemia", "-o", "tsv"],
    ["list", "--evidence", "9"],
    ["list", "--unknown"],
    ["list", "-c"],
    ["list", "-c", "-x"],
    ["lookup", "-o", "json", "AML"],
    ["lookup", "acute", "myeloid", "leukaemia", "-o", "jsonl"],
    ["lookup", "-c", "T86.1", "-o", "tsv"],
    ["lookup", "-o", "json"],
    ["lookup", "AML", "-o", "ids", "--fields", "name"],
    ["lookup", "AML"],
    ["show", "gilteritinib-aml", "-o", "json"],
    ["show", "gilteritinib-aml", "quizartinib-aml", "-o", "yaml"],
    ["show", "nothing-there", "-o", "json"],
    ["show", "-o", "json"],
    ["lookup", "AML", "-o", "table"],
    ["lookup", "AML", "-o", "plain", "--evidence", "2"],
    ["lookup", "AML", "-o", "svg"],
    ["lookup", "AML", "--color", "-o", "table"],
    ["lookup", "AML", "--no-color", "-o", "table"],
    ["list", "-c", "leukemia", "-o", "table"],
    ["show", "gilteritinib-aml"],
    ["show", "gilteritinib-aml", "-o", "table"],
    ["lookup", "--help"],
    ["cite", "6"],
    ["cite", "6", "13", "6", "perl-2019", "--quiet"],
    ["cite", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"],
    ["cite", "999999"],
    ["cite", "gilteritinib-aml"],
    ["cite", "NCT02421939"],
    ["cite", "-s", "apa", "526"],
    ["cite", "--style=nlm", "526"],
    ["cite", "--style", "bibtex", "526"],
    ["cite", "-c", "AML"],
    ["cite"],
    [],
]  # fmt: skip


class _Out(io.TextIOWrapper):
    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="\n", write_through=True)

    def text(self) -> str:
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode()


def seen(work: Callable[[], int | None], monkeypatch: pytest.MonkeyPatch) -> tuple[Seen, int | None]:
    out, err = _Out(), _Out()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        status = work()
    return Seen(out.text(), err.text(), -1 if status is None else int(status)), status


@pytest.mark.parametrize("argv", LINES, ids=" ".join)
def test_both_ways_give_the_same_bytes_and_status(argv: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    quick, status = seen(lambda: fast.lane(argv), monkeypatch)
    if status is None:
        assert (quick.out, quick.err) == ("", "")
        return
    full, _ = seen(lambda: cli.run(argv), monkeypatch)
    assert quick == full


@pytest.mark.parametrize(
    "argv",
    [["--version"], ["list", "-o", "tsv"], ["lookup", "-c", "AML", "-o", "json"], ["show", "gilteritinib-aml", "-o", "json"]],
    ids=" ".join,
)
def test_what_scripts_ask_often_is_answered_by_the_lane(argv: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert seen(lambda: fast.lane(argv), monkeypatch)[1] == 0


@pytest.mark.parametrize("argv", [["list", "--unknown"], ["show"], ["cite", "--help"], ["cite", "-c", "AML"], []], ids=" ".join)
def test_every_doubt_goes_to_the_full_command_line(argv: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert seen(lambda: fast.lane(argv), monkeypatch) == (Seen("", "", -1), None)


@pytest.mark.parametrize("style", facets.CITE_STYLES)
def test_every_reference_in_every_style_is_the_same_both_ways(style: str, base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    argv = ["cite", *(str(each.number) for each in base.references.values()), "--style", style]
    quick, status = seen(lambda: fast.lane(argv), monkeypatch)
    assert status == 0
    assert quick == seen(lambda: cli.run(argv), monkeypatch)[0]


def test_every_shared_flag_is_read_as_typer_reads_it() -> None:
    for option in (*facets.FACETS, facets.SORT, *facets.OUTPUT):
        for flag in option.flags:
            value = [] if option.kind == "flag" else ["2"]
            read = facets.read([flag, *value], (option,))
            assert read is not None
            assert read[0][option.name] == {"flag": True, "texts": ["2"], "text": "2", "level": 2}[option.kind]
