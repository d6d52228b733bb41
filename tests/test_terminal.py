"""What people see: the screens of `docs/screens`, made here, and how color, links, widths and the pager behave."""

import os
import pty
import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pexpect
import pytest

from salvage_cli import output, screens, text
from salvage_cli.fold import Span, bind, cells, free, plain
from salvage_cli.library import Library, Query
from salvage_cli.model import Withdrawal
from salvage_cli.output import Style
from salvage_cli.people import card as library_card
from salvage_cli.terminal import LOOKS, console, drawn
from tests.conftest import Run

SCREENS = Path(__file__).parent.parent / "docs" / "screens"
WIDTHS = (50, 80, 120, 200)

TOPICS: dict[str, tuple[tuple[str, ...], str]] = {
    "aml": (("-c", "AML"), "overall survival"),
    "prostate-recurrence": (("-c", "prostate-psa-recurrence", "-c", "prostate-radiorecurrent"), "biochemical-recurrence-free-survival"),
    "ards": (("-c", "ARDS"), "mortality"),
    "status-epilepticus-children": (("-c", "status epilepticus", "-p", "child"), "seizure control"),
    "ulcerative-colitis": (("-c", "ulcerative colitis"), "clinical remission"),
    "kidney-rejection": (("-c", "kidney transplant rejection"), ""),
}
"""The questions whose screens are kept, with the measure that `compare` shows of each."""

COMMANDS = [
    *(
        (name, command)
        for name, (facets, measure) in TOPICS.items()
        for command in (("list", *facets), ("lookup", *facets), ("compare", *facets, *(("--measure", measure) if measure else ())))
    ),
    ("cards", ("show", "gilteritinib-aml", "venoarterial-ecmo-cardiogenic-shock")),
    ("map-critical-care", ("map", "--specialty", "critical care")),
]


