"""The same question gives the same bytes through a kept index, a rebuilt one, and none at all: every command, every format."""

from collections.abc import Callable, Iterator

import pytest

from salvage_cli import cli, facets, opening, options, store
from salvage_cli.library import Library
from salvage_cli.store import Sources
from tests.conftest import Run

FORMATS = (*facets.FORMATS, *facets.PICTURES)

LINES = [
    *(["list", "-c", "leukemia", "-o", format] for format in FORMATS),
    *(["lookup", "-c", "kidney transplant rejection", "-o", format] for format in FORMATS),
    *(["show", "gilteritinib-aml", "venovenous-ecmo-ards", "-o", format] for format in FORMATS),
    *(["compare", "-c", "ARDS", "-o", format] for format in FORMATS),
    *(["map", "--specialty", "ICU", "-o", format] for format in FORMATS),
    *(["search", "relapse", "survival", "-o", format] for format in facets.FORMATS),
    *(["terms", kind, "-o", format] for kind in ("modalities", "conditions", "biomarkers") for format in facets.FORMATS),
    *(["info", "-o", format] for format in facets.FORMATS),
    *(["cite", "-c", "AML", "--style", style] for style in (*facets.CITE_STYLES, *facets.CITE_FORMATS)),
    *(["list", "--sort", order] for order in facets.SORTS),
    ["cite", "--explain", "6", "526"],
    ["cite", "--incomplete"],
    ["schema", "--ids"],
    ["new", "therapy", "-c", "AML", "--name", "New"],
    ["list", "-c", "nonsense"],
    ["list", "-c", "relapsed AML"],
]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Library]]:
    """The shipped base, opened from an index just built, from that index found again, and from memory."""
    folder = tmp_path_factory.mktemp("cache")
    files = opening.shipped_files()

    def kept() -> Library:
        return Library(store.opened(None, lambda: str(folder), Sources(files), opening.compiler(files), lambda _: None))

    yield [kept(), kept(), Library(store.in_memory(opening.compiler(files)))]


@pytest.mark.parametrize("argv", LINES, ids=" ".join)
def test_every_way_to_the_index_gives_the_same_bytes(
    run: Run, three: list[Library], argv: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    for library in three:
        monkeypatch.setattr(options, "open_library", _giving(library))
        monkeypatch.setattr("salvage_cli.curating.open_library", _giving(library))
        seen.append(run(*argv))
    assert seen[0].out or seen[0].err
    assert seen[0] == seen[1] == seen[2]


def _giving(library: Library) -> Callable[..., Library]:
    return lambda *_, **__: library


def test_every_command_is_walked() -> None:
    assert {argv[0] for argv in LINES} | {"validate", "completion"} == set(cli.ROOMS)
