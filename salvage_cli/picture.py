"""Pictures out of the terminal: SVG written by hand, self-contained, with text that can be selected.

Every text passes through `escaped`; nothing is loaded from elsewhere. The geometry is `forest`'s, with a point for a column.
"""

from collections.abc import Iterator, Sequence
from html import escape

from salvage_cli import text
from salvage_cli.compare import NOTICE, Comparison, Panel, Row, Shot
from salvage_cli.fold import Line, wrap
from salvage_cli.forest import Axis, label, ticks
from salvage_cli.grid import Cell, Grid, Place, legend, short
from salvage_cli.grid import title as grid_title
from salvage_cli.plots import rating
from salvage_cli.plots import title as comparison_title

FONT = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
MONO = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
PLOT = 340
LINE = 17
INK, PALE = "#222222", "#767676"
FILLS = {1: "#08519c", 2: "#3182bd", 3: "#9ecae1", 4: "#dbe9f6", 5: "#f1f1f1", None: "#f1f1f1"}
"""Shades of the map, darker for stronger evidence; the number stands in the cell too."""
DISCLAIMER = "Reference information, not medical advice."


def escaped(words: object) -> str:
    """Text that stays text within SVG and HTML; signs that XML forbids are dropped."""
    return escape("".join(letter for letter in str(words) if letter >= " " or letter in "\n\t"), quote=True)


class _Sheet:
    """An SVG that grows downwards."""

    def __init__(self, width: int, name: str) -> None:
        self.width, self.name, self.y, self.parts = width, name, 12.0, list[str]()

    def words(self, x: float, words: str, *, bold: bool = False, fill: str = INK, anchor: str = "start", size: int = 13) -> None:
        """A text at the present height."""
        weight = ' font-weight="600"' if bold else ""
        self.parts.append(
            f'<text x="{x:g}" y="{self.y:g}" font-size="{size}" fill="{fill}" text-anchor="{anchor}"{weight}>{escaped(words)}</text>'
        )

    def line(self, words: str, *, bold: bool = False, size: int = 13, fill: str = INK) -> None:
        """A text over the whole width, in as many lines as it needs."""
        for part in wrap(words, int((self.width - 40) / (size * 0.54))):
            self.y += size + 5
            self.words(20, part, bold=bold, size=size, fill=fill)

    def text(self) -> str:
        """The finished picture."""
        height = self.y + 20
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{height:g}" viewBox="0 0 {self.width} {height:g}" '
            f'role="img" font-family="{FONT}">\n<title>{escaped(self.name)}</title>\n'
            f'<rect width="100%" height="100%" fill="#ffffff"/>\n' + "\n".join(self.parts) + "\n</svg>"
        )


def comparison(found: Comparison) -> str:
    """The comparison as one picture."""
    sheet = _Sheet(1000, comparison_title(found))
    sheet.line(comparison_title(found), bold=True, size=18)
    sheet.line(NOTICE, fill=PALE)
    for each in found.blocks:
        sheet.y += 18
        sheet.line(f"{each.name} · {each.therapies} of {text.counted(len(found.options), 'therapy', 'therapies')}", bold=True, size=16)
        for panel in each.panels:
            _svg_panel(sheet, panel)
        for row in each.wordless:
            sheet.line(f"Without a figure to draw: {row.therapy.name}: {row.label} {row.said} · {rated(row)}")
    for option in found.silent:
        sheet.line(f"Without any figure to draw: {option.therapy.name}")
    sheet.y += 10
    sheet.line(key(found), fill=PALE)
    sheet.line(DISCLAIMER, fill=PALE)
    return sheet.text()


