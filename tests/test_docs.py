"""The pages say what the program does: screens and commands are produced here and compared, examples are run."""

import re
import shlex
from pathlib import Path

import pytest

from salvage_cli import cli
from tests.conftest import Run

TOP = Path(__file__).parent.parent
README = (TOP / "README.md").read_text(encoding="utf-8")


def keep(request: pytest.FixtureRequest, file: Path, text: str) -> None:
    """Compare a generated page with what stands in the repository, or write it with --renew."""
    if request.config.getoption("--renew"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text, f"{file.name} is out of date; run pytest --renew"


def test_the_screen_of_the_readme_is_real(run: Run, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    found = re.search(r"<!-- screen: (.*?) -->\n```\n(.*?)```\n<!-- end -->", README, re.S)
    assert found
    seen = run(*shlex.split(found[1]))
    assert (seen.err, seen.code) == ("", 0)
    blocks = seen.out.split("\n\n")
    screen = "\n\n".join([*blocks[:3], *[block for block in blocks if block.startswith("Clofarabine")], "…", blocks[-1]])
    keep(request, TOP / "README.md", README.replace(found[0], f"<!-- screen: {found[1]} -->\n```\n{screen}```\n<!-- end -->"))


def test_every_command_of_the_readme_answers(run: Run) -> None:
    lines = [line.strip() for line in re.findall(r"^    (salvage .*)$", README, re.M)]
    assert len(lines) >= 10
    for line in lines:
        command = re.split(r"\s{2,}|[|>]", line)[0].strip()
        if "wards.yaml" in command:
            continue
        assert run(*shlex.split(command)[1:]).code == 0, command


def test_the_numbers_of_the_readme_are_those_of_the_base(run: Run) -> None:
    out = run("info").out
    for number in ("579", "228", "826"):
        assert number in README.partition("## Two commands")[0]
        assert re.search(rf"\b{number}\b", out)


def test_the_page_of_commands_is_the_help(run: Run, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERMINAL_WIDTH", "100")
    parts = ["# Commands\n\nMade from `salvage --help`; every command has the options of its kind.\n"]
    for command in ["", *cli.ROOMS]:
        text = run(*([command] if command else []), "--help").out
        parts.append(f"## salvage {command}".rstrip() + f"\n\n```\n{text.strip()}\n```\n")
    keep(request, TOP / "docs" / "commands.md", "\n".join(parts))


def test_every_link_of_the_pages_leads_somewhere() -> None:
    for page in (*TOP.glob("*.md"), *(TOP / "docs").glob("*.md"), *(TOP / "data").glob("*.md")):
        for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_queries_of_the_index_page_work(shipped: object) -> None:
    from salvage_cli.library import Library

    assert isinstance(shipped, Library)
    page = (TOP / "docs" / "index.md").read_text(encoding="utf-8")
    queries = re.findall(r"```sql\n(.*?)```", page, re.S)
    assert len(queries) >= 3
    for query in queries:
        assert shipped.connection.execute(query).fetchone() is not None, query
