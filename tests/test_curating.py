"""docs/curating.md as written: its files are made, its commands run in order, their output compared; and `new`."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from salvage_cli import source
from salvage_cli.opening import shipped_files
from tests.conftest import Run

PAGE = (Path(__file__).parent.parent / "docs" / "curating.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?:<!-- file: (?P<file>\S+) -->\n)?```(?P<kind>yaml|console)\n(?P<text>.*?)```\n", re.S)
TODAY = "2026-11-25"


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block with the output that the page shows."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def test_the_walk_through_is_true(tmp_path: Path) -> None:
    """One shell session; `validate` is told the day, so that the page stays true when its records grow old."""
    program = tmp_path / "bin" / "salvage"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/bash\nset -- "$@"\n[ "$1" = validate ] && [[ "$*" != *--explain* ]] && set -- "$@" --today {TODAY}\n'
        f'exec "{sys.executable}" -c "from salvage_cli.fast import main; main()" "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    folder = tmp_path / "hospital"
    folder.mkdir()
    environ = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "SALVAGE_CACHE": str(tmp_path / "cache"),
               "PYTHONPATH": str(Path(__file__).parent.parent), "LC_ALL": "C.UTF-8"}  # fmt: skip
    environ.pop("SALVAGE_DATA", None)
    shell = ["bash", "--noprofile", "--norc"]
    script = ""
    wanted: list[tuple[str, str]] = []
    for block in BLOCK.finditer(PAGE):
        if block["file"]:
            script += f"mkdir -p {Path(block['file']).parent}\ncat > {block['file']} <<'END-OF-FILE'\n{block['text']}END-OF-FILE\n"
        for command, output in steps(block["text"]) if block["kind"] == "console" else ():
            script += f"echo '::{len(wanted)}'\n{command}\n"
            wanted.append((command, output))
    for command in _steps_of_the_workflow():
        script += f"echo '::{len(wanted)}'\n{command}\n"
        wanted.append((command, ""))
    seen = subprocess.run(shell, input=script, capture_output=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, encoding="utf-8", cwd=folder, env=environ, check=False)  # fmt: skip
    shown = re.split(r"^::\d+\n", seen.stdout, flags=re.M)[1:]
    assert len(wanted) > 15
    assert len(shown) == len(wanted), seen.stdout
    for (command, output), real in zip(wanted, shown, strict=True):
        assert (command, real) == (command, output.rstrip("\n") + "\n" if output.strip() else "")
    assert seen.returncode == 0


def _steps_of_the_workflow() -> list[str]:
    """What the page's workflow runs, but the installation."""
    (text,) = [block["text"] for block in BLOCK.finditer(PAGE) if block["file"] and "workflows" in block["file"]]
    found = [step["run"] for step in yaml.safe_load(text)["jobs"]["validate"]["steps"] if "run" in step]
    assert found == ["pip install salvage-cli", "salvage validate protocols/ --strict -o github"]
    return found[1:]


@pytest.mark.skipif(not shutil.which("bash"), reason="the page is for a shell")
def test_the_page_has_commands() -> None:
    assert len([step for block in BLOCK.finditer(PAGE) if block["kind"] == "console" for step in steps(block["text"])]) > 15


# ------------------------------------------------------------------------------------------------ new


@pytest.mark.parametrize("kind", ["therapy", "reference", "condition", "agent"])
def test_a_template_lacks_only_what_only_a_person_knows(run: Run, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(run("new", kind).out, encoding="utf-8")
    problems = source.load([file], own=True).problems
    assert problems
    assert {each.rule for each in problems} <= {"fields-present", "values-fit"}
    assert all(re.search("is empty|found nothing|is missing", each.message) for each in problems), problems


def test_options_fill_a_template(run: Run) -> None:
    out = run("new", "therapy", "--name", "Drug X", "-c", "acute myeloid leukaemia", "-m", "radiotherapy", "-f", "recurrence",
              "-f", "intolerance", "-a", "Xospata", "-r", "526").out  # fmt: skip
    for line in (
        "- id: drug-x-aml # ", "  name: Drug X # ", "  condition: aml # ", "  modality: radiation # ",
        "  failure_types: [relapse, intolerance] # ", "  agents: [gilteritinib] # ", "  references: [perl-2019] # ",
    ):  # fmt: skip
        assert f"\n{line}" in out
    out = run(
        "new", "reference", "--title", "T: a study", "--author", "Doe J", "--author", "Roe R", "--year", "2026", "--doi", "10.1/x"
    ).out
    for line in ("- number: X1 # ", "  id: doe-2026 # ", "  authors: [Doe J, Roe R] # ", "  title: 'T: a study' # ", "  doi: 10.1/x # "):
        assert f"\n{line}" in out
    last = max(int(reference.number) for reference in source.load([Path(file) for file in shipped_files()]).base.references.values())
    assert f"- number: {int(last) + 1} # " in run("new", "reference", "--for-base").out


def test_ids_and_numbers_that_are_taken_are_not_proposed(desk: Run, wards: Path) -> None:
    assert "id: gilteritinib-aml-2 #" in desk("new", "therapy", "--name", "Gilteritinib", "-c", "AML").out
    out = desk("new", "reference", "--author", "Perl AE", "--year", "2019", "--data", str(wards)).out
    assert "id: perl-2019-2 #" in out
    assert "number: X2 #" in out


def test_what_a_template_is_told_must_exist(run: Run) -> None:
    assert run("new", "therapy", "-c", "nonsense").code == 1
    assert run("new", "therapy", "-m", "nonsense").code == 2
    assert run("new", "therapy", "-r", "99999").code == 1
    assert run("new", "thing").code == 2


@pytest.mark.parametrize(
    ("kind", "id"), [("therapy", "gilteritinib-aml"), ("reference", "perl-2019"), ("condition", "aml"), ("agent", "gilteritinib")]
)
def test_a_replacement_with_all_fields_kept_changes_nothing(desk: Run, tmp_path: Path, kind: str, id: str) -> None:
    out = desk("new", kind, "--replaces", id).out
    file = tmp_path / "same.yaml"
    file.write_text(re.sub(r"^  # (?!Uncomment)", "  ", out, flags=re.M), encoding="utf-8")
    assert desk("validate", str(file)).code == 0
    if kind == "therapy":
        before, after = (
            desk("show", id, "-o", "yaml", *more).out.replace(f"source: {file}", "source: shipped") for more in ((), ("--data", str(file)))
        )
        assert before == after


def test_a_replacement_of_nothing_names_the_nearest(run: Run) -> None:
    seen = run("new", "therapy", "--replaces", "gilteritinib-am")
    assert (seen.out, seen.code) == ("", 1)
    assert "no therapy has the id 'gilteritinib-am'; did you mean 'gilteritinib-aml'" in seen.err


def test_new_refuses_what_no_file_may_hold(run: Run) -> None:
    assert run("new", "therapy", "--name", "a\u00adb") == (
        "",
        "salvage: character U+00AD is not allowed (control or invisible); remove it\n",
        2,
    )