def _svg_panel(sheet: _Sheet, panel: Panel) -> None:
    left, names, figures = sheet.width - PLOT - 20, 20, 290
    sheet.y += 24
    sheet.words(names, panel.title, bold=True)
    sheet.parts += [f'<g transform="translate({left} {sheet.y - 12:g})">{part}</g>' for part in axis_marks(panel.axis, PLOT)]
    sheet.y += 12
    top = sheet.y
    for row in panel.rows:
        name, verdict = wrap(row.therapy.name, 31), wrap(rated(row), 36)
        right = [line for words in (row.label, *row.figures) for line in wrap(words, 46)]
        said = [_text(names, INK, line, bold=True) for line in name] + [_text(names, _fill(row), line) for line in verdict]
        sheet.parts += _down(sheet.y, said)
        sheet.parts += _down(sheet.y, [_text(figures, INK, line) for line in right])
        sheet.parts.append(f'<g transform="translate({left} {sheet.y + 2:g})">{"".join(shot_marks(panel, row, PLOT))}</g>')
        sheet.y += LINE * max(len(said), len(right), len(row.shots)) + 10
    if panel.axis.reference is not None:
        x = left + point(panel.axis, panel.axis.reference, PLOT)
        sheet.parts.append(f'<line x1="{x:g}" y1="{top:g}" x2="{x:g}" y2="{sheet.y:g}" stroke="{PALE}"/>')
    sheet.y += 14
    if panel.left:
        sheet.words(left, f"← {panel.left}", fill=PALE, size=12)
    if panel.right:
        sheet.words(left + PLOT, f"{panel.right} →", fill=PALE, anchor="end", size=12)


def _text(x: float, fill: str, words: str, *, bold: bool = False) -> str:
    """A text at (x, 0)."""
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:g}" font-size="13" fill="{fill}"{weight}>{escaped(words)}</text>'


def _down(y: float, texts: Sequence[str]) -> list[str]:
    """Texts one under the other, from y on."""
    return [f'<g transform="translate(0 {y + LINE * place:g})">{each}</g>' for place, each in enumerate(texts, 1)]


def rated(row: Row) -> str:
    """Verdict, level and citation of a row."""
    return "".join(span.text for span in rating(row))


def _fill(row: Row) -> str:
    return text.COLORS.get(row.therapy.verdict, INK) if row.outcome.primary else PALE


def point(axis: Axis, value: float, width: int) -> float:
    """The point of a value; the outermost one for values beyond the ends."""
    return round(min(max(axis.share(value), 0.0), 1.0) * width, 2)


