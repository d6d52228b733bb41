"""The compiled index: believed only when it is whole and of these very bytes, built once, swapped in, never in the way."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from salvage_cli import opening, store
from salvage_cli.store import Sources

HERE = Path(__file__).parent.parent
CALL = [sys.executable, "-m", "salvage_cli"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout of its own, whose data a test may bend, with its own cache."""
    folder = tmp_path / "copy"
    shutil.copytree(HERE / "salvage_cli", folder / "salvage_cli", ignore=shutil.ignore_patterns("__pycache__", "data"))
    shutil.copytree(HERE / "data", folder / "data")
    return folder


def ask(copy: Path, *argv: str, cache: Path | str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(copy), "SALVAGE_CACHE": str(cache or copy / "cache"), "PYTHONDONTWRITEBYTECODE": "1", **more}
    return subprocess.run([*CALL, *argv], cwd=copy, env=env, capture_output=True, text=True, encoding="utf-8", check=False)


def name(copy: Path, cache: Path | str | None = None, **more: str) -> str:
    return ask(copy, "list", "-c", "AML", "-o", "tsv", "--fields", "name", "--no-header", cache=cache, **more).stdout.splitlines()[0]


def indexes(copy: Path) -> list[Path]:
    return sorted((copy / "cache").glob("*.sqlite"))


def test_the_first_call_builds_and_the_second_finds_it(copy: Path) -> None:
    assert name(copy) == "Gilteritinib"
    (index,) = indexes(copy)
    before = index.stat()
    assert name(copy) == "Gilteritinib"
    assert index.stat().st_mtime_ns == before.st_mtime_ns


def test_the_same_sources_give_the_same_bytes(copy: Path) -> None:
    built = [copy / f"cache-{seed}" for seed in ("1", "2")]
    for cache in built:
        assert name(copy, cache=cache, PYTHONHASHSEED=cache.name[-1]) == "Gilteritinib"
    one, other = (next(cache.glob("*.sqlite")).read_bytes() for cache in built)
    assert one == other


def test_one_changed_character_changes_the_next_answer(copy: Path) -> None:
    assert name(copy) == "Gilteritinib"
    file = copy / "data" / "therapies.yaml"
    seen = file.stat()
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("  name: Gilteritinib\n", "  name: Gilteritinob\n"), encoding="utf-8")
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert file.stat().st_size == seen.st_size
    assert name(copy) == "Gilteritinob"
    assert len(indexes(copy)) == 1


