"""Measure every row of the speed budget, interleaved in one run, as ratios of medians; print a Markdown table.

    python benchmarks/run.py                 all rows, 15 rounds, bases of 1,000, 10,000 and 100,000 therapies
    python benchmarks/run.py --rounds 25 --sizes 1000
    python benchmarks/run.py --no-build      without the rows of building (a hundred thousand therapies take minutes)

It builds a wheel of this checkout and installs it with the peers in an environment of its own, so that the program is
measured as users have it. Each round runs every command once, in turn; a ratio compares medians of the same rounds.
"""

import argparse
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PEERS = {
    "papis": ["papis", "--version"],
    "sqlite-utils": ["sqlite-utils", "--version"],
    "tldr": ["tldr", "--version"],
    "gget": ["gget", "--version"],
}
"""Peers that install from PyPI, each with the least that it can be asked."""

TYPER = """import typer
app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
@app.command()
def hello(name: str = "x") -> None:
    print("hello", name)
app()
"""
ARGPARSE = """import argparse
parser = argparse.ArgumentParser()
parser.add_argument("name")
print("hello", parser.parse_args().name)
"""
COMPOSE = """import sys, yaml
Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
nodes = [yaml.compose(open(file, encoding="utf-8").read(), Loader=Loader) for file in sys.argv[1:]]
"""


