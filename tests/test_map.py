"""The map: where there is evidence and where there is none."""

import json
import re
from collections.abc import Callable

import pytest

from salvage_cli.fold import cells
from salvage_cli.grid import grid, roots
from tests.conftest import Run

TREE = [
    {"id": "drug", "name": "Drug treatment", "parents": []},
    {"id": "immunotherapy", "name": "Immunotherapy", "parents": []},
    {"id": "antibody", "name": "Antibody", "parents": ["drug", "immunotherapy"]},
    {"id": "diet", "name": "Dietary therapy", "parents": []},
]


def test_a_kind_lies_under_all_its_topmost_branches() -> None:
    assert roots(TREE) == {
        "drug": ("drug",),
        "immunotherapy": ("immunotherapy",),
        "antibody": ("drug", "immunotherapy"),
        "diet": ("diet",),
    }


def test_a_circle_in_the_tree_ends() -> None:
    circle = [{"id": "a", "name": "A", "parents": ["b"]}, {"id": "b", "name": "B", "parents": ["a"]}]
    assert roots(circle) == {"a": ("b",), "b": ("a",)}


def test_a_therapy_of_two_kinds_counts_in_both_columns_and_once_in_all() -> None:
    found = grid(
        [("x", "aml", "AML", ["antibody"], 4), ("y", "aml", "AML", ["drug"], 2), ("z", "aml", "AML", ["drug"], None)],
        TREE,
        {"aml": "Hematology"},
    )
    (place,) = found.places
    assert (place.therapies, found.kinds) == (3, ("drug", "immunotherapy", "diet"))
    assert {kind: (cell.therapies, cell.level, cell.ids) for kind, cell in place.cells.items()} == {
        "drug": (3, 2, ("x", "y", "z")),
        "immunotherapy": (1, 4, ("x",)),
    }


@pytest.mark.parametrize("width", [50, 60, 77, 78, 80, 100, 120, 160, 200])
def test_the_whole_map_fits_every_width_and_names_every_condition(run: Run, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    out, err, code = run("map", "-o", "table")
    assert (err, code) == ("", 0)
    assert max(map(cells, out.splitlines())) <= width
    words = set(out.split())
    for cell in json.loads(run("map", "-o", "json").out)["cells"]:
        assert words >= set(cell["condition_name"].split())


def test_the_counts_of_the_map_are_those_of_list(run: Run) -> None:
    cells_ = json.loads(run("map", "-c", "AML", "-o", "json").out)["cells"]
    for cell in cells_:
        ids = run("list", "-c", "AML", "-m", cell["modality"], "-o", "ids").out.split()
        assert (cell["therapies"], sorted(cell["ids"])) == (len(ids), sorted(ids))


def test_the_best_level_is_that_of_the_strongest_therapy(run: Run) -> None:
    for cell in json.loads(run("map", "--specialty", "ICU", "-o", "json").out)["cells"]:
        rows = run("list", "-c", cell["condition"], "-m", cell["modality"], "-o", "tsv", "--no-header", "--fields", "evidence_level").out
        assert cell["evidence_level"] == min(map(int, rows.split()))


def test_a_condition_of_two_specialties_stands_under_the_one_asked_for_else_under_its_home(run: Run) -> None:
    def heads(*argv: str) -> set[str]:
        return {cell["specialty"] for cell in json.loads(run("map", *argv, "-o", "json").out)["cells"]}

    assert heads("-c", "cardiogenic shock") == {"Cardiology"}
    assert heads("-c", "cardiogenic shock", "--specialty", "ICU") == {"Critical care"}
    assert heads("-c", "cardiogenic shock", "--specialty", "ICU", "--specialty", "cardiology") == {"Cardiology"}
    assert heads("--specialty", "ICU") == {"Critical care"}


def test_the_whole_map_has_each_therapy_once(run: Run) -> None:
    title = run("map", "-o", "plain").out.splitlines()[0]
    conditions = {cell["condition"] for cell in json.loads(run("map", "-o", "json").out)["cells"]}
    assert title == f"{len(conditions)} conditions · {len(run('list', '-o', 'ids').out.split())} therapies by kind of treatment"


def test_shade_and_number_agree(run: Run) -> None:
    shades = {"█": "1", "▓": "2", "▒": "3"}
    for shade, level in re.findall(r"([█▓▒])\d+ L(\d)", run("map", "-o", "plain").out.rsplit("\n\n", 1)[0]):
        assert shades[shade] == level


def test_other_formats(run: Run, golden: Callable[[str, str], None]) -> None:
    golden("map.md", run("map", "--specialty", "ICU", "-o", "markdown").out)
    golden("map.tsv", run("map", "--specialty", "ICU", "-o", "tsv").out)
    assert "ards" in run("map", "--specialty", "ICU", "-o", "ids").out.split()
    assert run("map", "-c", "AML", "-m", "diet").code == 1