def test_two_checkouts_of_the_same_bytes_do_not_undo_each_other(copy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(copy, other)
    built = 0
    for each in (copy, other, copy, other):
        before = {file: file.stat().st_mtime_ns for file in indexes(copy)}
        assert ask(each, "list", "-o", "ids", cache=copy / "cache").returncode == 0
        built += {file: file.stat().st_mtime_ns for file in indexes(copy)} != before
    assert built == 2


def test_an_index_of_a_checkout_long_unused_goes_when_another_is_built(copy: Path, tmp_path: Path) -> None:
    left = tmp_path / "left"
    shutil.copytree(copy, left)
    assert ask(left, "list", "-o", "ids", cache=copy / "cache").returncode == 0
    (seal,) = (copy / "cache").glob("*.seal")
    old = seal.stat().st_mtime - 61 * 86_400
    os.utime(seal, (old, old))
    stale = indexes(copy)
    assert ask(copy, "list", "-o", "ids").returncode == 0
    assert not seal.exists()
    assert len(indexes(copy)) == 1
    assert not set(stale) & set(indexes(copy))


@pytest.mark.parametrize("harm", ["truncate", "flip", "empty", "foreign", "other database", "no seal", "bad seal", "old seal"])
def test_a_damaged_index_is_built_anew(copy: Path, harm: str) -> None:
    good = ask(copy, "list").stdout
    (index,) = indexes(copy)
    (seal,) = (copy / "cache").glob("*.seal")
    content = index.read_bytes()
    if harm == "truncate":
        index.write_bytes(content[: len(content) // 2])
    elif harm == "flip":
        middle = len(content) // 2
        index.write_bytes(content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :])
    elif harm == "empty":
        index.write_bytes(b"")
    elif harm == "foreign":
        index.write_bytes(b"not a database at all" * 1000)
    elif harm == "other database":
        index.unlink()
        other = sqlite3.connect(index)
        other.execute("CREATE TABLE therapy (id)")
        other.commit()
        other.close()
    elif harm == "no seal":
        seal.unlink()
    elif harm == "bad seal":
        seal.write_bytes(b"\xff\x00 nonsense")
    else:
        lines = seal.read_text().split("\n")
        seal.write_text("\n".join([*lines[:2], "0" * 40 + lines[2][40:], "-", "end"]))
    again = ask(copy, "list")
    assert (again.stdout, again.stderr, again.returncode) == (good, "", 0)
    assert len(indexes(copy)) == 1


def test_without_a_usable_cache_the_answer_still_comes(copy: Path) -> None:
    (copy / "taken").write_text("a file where the folder should be")
    for cache in (copy / "taken", "/proc/nowhere", "/dev/null/x"):
        assert name(copy, cache=str(cache)) == "Gilteritinib"


def test_verbose_says_that_the_index_is_in_memory_only(copy: Path) -> None:
    seen = ask(copy, "cite", "6", "--verbose", "-q", cache="/dev/null/x")
    assert seen.stdout.startswith("Fraietta C, ")
    assert seen.stderr == "salvage: the index is kept in memory only: [Errno 20] Not a directory: '/dev/null/x'\n"
    assert ask(copy, "cite", "6", "-q", cache="/dev/null/x").stderr == ""
    assert ask(copy, "cite", "6", "-v", "-q").stderr == f"salvage: the index is {copy / 'cache' / indexes(copy)[0].name}\n"


def test_a_long_build_shows_a_bar_on_a_terminal_only(copy: Path) -> None:
    code = "import sys, time\nfrom salvage_cli import waiting\nwaiting.AFTER = 0.1\nwith waiting.bar() as tell:\n    tell(0.5)\n    time.sleep(0.6)\n"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stderr == b""
    child = pexpect.spawn(sys.executable, ["-c", code], env={**os.environ, "TERM": "xterm"}, encoding="utf-8", timeout=30)
    child.expect("compiling the index")
    child.expect(pexpect.EOF)


def test_without_a_home_the_answer_still_comes(copy: Path) -> None:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(copy), "HOME": "/nonexistent", "XDG_CACHE_HOME": "/proc/none"}
    seen = subprocess.run([*CALL, "cite", "6"], cwd=copy, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
    assert seen.returncode == 0
    assert seen.stdout.startswith("Fraietta C, ")


def test_many_processes_on_a_cold_cache_all_answer_and_one_index_remains(copy: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(copy), "SALVAGE_CACHE": str(copy / "cache")}
    started = [
        subprocess.Popen([*CALL, "list", "-o", "ids"], cwd=copy, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(24)
    ]
    answers = {(process.communicate(), process.returncode) for process in started}
    assert len(answers) == 1
    ((out, err), code) = answers.pop()
    assert (len(out.split()), err, code) == (579, b"", 0)
    assert len(indexes(copy)) == 1
    assert not list((copy / "cache").glob("*.tmp"))


def test_a_killed_build_leaves_nothing_wrong(copy: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(copy), "SALVAGE_CACHE": str(copy / "cache")}
    for wait in (0.1, 0.3, 0.5, 0.7, 0.9):
        process = subprocess.Popen([*CALL, "list", "-o", "ids"], cwd=copy, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    assert name(copy) == "Gilteritinib"
    assert len(indexes(copy)) == 1


def test_a_fault_in_a_file_is_status_3_and_leaves_no_index(copy: Path) -> None:
    file = copy / "data" / "therapies.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("  verdict: benefit\n", "  verdict: bonefit\n", 1), encoding="utf-8")
    seen = ask(copy, "list")
    assert (seen.stdout, seen.returncode) == ("", 3)
    assert seen.stderr.startswith("data/therapies.yaml:")
    assert seen.stderr.endswith("'bonefit' is none of benefit, surrogate, uncertain, no-benefit, harm\n")
    assert indexes(copy) == []


def test_a_missing_file_is_status_4(copy: Path) -> None:
    (copy / "data" / "agents.yaml").unlink()
    seen = ask(copy, "list")
    assert (seen.stdout, seen.returncode) == ("", 4)
    assert seen.stderr == f"salvage: cannot read {copy / 'data' / 'agents.yaml'}: No such file or directory\n"


def test_an_sqlite_without_full_text_answers_and_search_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from salvage_cli import building
    from salvage_cli.library import Library, Query

    monkeypatch.setattr(building, "SEARCH", "CREATE VIRTUAL TABLE search USING no_such_module (name)")
    files = [os.path.join(opening.data_folder(), f"{file}.yaml") for file in opening.DATA_FILES]
    library = Library(store.in_memory(opening.compiler(files)))
    assert len(library.find(Query()).rows(("id",))) == 579
    answer = library.search("gilteritinib", Query(), 5)
    assert answer.notes == ("this SQLite has no full text; names and summaries were scanned, not ranked",)
    assert ("gilteritinib-aml",) in answer.rows(("id",))


def test_stamps_are_believed_only_when_the_sources_were_at_rest(tmp_path: Path) -> None:
    source = tmp_path / "a.yaml"
    source.write_text("a: 1")
    sources = Sources([str(source)])
    seal, file = str(tmp_path / "x.seal"), str(tmp_path / "x.sqlite")
    store.write(seal, file, sources, lambda connection: None)
    assert store.trusted(seal, Sources([str(source)])) == file
    assert store.trusted(seal, Sources([str(source)]), by_bytes=False) is None
    _, _, _, seen, *stamps, _ = Path(seal).read_text().split("\n")
    assert not store._settled(seen, stamps)
    assert store._settled(f"{int(seen.split()[0]) + 10**11} rest", stamps)


def test_a_change_while_an_index_is_built_is_seen_by_the_next_call(tmp_path: Path) -> None:
    source = tmp_path / "a.yaml"
    source.write_text("a: 1")
    seal, file = str(tmp_path / "x.seal"), str(tmp_path / "x.sqlite")
    sources = Sources([str(source)])
    assert sources.digest

    def build(connection: sqlite3.Connection) -> None:
        source.write_text("a: 2")

    store.write(seal, file, sources, build)
    assert store.trusted(seal, Sources([str(source)])) is None


def test_a_shipped_index_is_compared_once_and_then_known_by_its_stamps(tmp_path: Path) -> None:
    source = tmp_path / "a.yaml"
    source.write_text("a: 1")
    shipped, file, cache = str(tmp_path / "index.seal"), str(tmp_path / "index.sqlite"), tmp_path / "cache"
    store.write(shipped, file, Sources([str(source)]), lambda connection: None, stamps=False)

    def open_() -> None:
        store.opened(shipped, lambda: str(cache), Sources([str(source)]), lambda connection: pytest.fail("built"), print).close()

    open_()
    (seal,) = cache.glob("*.seal")
    assert seal.read_text().split("\n")[1] == file
    seal.write_text("nonsense")
    open_()
