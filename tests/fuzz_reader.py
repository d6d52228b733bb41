"""Throw bytes at the reader of files: `python tests/fuzz_reader.py --seconds 60`. Not a test of the suite; CI runs it for a minute.

With atheris (coverage-guided) where it is installed, else with hypothesis. Either begins from the corpus of bad files and sound
ones. What may come out of the reader is a list of problems, or an error that a user can cause; nothing else, within the bounds
of time and memory.
"""

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

FAULTS = Path(__file__).parent / "faults"
FOLDER = Path(tempfile.mkdtemp(prefix="salvage-fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
SECONDS_A_FILE = 2
MEGABYTES = 500


sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.conftest import TINY as BASE  # noqa: E402 (a script finds the package of tests only so)


def seeds() -> list[bytes]:
    """Where the fuzzer begins: every file of the corpus, a sound file, changes, and the start of each shipped file."""
    from salvage_cli.opening import shipped_files

    found = [file.read_bytes() for file in sorted(FAULTS.iterdir()) if file.name != "expected.txt"]
    found.append((FAULTS.parent / "wards.yaml").read_bytes())
    found.append(BASE.encode())
    return found + [Path(file).read_bytes()[:3000].rpartition(b"\n")[0] for file in shipped_files()]


def target() -> Callable[[bytes], None]:
    """A function that reads bytes as a file in every way there is."""
    from salvage_cli import canonical, layers, source
    from salvage_cli import problems as forms
    from salvage_cli.errors import SalvageError
    from salvage_cli.nodes import Limits
    from salvage_cli.validating import Report, is_base

    base_file = FOLDER / "base.yaml"
    base_file.write_text(BASE, encoding="utf-8")
    shipped = source.load([base_file], layers.shipped_name)
    assert not shipped.problems

    def read(raw: bytes) -> None:
        file = FOLDER / ("x.json" if raw[:1] == b"{" else "x.yaml")
        file.write_bytes(raw)
        is_base([file], Limits())
        own = source.load([file], own=True)
        base = source.load([file])
        report = Report([str(file)], 0, [*own.problems, *base.problems])
        if not own.problems:
            merged = layers.merge(shipped, own)
            merged.check()
            report.problems += merged.problems
            _canonical(raw, file)
        for line in (*forms.caret(report, {str(file): file}, 80), *forms.json_(report), *forms.github(report)):
            assert line.replace("\n", "").isprintable() or not set(line) & set(map(chr, [*range(10), *range(11, 32), 127, 0x202E, 0x9B])), (
                line
            )

    def _canonical(raw: bytes, file: Path) -> None:
        if file.suffix == ".json":
            return
        text = canonical.formatted(raw, str(file))
        assert canonical.formatted(text.encode(), str(file)) == text, "not idempotent"

    def guarded(raw: bytes) -> None:
        started = time.process_time()
        with contextlib.suppress(SalvageError):
            read(raw)
        assert time.process_time() - started < SECONDS_A_FILE, "too slow"

    return guarded


def with_atheris(atheris: Any, seconds: int) -> None:
    """Coverage-guided; ends the process."""
    with atheris.instrument_imports(include=["salvage_cli", "yaml"]):
        read = target()
    corpus = FOLDER / "corpus"
    corpus.mkdir()
    for place, seed in enumerate(seeds()):
        (corpus / f"seed-{place:03}").write_bytes(seed)
    words = FOLDER / "words"
    words.write_text("\n".join(f'"{word}"' for word in WORDS) + "\n", encoding="ascii")
    options = [f"-max_total_time={seconds}", f"-timeout={20 * SECONDS_A_FILE}", f"-rss_limit_mb={MEGABYTES}", "-max_len=8192",
               f"-dict={words}", "-print_final_stats=1", "-verbosity=1", f"-artifact_prefix={FOLDER}/found-"]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(corpus)], read)
    atheris.Fuzz()


WORDS = ("therapies:", "conditions:", "references:", "agents:", "journals:", "edition:", "outcomes:", "replaces:", "withdraws:", "number: X1",
         "- id: ", "  name: ", "&a ", "*a", "<<: ", "!!", "---", "? ", "|", ">", "[", "]", "{", "}", "\\\\x1b", "\\\\u202e", "# ", "null", "~",
         "primary: true", "ci: [0.1, 0.2]", "'", ": ", "%YAML 1.1")  # fmt: skip


def with_hypothesis(seconds: int) -> None:
    """Bytes, and seeds that were cut, joined and written over."""
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    read, known = target(), seeds()
    end = time.monotonic() + seconds
    words = st.sampled_from([word.encode() for word in WORDS])
    pieces = st.lists(st.one_of(st.binary(max_size=20), words, st.sampled_from(known).flatmap(_slices)), max_size=8).map(b"".join)

    @settings(max_examples=500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(st.binary(max_size=400), pieces))
    def attack(raw: bytes) -> None:
        read(raw)

    rounds = 0
    while time.monotonic() < end:
        attack()
        rounds += 1
    sys.stdout.write(f"{rounds * 500} files, nothing found\n")


def _slices(seed: bytes) -> Any:
    from hypothesis import strategies as st

    return st.tuples(st.integers(0, len(seed)), st.integers(0, 600)).map(lambda cut: seed[cut[0] : cut[0] + cut[1]])


def main() -> None:
    """Choose the fuzzer and run it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--hypothesis", action="store_true")
    given = parser.parse_args()
    try:
        atheris: Any = import_module("atheris")
    except ImportError:
        atheris = None
    if atheris is None or given.hypothesis:
        with_hypothesis(given.seconds)
    else:
        with_atheris(atheris, given.seconds)


if __name__ == "__main__":
    main()