def environment(folder: Path, peers: bool) -> Path:
    """A clean environment with the wheel of this checkout (and the peers); returns its folder of programs."""
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    programs = folder / "venv" / "bin"
    quiet = [programs / "python", "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*quiet, "wheel", "--no-deps", "-w", folder / "wheel", TOP], check=True)
    subprocess.run([*quiet, "install", *(folder / "wheel").glob("*.whl")], check=True)
    for peer in PEERS if peers else ():
        subprocess.run([sys.executable, "-m", "venv", folder / peer], check=True)
        subprocess.run([folder / peer / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "-q", "install", peer], check=False)
    return programs


def made(folder: Path, size: int) -> Path:
    """A base of so many therapies, by varying the shipped records: new ids and names, figures as they are."""
    text = (TOP / "data" / "therapies.yaml").read_text(encoding="utf-8")
    records = re.split(r"\n(?=- id: )", text.partition("therapies:\n")[2].strip("\n"))
    target = folder / f"data-{size}"
    shutil.copytree(TOP / "data", target, ignore=shutil.ignore_patterns("index.*"))
    with (target / "therapies.yaml").open("w", encoding="utf-8") as out:
        out.write("therapies:\n")
        for place in range(size):
            record = records[place % len(records)]
            copy = place // len(records)
            if copy:
                record = re.sub(r"\A- id: (\S+)\n  name: (.*)", partial(_varied, copy=copy), record)
            out.write(record.rstrip() + "\n\n")
    return target


def _varied(found: "re.Match[str]", copy: int) -> str:
    name = found[2].strip("'\"")
    return f"- id: {found[1]}-{copy}\n  name: {json.dumps(f'{name} {copy}', ensure_ascii=False)}"


def seconds(command: Sequence[object], env: Mapping[str, str]) -> tuple[float, float]:
    """Wall seconds and peak memory in MiB of one command."""
    before = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=env
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{command} ended with {process.returncode}")
    return time.perf_counter() - before, usage.ru_maxrss / 1024


def interleaved(commands: Mapping[str, tuple[Sequence[object], Mapping[str, str]]], rounds: int) -> dict[str, list[float]]:
    """Each command's wall seconds, one a round, all commands in every round."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, (command, env) in commands.items():
            wall, _ = seconds(command, env)
            if turn:  # the first round warms the caches
                taken[name].append(wall)
    return taken


def asked(salvage: Path, env: Mapping[str, str], suffix: str = "") -> dict[str, tuple[Sequence[object], Mapping[str, str]]]:
    """The questions of the budget, as command lines."""
    table = {**env, "COLUMNS": "100"}
    lines: dict[str, tuple[list[object], Mapping[str, str]]] = {
        "cite 6": ([salvage, "cite", "6"], env),
        "completion of a value": ([salvage, "__complete", "lookup", "-c", "acute my"], env),
        "--version": ([salvage, "--version"], env),
        "list -c AML -o tsv": ([salvage, "list", "-c", "AML", "-o", "tsv"], env),
        "list -o tsv": ([salvage, "list", "-o", "tsv"], env),
        "lookup -c AML -o json": ([salvage, "lookup", "-c", "AML", "-o", "json"], env),
        "show ID -o json": ([salvage, "show", "gilteritinib-aml", "-o", "json"], env),
        "list -c AML -o table": ([salvage, "list", "-c", "AML", "-o", "table"], table),
        "lookup -c AML -o table": ([salvage, "lookup", "-c", "AML", "-o", "table"], table),
        "show ID -o table": ([salvage, "show", "gilteritinib-aml", "-o", "table"], table),
        "search relapse FLT3": ([salvage, "search", "relapse", "FLT3", "-o", "tsv"], env),
    }
    return {f"{name}{suffix}": line for name, line in lines.items()}


BUDGET = {
    "cite 6": ("argparse", 1.1), "completion of a value": ("argparse", 1.1), "--version": ("argparse", 1.1),
    "list -o tsv": ("typer", 1.15), "lookup -c AML -o json": ("typer", 1.15), "show ID -o json": ("typer", 1.15),
    "list -c AML -o table": ("typer", 1.6), "lookup -c AML -o table": ("typer", 1.6), "show ID -o table": ("typer", 1.6),
}  # fmt: skip


def report(taken: Mapping[str, Sequence[float]]) -> None:
    """The rows of the budget as a Markdown table."""
    middle = {name: statistics.median(times) for name, times in taken.items()}
    print("| work | median | against | ratio | budget |\n| --- | --- | --- | --- | --- |")
    for name, (base, most) in BUDGET.items():
        ratio = middle[name] / middle[base]
        print(
            f"| `salvage {name}` | {1000 * middle[name]:.0f} ms | {base} hello-world ({1000 * middle[base]:.0f} ms) | {ratio:.2f} | ≤ {most} {'' if ratio <= most else '(missed)'} |"
        )
    for peer in PEERS:
        if peer in middle:
            print(
                f"| `{' '.join(PEERS[peer])}` | {1000 * middle[peer]:.0f} ms | `salvage cite 6` | {middle[peer] / middle['cite 6']:.1f} | |"
            )
    print()


def report_size(size: int, taken: Mapping[str, Sequence[float]], same: Mapping[str, Sequence[float]]) -> None:
    """The same questions over a larger base, against the shipped one in the same rounds."""
    print(f"\n| over {size:,} therapies | median | ratio to the shipped base | budget |\n| --- | --- | --- | --- |")
    for name in ("cite 6", "completion of a value", "show ID -o json", "show ID -o table", "search relapse FLT3"):
        large, small = statistics.median(taken[name]), statistics.median(same[name])
        most = 2.0 if name.startswith("search") else 1.1
        print(
            f"| `salvage {name}` | {1000 * large:.0f} ms | {large / small:.2f} | ≤ {most} {'' if large / small <= most else '(missed)'} |"
        )
    print(flush=True)


def build_row(folder: Path, programs: Path, data: Path, size: int) -> None:
    """Time and memory of building an index against libyaml composing the same files."""
    files = sorted(data.glob("*.yaml"))
    compose = folder / "compose.py"
    compose.write_text(COMPOSE)
    env = {
        **os.environ,
        "PYTHONPATH": str(folder / f"tree-{size}"),
        "SALVAGE_CACHE": str(folder / f"cache-{size}"),
        "SALVAGE_LIMITS": "1000",
    }
    bare, bare_memory = seconds([programs / "python", compose, *files], env)
    built, memory = seconds([programs / "python", "-m", "salvage_cli", "info"], env)
    print(
        f"| building {size:,} therapies | {built:.2f} s | libyaml composing ({bare:.2f} s) | {built / bare:.2f} | ≤ 1.5 {'' if built / bare <= 1.5 else '(missed)'} |\n"
        f"| memory of that | {memory:.0f} MiB | libyaml composing ({bare_memory:.0f} MiB) | {memory / bare_memory:.2f} | ≤ 3 {'' if memory / bare_memory <= 3 else '(missed)'} |",
        flush=True,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--no-build", action="store_true", help="leave out bases of other sizes")
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="salvage-benchmark-"))
    try:
        measure(folder, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path, options: argparse.Namespace) -> None:
    """All rows."""
    programs = environment(folder, not options.no_peers)
    (folder / "typer.hello.py").write_text(TYPER)
    (folder / "argparse.hello.py").write_text(ARGPARSE)
    env = {**os.environ, "SALVAGE_CACHE": str(folder / "cache")}
    commands = asked(programs / "salvage", env)
    commands["typer"] = ([programs / "python", folder / "typer.hello.py"], env)
    commands["argparse"] = ([programs / "python", folder / "argparse.hello.py", "x"], env)
    for peer, words in PEERS.items():
        if (folder / peer / "bin" / words[0]).exists():
            commands[peer] = ([folder / peer / "bin" / words[0], *words[1:]], env)
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {options.rounds} rounds\n"
    )
    report(interleaved(commands, options.rounds))
    if options.no_build:
        return
    print("| work | here | against | ratio | budget |\n| --- | --- | --- | --- | --- |", flush=True)
    trees = {}
    for size in options.sizes:
        tree = folder / f"tree-{size}"
        shutil.copytree(TOP / "salvage_cli", tree / "salvage_cli", ignore=shutil.ignore_patterns("__pycache__", "data"))
        made(folder, size).rename(tree / "data")
        build_row(folder, programs, tree / "data", size)
        trees[size] = tree
    shipped = folder / "tree-shipped"
    shutil.copytree(TOP / "salvage_cli", shipped / "salvage_cli", ignore=shutil.ignore_patterns("__pycache__", "data"))
    shutil.copytree(TOP / "data", shipped / "data")
    for size, tree in trees.items():
        compare_sizes(folder, programs, size, tree, shipped, options.rounds)


def compare_sizes(folder: Path, programs: Path, size: int, tree: Path, shipped: Path, rounds: int) -> None:
    """The same questions over two bases, both as checkouts with their index in a cache, interleaved."""
    time.sleep(3)  # an index is believed by its stamps only when its sources were at rest
    commands: dict[str, tuple[Sequence[object], Mapping[str, str]]] = {}
    for suffix, where, cache in (("", tree, f"cache-{size}"), (" shipped", shipped, "cache-shipped")):
        launcher = folder / f"salvage{size}{suffix.strip()}.py"
        launcher.write_text(f"import sys\nsys.path.insert(0, {str(where)!r})\nfrom salvage_cli.fast import main\nmain()\n")
        env = {**os.environ, "SALVAGE_CACHE": str(folder / cache), "SALVAGE_LIMITS": "1000"}
        for name, ((_, *words), more) in asked(programs / "salvage", env, suffix).items():
            commands[name] = ([programs / "python", launcher, *words], more)
        seconds([programs / "python", launcher, "info"], env)
    taken = interleaved(commands, rounds)
    report_size(size, taken, {name.removesuffix(" shipped"): times for name, times in taken.items() if name.endswith(" shipped")})


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
