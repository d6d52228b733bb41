"""Files of a knowledge base judged as curators need it: every fault and warning with its place. Prints nothing.

Files beside the base are judged together with it; files that are a base themselves (they hold its edition) alone.
"""

import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from salvage_cli import advice, canonical, checks, layers, source
from salvage_cli.errors import DataError, MachineError, Problem, UsageError
from salvage_cli.layers import Layers
from salvage_cli.names import likely
from salvage_cli.nodes import Limits, read_bytes
from salvage_cli.source import Loaded

_OF_A_BASE = [re.compile(rb'^(?:[{ \t]{0,20}")?' + key + rb'"?[ \t]{0,20}:', re.M) for key in (b"edition", b"modalities")]

CANONICAL = "A file has the house's form: order of records and fields, wrapping, quoting; salvage validate --fix writes it."


@dataclass(slots=True)
class Report:
    """What was looked at and what was found, in the order of the files and their lines."""

    files: list[str] = field(default_factory=list)
    records: int = 0
    problems: list[Problem] = field(default_factory=list)
    fixed: list[str] = field(default_factory=list)

    def count(self, severity: str) -> int:
        """How many problems are of a severity."""
        return sum(each.severity == severity for each in self.problems)


def explanations() -> dict[str, str]:
    """Every rule by name with its explanation: of form, across records, and those that only warn."""
    rules = {**source.FORM, "canonical": CANONICAL}
    rules |= {name: " ".join((rule.__doc__ or "").split()) for name, rule in checks.RULES.items()}
    return rules | {name: " ".join((rule.__doc__ or "").split()) for name, rule in advice.ADVICE.items()}


def explain(rule: str) -> str:
    """What a rule asks for, and whether breaking it is a fault or a warning.

    Raises:
        UsageError: no rule is called so.
    """
    known = explanations()
    if rule not in known:
        near = likely(rule, known)
        cure = f"did you mean {near!r}?" if near else f"the rules are {', '.join(known)}"
        raise UsageError(f"no rule is called {rule!r}; {cure}")
    return f"{rule} ({'warning' if rule in advice.ADVICE else 'fault'}): {known[rule]}"


def is_base(files: Sequence[Path], limits: Limits) -> bool:
    """Whether files are a base by themselves: they hold an edition and the terms that every base has."""
    texts = [read_bytes(file, limits) for file in files]
    return all(any(key.search(text) for text in texts) for key in _OF_A_BASE)


def judge(base: Sequence[Path], own: Sequence[Path], wanted: Sequence[Path], limits: Limits, today: str, *, shipped: bool = True) -> Report:
    """Judge a base (the `shipped` one, or another) and the files beside it; what is not of the `wanted` files is left out.

    Raises:
        MachineError: a file cannot be read.
    """
    name = layers.shipped_name if shipped else layers.own_name
    merged = layers.load(base, own, limits, shown=name)
    merged.check()
    if not merged.problems:
        merged.problems += _warnings(merged, today)
    names = {os.path.realpath(file): name(file) if file in base else layers.own_name(file) for file in wanted}
    shown = set(names.values())
    # A fault elsewhere (a shipped record that rests on what is withdrawn here) is a fault of these files too.
    found = [each for each in merged.problems if each.file in shown or each.severity == "fault"]
    loaded: Sequence[Loaded] = (merged.shipped, merged.own)
    count = sum(origin.shown in shown for each in loaded for origin in each.origins.values() if origin.kind != "journals")
    count += sum(change.origin.shown in shown for change in merged.own.changes)
    order = {name: place for place, name in enumerate(names.values())}
    found.sort(key=lambda each: (order.get(each.file, len(order)), each.line, each.column))
    return Report(list(names.values()), count, found)


def _warnings(merged: Layers, today: str) -> list[Problem]:
    problems = []
    for loaded, shipped in ((merged.shipped, True), (merged.own, False)):
        own = loaded.base
        for rule, finding in advice.run(advice.Layer(merged.base, own, shipped, today)):
            problem = loaded.place(loaded.origins[finding.kind, finding.id], finding.path, finding.message, rule)
            problems.append(problem._replace(severity="warning"))
    return problems


def fix(files: Sequence[Path], own: Sequence[Path], limits: Limits) -> tuple[list[Path], list[Problem]]:
    """Write files (some of them somebody's `own`) in canonical form: those that were changed, and the faults of those that could not be.

    Raises:
        MachineError: a file cannot be read or written.
    """
    changed, problems = [], []
    for file in files:
        if file.suffix.lower() == ".json":
            continue
        loaded = source.load([file], own=file in own, limits=limits)
        if loaded.problems:
            problems += loaded.problems
            continue
        raw = read_bytes(file, limits)
        try:
            text = canonical.formatted(raw, str(file), limits).encode()
        except DataError as error:
            problems += error.problems
            continue
        if text != raw:
            _replace(file, text)
            changed.append(file)
    return changed, problems


def _replace(file: Path, content: bytes) -> None:
    """Put new content in place of a file's, whole or not at all; a link stays a link."""
    real = Path(os.path.realpath(file))
    try:
        handle, aside = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            os.chmod(aside, real.stat().st_mode & 0o7777)
            os.replace(aside, real)
        except BaseException:
            os.unlink(aside)
            raise
    except OSError as error:
        raise MachineError(f"cannot write {file}: {error.strerror or error}") from None
