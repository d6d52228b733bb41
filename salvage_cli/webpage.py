"""Pages out of the terminal: HTML written by hand. Self-contained, readable when printed, with text that can be selected.

Every text passes through `escaped`; nothing is loaded from elsewhere. The plots are `picture`'s.
"""

from collections.abc import Iterable, Iterator, Sequence

from salvage_cli import text
from salvage_cli.compare import NOTICE, Block, Comparison, Panel, Row
from salvage_cli.fold import Line, bind
from salvage_cli.grid import Cell, Grid, legend, short
from salvage_cli.grid import title as grid_title
from salvage_cli.picture import DISCLAIMER, FILLS, FONT, INK, LINE, MONO, PALE, PLOT, axis_marks, escaped, key, point, rated, shot_marks
from salvage_cli.plots import title as comparison_title

_CSS = f"""
:root {{ color-scheme: light }}
body {{ font-family: {FONT}; font-size: 15px; line-height: 1.4; color: {INK}; background: #fff;
  max-width: 72rem; margin: 2rem auto; padding: 0 1rem }}
pre {{ font-family: {MONO}; font-size: 13px; white-space: pre; overflow-x: auto }}
h1 {{ font-size: 1.5rem }}
h2 {{ font-size: 1.2rem; margin-top: 2rem; break-after: avoid }}
caption {{ text-align: left; font-weight: 600; padding-top: 1rem }}
table {{ border-collapse: collapse; width: 100% }}
thead {{ display: table-header-group }}
tr {{ break-inside: avoid }}
th, td {{ text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid #ddd; font-weight: normal }}
thead th {{ font-size: .85rem; color: {PALE}; vertical-align: bottom }}
.map {{ table-layout: fixed }}
.map thead .where {{ width: 34%; text-align: left }}
.map td, .map thead th {{ text-align: center; padding: .2rem }}
.map thead th {{ font-size: .7rem }}
.map td {{ border: 1px solid #ddd }}
.name {{ font-weight: 600 }}
.heading {{ font-weight: 600; text-decoration: underline }}
.dim {{ color: {PALE} }}
{" ".join(f".{verdict} {{ color: {color}; font-weight: 600 }}" for verdict, color in text.COLORS.items())}
.plot {{ width: {PLOT + 20}px }}
.ends {{ display: flex; justify-content: space-between }}
@media print {{
  body {{ margin: 0; max-width: none; font-size: 10pt }}
  * {{ print-color-adjust: exact; -webkit-print-color-adjust: exact }}
}}
"""


def page(name: str, body: Iterable[str]) -> str:
    """A whole HTML page that needs nothing from elsewhere."""
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>{escaped(name)}</title>\n<style>{_CSS}</style>\n</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>"
    )


def comparison(found: Comparison) -> str:
    """The comparison as a page: a table for each panel, the plot in its last column."""
    name = comparison_title(found)
    return page(name, _comparison_body(found, name))


def _comparison_body(found: Comparison, name: str) -> Iterator[str]:
    yield f"<h1>{escaped(name)}</h1>\n<p>{escaped(NOTICE)}</p>"
    for each in found.blocks:
        yield from _html_block(each, len(found.options))
    for option in found.silent:
        yield f"<p>Without any figure to draw: {escaped(option.therapy.name)}</p>"
    yield f'<p class="dim">{escaped(key(found))}</p>\n<p class="dim">{DISCLAIMER}</p>'


