"""Completion: what can stand next, and that real shells put it there, names with blanks and apostrophes included."""

import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from salvage_cli import cli, facets
from salvage_cli.completing import COMMANDS, OPTIONS, SHELLS, candidates
from salvage_cli.library import Library
from tests.conftest import Run


def values(library: Library, *words: str) -> list[str]:
    return [each.value for each in candidates(library.connection, words)]


def test_commands_and_options_and_values_complete(shipped: Library) -> None:
    assert values(shipped, "lo") == ["lookup"]
    assert values(shipped, "list", "--modal") == ["--modality"]
    assert values(shipped, "list", "-m", "brachy") == ["brachytherapy"]
    assert values(shipped, "list", "--modality=brachy") == ["--modality=brachytherapy"]
    assert "Acute myeloid leukemia" in values(shipped, "lookup", "acute my")
    assert "Acute myeloid leukemia" in values(shipped, "list", "acute my")
    assert values(shipped, "lookup", "-c", "Crohn'") == ["Crohn's"]
    assert values(shipped, "show", "gilter") == ["gilteritinib-aml"]
    assert "perl-2019" in values(shipped, "cite", "perl")
    assert "526" in values(shipped, "cite", "52")
    assert values(shipped, "list", "-o", "js") == ["json", "jsonl"]
    assert values(shipped, "compare", "-o", "s") == ["svg"]
    assert values(shipped, "compare", "-c", "AML", "--measure", "overall s") == ["Overall survival"]
    assert values(shipped, "terms", "-o", "s") == []
    assert values(shipped, "list", "--sort", "") == list(facets.SORTS)
    assert values(shipped, "terms", "mod") == ["modalities"]
    assert values(shipped, "list", "-c", "100%") == []


def test_a_value_comes_with_what_it_is(shipped: Library) -> None:
    (found,) = candidates(shipped.connection, ["show", "gilter"])
    assert found.about == "Gilteritinib (Acute myeloid leukemia)"


def test_completion_knows_every_command_and_its_options(run: Run) -> None:
    assert set(COMMANDS) == set(cli.ROOMS) == set(OPTIONS)
    for command, options in OPTIONS.items():
        text = run(command, "--help").out
        shown = set(re.findall(r"(?<![\w-])--[a-z-]+", text.partition("Options:")[2].partition("Examples:")[0])) - {"--help"}
        declared = {flag for option in options for flag in (*option.flags, option.negative) if flag.startswith("--")}
        assert declared == shown, command


# ------------------------------------------------------------------------------------------------ real shells


@pytest.fixture
def bin_folder(tmp_path: Path) -> str:
    """A folder with `salvage`, for the shells' PATH."""
    script = tmp_path / "bin" / "salvage"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m salvage_cli "$@"\n')
    script.chmod(0o755)
    return str(script.parent)


def _spawn(shell: str, argv: list[str], folder: str, setup: str) -> "pexpect.spawn[str]":
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "PS1": "READY> ", "TERM": "dumb" if shell == "bash" else "xterm"}
    child = pexpect.spawn(shell, argv, env=env, encoding="utf-8", dimensions=(50, 200), timeout=30)
    child.sendline(setup)
    child.sendline("echo SET''UP")
    child.expect("SETUP")
    return child


@pytest.fixture
def bash(bin_folder: str) -> "Iterator[pexpect.spawn[str]]":
    child = _spawn(
        "bash", ["--norc", "--noprofile", "-i"], bin_folder, 'bind "set enable-bracketed-paste off"; eval "$(salvage completion bash)"'
    )
    yield child
    child.close(force=True)


@pytest.fixture
def zsh(bin_folder: str) -> "Iterator[pexpect.spawn[str]]":
    child = _spawn(
        "zsh", ["-f", "-i"], bin_folder, 'unsetopt PROMPT_SP; autoload -U compinit; compinit -u -D; eval "$(salvage completion zsh)"'
    )
    yield child
    child.close(force=True)


@pytest.fixture
def fish(bin_folder: str) -> "Iterator[pexpect.spawn[str]]":
    child = _spawn("fish", ["--no-config", "-i"], bin_folder, "salvage completion fish | source")
    yield child
    child.close(force=True)


CASES = [
    ("salvage list -m brachy", "brachytherapy"),
    ("salvage show gilter", "gilteritinib-aml"),
    ("salvage lookup -c 'Acute myeloid leuk", "Acute myeloid leukemia"),
    ("salvage lookup -c Acute\\ myeloid\\ leuk", "Acute myeloid leukemia"),
    ("salvage lookup -c Crohn\\'", "Crohn's"),
]


def _completes(child: "pexpect.spawn[str]", typed: str, value: str) -> None:
    """Type, press Tab, then put printf before the line: it shows how the shell itself reads the completed word."""
    child.send(typed + "\t")
    time.sleep(1.5)
    child.send("\x01")
    child.send("printf '<%s>' ")
    child.send("\x05\r")
    child.expect(re.escape(f"<{value}>"), timeout=30)


@pytest.mark.parametrize(("typed", "value"), CASES)
def test_bash_completes(bash: "pexpect.spawn[str]", typed: str, value: str) -> None:
    _completes(bash, typed, value)


@pytest.mark.parametrize(("typed", "value"), CASES)
def test_zsh_completes(zsh: "pexpect.spawn[str]", typed: str, value: str) -> None:
    _completes(zsh, typed, value)


@pytest.mark.parametrize(("typed", "value"), CASES)
def test_fish_completes(fish: "pexpect.spawn[str]", typed: str, value: str) -> None:
    _completes(fish, typed, value)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_value_that_is_a_file_completes_to_its_path(shell: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    (tmp_path / "ward-overlay.yaml").write_text("therapies: []\n")
    _completes(request.getfixturevalue(shell), f"salvage list --data {tmp_path}/ward-o", f"{tmp_path}/ward-overlay.yaml")


def test_zsh_and_fish_show_what_a_value_is(zsh: "pexpect.spawn[str]", fish: "pexpect.spawn[str]") -> None:
    for child in (zsh, fish):
        child.send("salvage list -m radio\t")
        child.expect("Stereotactic radiotherapy", timeout=30)
