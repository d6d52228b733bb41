"""What the tests share: `run` (a command line to what a shell would see), `tiny` (a base from a string), `shipped`."""

import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis
import pytest

from salvage_cli import cli, options, source
from salvage_cli.library import Library, open_library
from salvage_cli.model import Base
from salvage_cli.opening import DATA_FILES, data_folder, shipped_files

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is no fault
hypothesis.settings.load_profile("house")

GOLDEN = Path(__file__).parent / "golden"


class Seen(NamedTuple):
    """What a shell would see of one command."""

    out: str
    err: str
    code: int


class _Stream(io.TextIOWrapper):
    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="\n", write_through=True)

    def text(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode("utf-8")


Run = Callable[..., Seen]
Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew", action="store_true", help="write the golden files and generated pages anew")


@pytest.fixture(scope="session")
def shipped() -> Library:
    return open_library()


@pytest.fixture(scope="session")
def base() -> Base:
    return source.load_or_raise([Path(data_folder(), f"{name}.yaml") for name in DATA_FILES]).base


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shipped: Library) -> Run:
    """Run a command line in this process, in a pipe; every test of a session shares one opened base."""

    def opened(data: Sequence[str] = (), *, only_shipped: bool = False, limits: int = 1, **_: object) -> Library:
        return open_library(data, limits=limits) if data and not only_shipped else shipped

    monkeypatch.setattr(options, "open_library", opened)
    monkeypatch.setenv("SALVAGE_CACHE", str(tmp_path / "cache"))
    for name in ("NO_COLOR", "FORCE_COLOR", "SALVAGE_PAGER", "PAGER", "SALVAGE_DATA", "SALVAGE_LIMITS"):
        monkeypatch.delenv(name, raising=False)

    def run(*argv: str, stdin: str = "") -> Seen:
        out, err = _Stream(), _Stream()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            code = cli.run(argv)
        return Seen(out.text(), err.text(), code)

    return run


@pytest.fixture(scope="session")
def shipped_read() -> source.Loaded:
    return source.load([Path(file) for file in shipped_files()], lambda path: f"data/{path.name}")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, run: Run, shipped_read: source.Loaded) -> Run:
    """Like `run`, but the shipped files are read once for all tests: for what judges files beside them."""
    real = source.load

    def load(files: Iterable[Path], shown: Callable[[Path], str] = str, **more: Any) -> source.Loaded:
        files = list(files)
        return shipped_read if [str(file) for file in files] == shipped_files() else real(files, shown, **more)

    monkeypatch.setattr(source, "load", load)
    return run


@pytest.fixture
def wards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound file of a department's own in the folder that the test works in."""
    monkeypatch.chdir(tmp_path)
    file = Path("wards.yaml")
    file.write_text((Path(__file__).parent / "wards.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return file


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Iterator[Callable[[str, str], None]]:
    """Compare a text with its golden file, or write that file with `--renew`."""

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if request.config.getoption("--renew"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.is_file(), f"no golden file {name}; make it with pytest --renew"
        assert text == file.read_text(encoding="utf-8"), f"{name} differs; if the new text is right, run pytest --renew"

    yield compare


TINY = """
edition: {version: 2026.1.1, date: '2026-01-01', licence: CC BY 4.0}
modalities:
- {id: drug, name: Drug}
- {id: chemotherapy, name: Chemotherapy, parents: [drug]}
failure_types:
- {id: relapse, name: Relapse, synonyms: [recurrence]}
age_groups:
- {id: adult, name: Adult}
specialties:
- {id: oncology, name: Oncology}
designs:
- {id: randomized-trial, name: Randomized trial, level: 2}
- {id: case-series, name: Case series, level: 4}
- {id: meta-analysis, name: Meta-analysis, level: by-pools}
- {id: label, name: Label}
pools:
- {id: randomized, name: Randomized trials, level: 1}
verdicts:
- {id: benefit, name: Benefit}
- {id: uncertain, name: Uncertain}
effects:
- {id: hazard ratio, name: Hazard ratio, abbreviation: HR}
- {id: risk difference, name: Risk difference, abbreviation: difference}
measures:
- {id: overall-survival, name: Overall survival, better: higher}
conditions:
- {id: tumor, name: Tumor, specialty: oncology}
agents:
- {name: adrug, class: cytotoxic drug}
references:
- number: 1
  id: doe-2020
  type: article
  authors: [Doe J]
  authors_complete: true
  title: A trial
  journal: J Test
  year: 2020
  design: randomized-trial
  standing: checked
  checked: {date: '2026-01-01', basis: primary, at: ['https://example.org']}
journals: {J Test: Journal of Tests}
therapies:
- id: adrug-tumor
  name: Adrug
  condition: tumor
  modality: chemotherapy
  failure_types: [relapse]
  failed: First-line treatment
  population: Adults
  age_groups: [adult]
  agents: [adrug]
  summary: A drug.
  outcomes:
  - measure: overall-survival
    label: Overall survival
    primary: true
    unit: months
    treated: {result: 9.3}
    comparator: {name: Placebo, result: 5.6}
    effect: {kind: hazard ratio, value: 0.64, ci: [0.49, 0.83], favors: lower}
    reference: doe-2020
  safety: [Nausea]
  monitoring: [Blood counts]
  verdict: benefit
  verdict_basis: It was longer.
  investigational: false
  references: [doe-2020]
  reviewed: '2026-01-01'
"""


@pytest.fixture
def tiny() -> str:
    """A whole sound base of one therapy, to be bent by tests."""
    return TINY.lstrip()


def load_text(folder: Path, text: str, name: str = "file.yaml") -> source.Loaded:
    """Read a base from a string, as if it stood in a file."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return source.load([file], lambda path: path.name)