def _html_block(each: Block, options: int) -> Iterator[str]:
    count = f"{each.therapies} of {text.counted(options, 'therapy', 'therapies')}"
    yield f'<section>\n<h2>{escaped(each.name)} <span class="dim">· {count}</span></h2>'
    for panel in each.panels:
        axis = _drawing(18, axis_marks(panel.axis, PLOT))
        left, right = (f"← {panel.left}" if panel.left else ""), (f"{panel.right} →" if panel.right else "")
        yield f"<table>\n<caption>{escaped(panel.title)}</caption>"
        yield '<thead><tr><th scope="col">Therapy</th><th scope="col">Result</th>'
        ends = f'<span class="ends"><span>{escaped(left)}</span><span>{escaped(right)}</span></span>'
        yield f'<th scope="col" class="plot">{ends}{axis}</th></tr></thead>'
        yield "<tbody>"
        yield from (_html_row(panel, row) for row in panel.rows)
        yield "</tbody>\n</table>"
    for row in each.wordless:
        yield f"<p>Without a figure to draw: {escaped(f'{row.therapy.name}: {row.label} {row.said}')} · {escaped(rated(row))}</p>"
    yield "</section>"


def _html_row(panel: Panel, row: Row) -> str:
    style = row.therapy.verdict if row.outcome.primary else "dim"
    height = LINE * len(row.shots) + 6
    rule = ""
    if panel.axis.reference is not None:
        x = point(panel.axis, panel.axis.reference, PLOT) + 9.5
        rule = f' style="background: linear-gradient({PALE}, {PALE}) no-repeat {x:g}px 0 / 1px 100%"'
    name, figures = escaped(row.therapy.name), "<br>".join(_kept(words) for words in (row.label, *row.figures))
    return (
        f'<tr><th scope="row"><span class="name">{name}</span><br><span class="{style}">{_kept(rated(row))}</span></th>'
        f'<td>{figures}</td><td class="plot"{rule}>{_drawing(height, shot_marks(panel, row, PLOT))}</td></tr>'
    )


def _drawing(height: int, marks: Iterable[str]) -> str:
    """A plot as wide as the column of plots, with room for marks at its ends."""
    return f'<svg width="{PLOT + 20}" height="{height}" viewBox="-10 0 {PLOT + 20} {height}" role="img">{"".join(marks)}</svg>'


def _kept(words: str) -> str:
    """Text for HTML in which figures that belong together stay on one line where they fit."""
    return escaped(bind(words))


def grid(found: Grid) -> str:
    """The map as a page: a table for each specialty."""
    return page(grid_title(found), _grid_body(found))


def _grid_body(found: Grid) -> Iterator[str]:
    yield f"<h1>{escaped(grid_title(found))}</h1>"
    for specialty in dict.fromkeys(place.specialty for place in found.places):
        heads = "".join(f'<th scope="col" title="{escaped(found.names[kind])}">{escaped(short(kind))}</th>' for kind in found.kinds)
        yield f'<h2>{escaped(specialty)}</h2>\n<table class="map">'
        yield f'<thead><tr><th scope="col" class="where">Condition</th><th scope="col">All</th>{heads}</tr></thead>\n<tbody>'
        for place in found.places:
            if place.specialty == specialty:
                row = "".join(_html_cell(place.cells.get(kind)) for kind in found.kinds)
                yield f'<tr><th scope="row">{escaped(place.name)}</th><td>{place.therapies}</td>{row}</tr>'
        yield "</tbody>\n</table>"
    yield f'<p class="dim">{escaped(legend(found))}</p>\n<p class="dim">{DISCLAIMER}</p>'


def _html_cell(cell: Cell | None) -> str:
    if cell is None:
        return '<td class="dim">·</td>'
    ink = "#fff" if cell.level in (1, 2) else INK
    return f'<td style="background:{FILLS[cell.level]};color:{ink}">{cell.figures}</td>'


def screen(lines: Sequence[Line], name: str) -> str:
    """A screen as a page: its text in columns of one width, with its colors and links."""
    rows = "\n".join("".join(_html_span(span.text, span.style, span.link) for span in line) for line in lines)
    return page(name, [f"<pre>{rows}</pre>"])


def _html_span(words: str, style: str, link: str) -> str:
    known = style in text.COLORS or style in ("name", "heading", "dim")
    inside = f'<span class="{style}">{escaped(words)}</span>' if known else escaped(words)
    return f'<a href="{escaped(link)}">{inside}</a>' if link else inside