def axis_marks(axis: Axis, width: int) -> Iterator[str]:
    """Numbers, ticks and rule, from (0, 0) on: 16 points high."""
    yield f'<line x1="0" y1="16" x2="{width}" y2="16" stroke="{PALE}"/>'
    for value in ticks(axis, width // 8):
        x = point(axis, value, width)
        yield f'<line x1="{x:g}" y1="12" x2="{x:g}" y2="16" stroke="{PALE}"/>'
        yield f'<text x="{x:g}" y="9" font-size="11" fill="{PALE}" text-anchor="middle">{escaped(label(value))}</text>'


def shot_marks(panel: Panel, row: Row, width: int) -> Iterator[str]:
    """The estimates of a row, one under the other, from (0, 0) on."""
    for place, shot in enumerate(row.shots):
        yield from _shot(panel.axis, shot, 10 + LINE * place, width, _fill(row) if row.outcome.primary else INK)


def _shot(axis: Axis, shot: Shot, y: float, width: int, fill: str) -> Iterator[str]:
    estimate = shot.estimate
    if estimate.low is not None and estimate.high is not None:
        first, last = point(axis, estimate.low, width), point(axis, estimate.high, width)
        dashes = ' stroke-dasharray="3 3"' if estimate.computed else ""
        yield f'<line x1="{first:g}" y1="{y:g}" x2="{last:g}" y2="{y:g}" stroke="{fill}" stroke-width="1.5"{dashes}/>'
        yield _end(first, y, fill, -1 if axis.share(estimate.low) < -1e-9 else 0)
        yield _end(last, y, fill, 1 if axis.share(estimate.high) > 1 + 1e-9 else 0)
    x, share = point(axis, estimate.value, width), axis.share(estimate.value)
    if not -1e-9 <= share <= 1 + 1e-9:
        yield _end(x, y, fill, -1 if share < 0 else 1)
    elif shot.role == "effect":
        yield f'<rect x="{x - 4:g}" y="{y - 4:g}" width="8" height="8" fill="{fill}"/>'
    else:
        inside = fill if shot.role == "treated" else "#ffffff"
        yield f'<circle cx="{x:g}" cy="{y:g}" r="4" fill="{inside}" stroke="{fill}" stroke-width="1.5"/>'


def _end(x: float, y: float, fill: str, beyond: int) -> str:
    """The end of an interval: a stroke, or an arrow where it goes on beyond the axis."""
    if not beyond:
        return f'<line x1="{x:g}" y1="{y - 4:g}" x2="{x:g}" y2="{y + 4:g}" stroke="{fill}" stroke-width="1.5"/>'
    back = x - 7 * beyond
    return f'<path d="M{x:g} {y:g}L{back:g} {y - 4:g}L{back:g} {y + 4:g}Z" fill="{fill}"/>'


def key(found: Comparison) -> str:
    """What the marks mean."""
    shots = [shot for each in found.blocks for panel in each.panels for row in panel.rows for shot in row.shots]
    computed = "dashed: 95% interval computed here from the counts (Wilson), " if any(shot.estimate.computed for shot in shots) else ""
    return (
        "Square: effect between the arms; full circle: therapy; empty circle: comparator; line: interval as reported (95% unless "
        f"another level is named); {computed}arrow: goes on beyond the axis."
    )


CELL, NAME = 62, 350


def grid(found: Grid) -> str:
    """The map as one picture."""
    sheet = _Sheet(NAME + 60 + CELL * len(found.kinds) + 20, grid_title(found))
    sheet.line(grid_title(found), bold=True, size=18)
    for specialty in dict.fromkeys(place.specialty for place in found.places):
        sheet.y += 36
        sheet.words(20, specialty, bold=True, size=15)
        for column, kind in enumerate(found.kinds):
            sheet.words(NAME + 60 + CELL * (column + 0.5), short(kind), fill=PALE, anchor="middle", size=12)
        sheet.y += 8
        for place in found.places:
            if place.specialty == specialty:
                _svg_place(sheet, place, found.kinds)
    sheet.y += 12
    sheet.line(f"{legend(found)} {DISCLAIMER}", fill=PALE, size=12)
    return sheet.text()


def _svg_place(sheet: _Sheet, place: Place, kinds: Sequence[str]) -> None:
    lines = wrap(place.name, 46)
    height = max(22, LINE * len(lines) + 4)
    sheet.parts += _down(sheet.y - 2, [_text(20, INK, line) for line in lines])
    top = sheet.y
    sheet.y += 15
    sheet.words(NAME + 50, str(place.therapies), anchor="end")
    sheet.y = top + height
    for column, kind in enumerate(kinds):
        sheet.parts += _svg_cell(place.cells.get(kind), NAME + 60 + CELL * column, top, CELL - 2, height - 2)


def _svg_cell(cell: Cell | None, x: float, y: float, width: float, height: float) -> Iterator[str]:
    fill = "#ffffff" if cell is None else FILLS[cell.level]
    yield f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}" stroke="#dddddd"/>'
    words = "·" if cell is None else cell.figures
    ink = "#ffffff" if cell is not None and cell.level in (1, 2) else INK
    yield f'<text x="{x + width / 2:g}" y="{y + 15:g}" font-size="12" fill="{ink}" text-anchor="middle">{escaped(words)}</text>'


def screen(lines: Sequence[Line], name: str) -> str:
    """A screen as a picture: text in columns of one width, with its colors and links."""
    columns = max((sum(len(span.text) for span in line) for line in lines), default=1)
    sheet = _Sheet(int(columns * 8.2) + 40, name)
    for line in lines:
        sheet.y += LINE
        spans = "".join(_svg_span(span.text, span.style, span.link) for span in line)
        sheet.parts.append(
            f'<text x="20" y="{sheet.y:g}" font-size="13" fill="{INK}" font-family="{MONO}" xml:space="preserve">{spans}</text>'
        )
    return sheet.text()


def _svg_span(words: str, style: str, link: str) -> str:
    look = {"name": ' font-weight="700"', "heading": ' font-weight="700" text-decoration="underline"', "dim": f' fill="{PALE}"'}
    color = f' fill="{text.COLORS[style]}" font-weight="700"' if style in text.COLORS else look.get(style, "")
    inside = f"<tspan{color}>{escaped(words)}</tspan>"
    return f'<a href="{escaped(link)}">{inside}</a>' if link else inside