@pytest.fixture
def screen(run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What a command draws at a width, without color."""

    def at(width: int, *argv: str) -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        out, _, code = run(*argv, "-o", "table")
        assert code == 0
        return out

    return at


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", dict.fromkeys(name for name, _ in COMMANDS))
def test_the_screens_in_the_docs_are_what_is_drawn(
    screen: Callable[..., str], request: pytest.FixtureRequest, name: str, width: int
) -> None:
    parts = []
    for _, argv in [each for each in COMMANDS if each[0] == name]:
        words = " ".join(f"'{word}'" if " " in word else word for word in argv)
        parts.append(f"$ salvage {words}\n\n{screen(width, *argv)}")
    file = SCREENS / f"{name}-{width}.txt"
    if request.config.getoption("--renew"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(parts), encoding="utf-8")
    assert file.is_file(), f"no {file.name} in docs/screens; make it with pytest --renew"
    assert "\n".join(parts) == file.read_text(encoding="utf-8"), f"{file.name} differs; if the new screen is right, run pytest --renew"


BROKEN = re.compile(
    r"(\d%? (to|v)|\b(HR|RR|OR|SMR|SMD)|[\d%] CI|\bn|[(–−]|\bPMID:|\bcite)$"  # the line ends before its number does
)
ALONE = re.compile(r"^\s*([–%]|(to|v) [−\d]|\([−\d.]+(–| to )[−\d.]+\))")


@pytest.mark.parametrize("width", [50, 60, 80, 100, 120, 160, 200])
@pytest.mark.parametrize("argv", [argv for _, argv in COMMANDS], ids=" ".join)
def test_no_screen_is_wider_than_the_terminal_and_no_line_ends_within_a_number(
    screen: Callable[..., str], argv: tuple[str, ...], width: int
) -> None:
    for line in screen(width, *argv).splitlines():
        assert cells(line) <= width
        for column in re.split(r"   +", line):
            assert not BROKEN.search(column.rstrip(" │┤├■─")), line
            assert width < 60 or not ALONE.match(column), line


@pytest.mark.parametrize("width", [50, 59, 60, 80, 100, 129, 130, 160, 200])
@pytest.mark.parametrize("facets", [facets for facets, _ in TOPICS.values()], ids=TOPICS)
def test_lookup_cuts_nothing(screen: Callable[..., str], shipped: Library, facets: tuple[str, ...], width: int) -> None:
    out = screen(width, "lookup", *facets)
    wanted = Counter[str]()
    query = Query(condition=facets[1::2]) if "-p" not in facets else Query(condition=[facets[1]], population=[facets[3]])
    entries = [text.Entry(*row) for row in shipped.find(query).rows(text.LOOKUP_COLUMNS)]
    for entry in entries:
        wanted.update(" ".join((entry.name, entry.result, *entry.known, entry.citations)).split())
    assert "…" not in out
    assert not wanted - Counter(out.split())
    if width >= 80:
        for unit in (unit for entry in entries for unit in bind(entry.result).split(" ") if cells(unit) <= 40):
            assert free(unit) in out


@pytest.mark.parametrize("width", [50, 60, 80, 100, 120, 129, 130, 132, 160, 200])
def test_list_never_cuts_a_name_and_marks_every_cut(screen: Callable[..., str], shipped: Library, width: int) -> None:
    out = screen(width, "list")
    words = Counter(out.split())
    entries = [text.Entry(*row) for row in shipped.find(Query()).rows(text.LOOKUP_COLUMNS)]
    assert not Counter(word for entry in entries for word in entry.name.split()) - words
    flat = " ".join(out.split())
    shown = [entry for entry in entries if entry.result in flat]
    assert words["…"] >= len(entries) - len(shown)
    assert max(map(cells, out.splitlines())) <= width


def test_signs_words_and_levels_are_those_of_the_vocabulary(shipped: Library) -> None:
    assert {term["id"]: term["name"].lower() for term in shipped.terms("verdicts")} == text.VERDICTS
    assert {int(term["id"]): term["name"].lower() for term in shipped.terms("levels")} == text.LEVELS
    assert set(text.SYMBOLS) == set(text.VERDICTS)
    assert len(set(text.SYMBOLS.values())) == len(text.SYMBOLS)
    assert set(text.COLORS) < set(text.VERDICTS)
    assert all(text.shown(verdict).isupper() == (verdict in ("no-benefit", "harm")) for verdict in text.VERDICTS)


def test_show_takes_names_and_says_how_it_read_them(run: Run) -> None:
    out, err, code = run("show", "quizartinib", "gilteritinib-am", "-o", "plain")
    assert code == 0
    assert re.findall(r"^\w.* \[([a-z-]+)\]$", out, flags=re.M) == ["quizartinib-aml", "gilteritinib-aml"]
    assert "salvage: 'gilteritinib-am' was read as gilteritinib-aml\n" in err


def test_a_card_answers_in_this_order(run: Run) -> None:
    lines = run("show", "gilteritinib-aml", "-o", "table").out.splitlines()
    assert [line for line in lines if line and not line.startswith(" ")][3:-2] == [
        "What and for whom",
        "After what",
        "Does it work",
        "Other outcomes",
        "Before starting",
        "As given in the study",
        "Alternatives for the same condition",
        "Citations",
    ]


@pytest.mark.parametrize("width", [50, 80, 200])
@pytest.mark.parametrize("argv", [("terms",), ("terms", "modalities"), ("terms", "biomarkers"), ("terms", "conditions"), ("info",),
                                  ("search", "relapse", "FLT3")], ids=" ".join)  # fmt: skip
def test_the_other_tables_fit_the_terminal_too(screen: Callable[..., str], argv: tuple[str, ...], width: int) -> None:
    out = screen(width, *argv)
    assert out.strip()
    assert max(map(cells, out.splitlines())) <= width


def test_a_search_marks_its_hits_and_keeps_the_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "60")
    out = run("search", "relapse", "FLT3", "-o", "table", "--color").out
    assert "\x1b[1;4mFLT" in out
    assert "or refractory AML" in re.sub(r"\x1b\[[\d;]*m", "", out).replace("\n  ", " ")


def test_a_withdrawn_record_says_so_at_its_head(shipped: Library) -> None:
    card = library_card(shipped, "gilteritinib-aml")
    withdrawn = replace(card.therapy, withdrawn=Withdrawal(date="2026-01-01", reason="it was wrong"))
    assert plain(screens.show(card._replace(therapy=withdrawn), 80))[3] == "WITHDRAWN on 2026-01-01: it was wrong"


# ------------------------------------------------------------------------------------------------ color and links

LINES = [[Span("Gilteritinib", "name"), Span("  "), Span("= NO BENEFIT", "no-benefit"), Span(" [red]x[/red] :smile:")],
         [Span("doi:10.1/x", "link", "https://doi.org/10.1/x")]]  # fmt: skip


def colored(monkeypatch: pytest.MonkeyPatch, color: bool | None = None, **environ: str) -> str:
    """What a terminal gets."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    for look in LOOKS.values():  # rich keeps the codes that a style had on the first terminal it met
        look._ansi = None
    stream = StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    return drawn(console(stream, width=80, color=color), LINES)


def test_text_is_never_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = re.sub(r"\x1b(\[[\d;]*m|\]8;[^\x1b]*\x1b\\)", "", colored(monkeypatch, TERM="xterm-256color"))
    assert shown == "Gilteritinib  = NO BENEFIT [red]x[/red] :smile:\ndoi:10.1/x\n"


def test_a_terminal_gets_color_and_links(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = colored(monkeypatch, TERM="xterm-256color", COLORTERM="truecolor")
    assert re.search(r"\x1b\[1;38;(2;192;79;0|5;130)m= NO BENEFIT\x1b\[0m", shown)
    assert re.search(r"\x1b\]8;id=\d+;https://doi.org/10.1/x\x1b\\", shown)


@pytest.mark.parametrize(("color", "environ"), [(None, {"NO_COLOR": "1", "TERM": "xterm-256color"}), (False, {"TERM": "xterm-256color"})])
def test_no_color_means_no_color(monkeypatch: pytest.MonkeyPatch, color: bool | None, environ: dict[str, str]) -> None:
    assert not re.search(r"\x1b\[[\d;]*3[0-8]", colored(monkeypatch, color, **environ))


def test_a_dumb_terminal_gets_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in colored(monkeypatch, TERM="dumb")


def test_a_dumb_terminal_keeps_its_width() -> None:
    env = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    argv = ["-m", "salvage_cli", "list", "-c", "ARDS", "--no-pager"]
    child = pexpect.spawn(sys.executable, argv, env={**env, "TERM": "dumb"}, encoding="utf-8", dimensions=(40, 50), timeout=60)
    lines = child.read().splitlines()
    assert lines
    assert max(map(len, lines)) <= 50


def test_color_can_be_forced_into_a_pipe(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" in run("lookup", "ARDS", "-o", "table", "--color").out
    assert "\x1b[" not in run("lookup", "ARDS", "-o", "table").out


def test_every_verdict_with_a_color_has_a_look() -> None:
    assert set(text.COLORS) <= set(LOOKS)


# ------------------------------------------------------------------------------------------------ a real terminal


def on_a_terminal(*argv: str, rows: int = 24, columns: int = 80, **environ: str) -> str:
    """What a command writes to a terminal of its own."""
    import fcntl
    import struct
    import termios

    here, there = pty.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    clean = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")}
    child = subprocess.Popen(
        [sys.executable, "-m", "salvage_cli", *argv],
        stdin=there,
        stdout=there,
        stderr=there,
        env={**clean, "TERM": "xterm-256color", **environ},
    )
    os.close(there)
    got = b""
    try:
        while part := os.read(here, 65536):
            got += part
    except OSError:
        pass
    finally:
        os.close(here)
    assert child.wait(60) == 0
    return got.decode().replace("\r\n", "\n")


def test_a_long_answer_goes_through_the_pager_with_its_headings_said_again() -> None:
    shown = on_a_terminal("lookup", "AML", SALVAGE_PAGER="sed s/^/P/")
    lines = shown.splitlines()
    assert all(line.startswith("P") for line in lines)
    assert shown.count(" (continued)") > 3


def test_a_short_answer_and_a_refused_pager_go_straight_to_the_terminal() -> None:
    assert not on_a_terminal("lookup", "ARDS", rows=200, SALVAGE_PAGER="sed s/^/P/").startswith("P")
    assert not on_a_terminal("lookup", "AML", "--no-pager", SALVAGE_PAGER="sed s/^/P/").startswith("P")
    assert "(continued)" not in on_a_terminal("lookup", "AML", "--no-pager")


def test_what_was_read_stands_at_the_top_of_the_pager() -> None:
    shown = on_a_terminal("lookup", "DLBCL", "after", "CAR-T", SALVAGE_PAGER="sed s/^/P/")
    paged = [line for line in shown.splitlines() if line.startswith("P")]
    assert paged[0].startswith("Psalvage: 'DLBCL after CAR-T' was read as Large B-cell lymphoma")
    assert paged[0].endswith("not used: after")
    assert paged[1] == "Pcar t"


def test_a_pager_that_is_not_there_hides_nothing() -> None:
    assert "Gilteritinib" in on_a_terminal("lookup", "AML", SALVAGE_PAGER="no-such-pager-here")


def test_nothing_is_paged_in_a_pipe() -> None:
    assert output.screenful(Style()) == 0


def test_the_whole_width_of_a_terminal_is_used(shipped: Library) -> None:
    entries = [text.Entry(*row) for row in shipped.find(Query(condition=["AML"])).rows(text.LOOKUP_COLUMNS)]
    longest = [
        max(cells("".join(span.text for span in line)) for line in screens.lookup(entries, {}, "level", width)) for width in (80, 160)
    ]
    assert longest[0] > 70
    assert longest[1] > 140


# ------------------------------------------------------------------------------------------------ the page about it

PAGE = SCREENS.parent / "screens.md"


def test_the_examples_of_the_page_are_what_is_printed(run: Run, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    parts = re.split(r"^    \$ salvage (.*)\n(?:(?:    .*)?\n)*?(?=\S)", PAGE.read_text(encoding="utf-8"), flags=re.M)
    page = parts[0]
    for command, rest in zip(parts[1::2], parts[2::2], strict=True):
        out = run(*shlex.split(command), "-o", "plain").out
        page += f"    $ salvage {command}\n\n" + "".join(f"    {line}".rstrip() + "\n" for line in out.splitlines()) + f"\n{rest}"
    if request.config.getoption("--renew"):
        PAGE.write_text(page, encoding="utf-8")
    assert len(parts) == 5
    assert page == PAGE.read_text(encoding="utf-8"), "docs/screens.md differs; if the new text is right, run pytest --renew"
