"""A comparison laid out for a width: what each row says beside what it looks like on its panel's axis. Knows no terminal."""

from collections.abc import Iterator

from salvage_cli import text
from salvage_cli.compare import NOTICE, Block, Comparison, Panel, Row
from salvage_cli.fold import Line, Span, beside, block, indent, plain, wrap
from salvage_cli.forest import DRAWN, Estimate, Signs, bar, empty, ends, ruler
from salvage_cli.plain import markdown_text
from salvage_cli.screens import heading

STACKED_BELOW = 72
"""Columns under which a plot stands under its words."""
APART = 120
"""Columns from which names and figures have a column each."""
NARROWEST_PLOT, WIDEST_PLOT = 38, 80


def rating(row: Row) -> Line:
    """`= NO BENEFIT · level 2 · cite 688`; of an outcome that the verdict does not rest on, the verdict comes last."""
    study = row.study
    level = f"{text.level(study.level, study.indirect)} · cite {study.number}"
    verdict = row.therapy.verdict
    words = f"{text.SYMBOLS[verdict]} {text.shown(verdict)}"
    if row.outcome.primary:
        return [Span(words, verdict), Span(f" · {level}")]
    return [Span(f"({words} on its main outcome)", "dim"), Span(f" · {level}", "dim")]


def comparison(found: Comparison, width: int, signs: Signs = DRAWN) -> list[Line]:
    """The whole comparison: blocks, panels, rows, and what cannot be drawn."""
    lines = [*heading(title(found), width), *block(NOTICE, min(width, 110), "dim")]
    several = len({option.condition for option in found.options}) > 1
    for each in found.blocks:
        lines += [[], *_block(each, width, signs, len(found.options), several=several)]
    if found.silent:
        names = "; ".join(f"{option.therapy.name} [{option.therapy.id}]" for option in found.silent)
        lines += [[], *block(f"Without any figure to draw: {names}.", width)]
    return [*lines, [], *block(key(found, signs), width, "dim")]


def title(found: Comparison) -> str:
    """What is compared."""
    conditions = list(dict.fromkeys(option.condition for option in found.options))
    of = "; ".join(conditions) if len(conditions) <= 3 else text.counted(len(conditions), "condition")
    return f"{of} · {text.counted(len(found.options), 'therapy', 'therapies')} side by side"


def key(found: Comparison, signs: Signs) -> str:
    """What the signs mean, of those that are in the picture."""
    shots = [shot for each in found.blocks for panel in each.panels for row in panel.rows for shot in row.shots]
    roles = {shot.role for shot in shots}
    parts = [f"{signs.effect} effect"] if "effect" in roles else []
    parts += [f"{signs.treated} therapy"] if "treated" in roles else []
    parts += [f"{signs.comparator} comparator"] if "comparator" in roles else []
    parts += [f"{signs.both} both"] if {"treated", "comparator"} <= roles else []
    parts.append(f"{signs.low}{signs.line * 2}{signs.high} interval as reported (95% unless another level is named)")
    if any(shot.estimate.computed for shot in shots):
        parts.append(f"{signs.low}{signs.computed * 2}{signs.high} 95% interval computed here from the counts (Wilson)")
    if any(_beyond(panel, shot.estimate) for each in found.blocks for panel in each.panels for row in panel.rows for shot in row.shots):
        parts.append(f"{signs.beyond_low} {signs.beyond_high} goes on beyond the axis")
    return " · ".join(parts)


def _beyond(panel: Panel, estimate: Estimate) -> bool:
    ends = (estimate.low, estimate.value, estimate.high)
    return any(end is not None and not -1e-9 <= panel.axis.share(end) <= 1 + 1e-9 for end in ends)


def _block(each: Block, width: int, signs: Signs, options: int, *, several: bool) -> list[Line]:
    lines = heading(f"{each.name.upper()} · {each.therapies} of {text.counted(options, 'therapy', 'therapies')}", width, "name")
    for panel in each.panels:
        lines += [*_panel(panel, width, signs, several=several), []]
    if each.wordless:
        lines += block("Without a figure to draw:", width)
        for row in each.wordless:
            said = f"{row.therapy.name}: {row.label}" + (f" {row.said}" if row.said else "")
            lines += [*indent(block(said, width - 2), 2), *indent(_rating(row, width - 2), 2)]
        lines.append([])
    return lines[:-1]


def _panel(panel: Panel, width: int, signs: Signs, *, several: bool) -> list[Line]:
    """Title, ruler, rows and what the directions mean."""
    plot = width if width < STACKED_BELOW else min(WIDEST_PLOT, max(NARROWEST_PLOT, width * 2 // 5))
    words = width if width < STACKED_BELOW else width - plot - 2
    left, right = (f"{signs.to_left} {panel.left}" if panel.left else ""), (f"{panel.right} {signs.to_right}" if panel.right else "")
    feet = [[Span(line, "dim")] for line in ends(left, right, plot)]
    heads = [[Span(line, "dim")] for line in ruler(panel.axis, plot, signs)]
    title = block(panel.title, words, "heading")
    if width < STACKED_BELOW:
        rows = [line for row in panel.rows for line in (*_words(row, words, several=several), *_drawing(panel, row, plot, signs), [])]
        return [*title, *heads, *rows[:-1], *feet]
    lines = beside([(title, words), (heads, plot)])
    for row in panel.rows:
        said, seen = _words(row, words, several=several), _drawing(panel, row, plot, signs)
        blank = [[Span(empty(panel.axis, plot, signs), "dim")] for _ in range(len(said) + 1 - len(seen))]
        lines += beside([([*said, []], words), ([*seen, *blank], plot)])
    return [*lines, *beside([([], words), (feet, plot)])]


def _words(row: Row, width: int, *, several: bool) -> list[Line]:
    """Name, rating and figures: one under the other, side by side where there is room."""
    if width < APART * 3 // 5 - 2:
        return [*_named(row, width, several=several), *_figures(row, width)]
    left = min(40, width * 2 // 5)
    return beside([(_named(row, left, several=several), left), (_figures(row, width - left - 2), width - left - 2)])


def _named(row: Row, width: int, *, several: bool) -> list[Line]:
    condition = block(row.option.condition, width, "dim") if several else []
    return [*block(row.therapy.name, width, "name"), *condition, *_rating(row, width)]


def _rating(row: Row, width: int) -> list[Line]:
    line = rating(row)
    if sum(len(span.text) for span in line) <= width:
        return [line]
    return [part for span in line for part in block(span.text.strip(" ·"), width, span.style)]


def _figures(row: Row, width: int) -> list[Line]:
    return [[Span(line)] for words in (row.label, *row.figures) for line in wrap(words, width)]


def _drawing(panel: Panel, row: Row, width: int, signs: Signs) -> list[Line]:
    """A line for each arm that has an interval; arms without one share a line."""
    return [[Span(line, row.therapy.verdict if row.outcome.primary else "")] for line in bars(panel, row, width, signs)]


def bars(panel: Panel, row: Row, width: int, signs: Signs) -> Iterator[str]:
    """The row's estimates as lines of characters."""
    marks = {"effect": signs.effect, "treated": signs.treated, "comparator": signs.comparator}
    bare = len(row.shots) == 2 and all(shot.estimate.low is None for shot in row.shots)
    if not bare:
        for shot in row.shots:
            yield bar(panel.axis, shot.estimate, width, marks[shot.role], signs)
        return
    line = list(empty(panel.axis, width, signs))
    places = [panel.axis.column(shot.estimate.value, width) for shot in row.shots]
    for place, shot in zip(places, row.shots, strict=True):
        line[place] = signs.both if places[0] == places[1] else marks[shot.role]
    yield "".join(line)


def markdown(found: Comparison) -> Iterator[str]:
    """The comparison for a document: a table for each panel, and its plot as a block of characters."""
    yield f"# {markdown_text(title(found))}"
    yield f"\n{NOTICE}"
    for each in found.blocks:
        yield f"\n## {markdown_text(each.name)}"
        for panel in each.panels:
            yield f"\n### {markdown_text(panel.title)}\n"
            yield from _table(panel)
            yield "\n```text"
            yield from plain(_names_and_plot(panel, 96))
            yield "```"
        for row in each.wordless:
            yield f"\nWithout a figure to draw: {markdown_text(f'{row.therapy.name}: {row.label} {row.said}')}"
    if found.silent:
        yield f"\nWithout any figure to draw: {markdown_text('; '.join(option.therapy.name for option in found.silent))}"
    yield f"\n{markdown_text(key(found, DRAWN))}"


def _table(panel: Panel) -> Iterator[str]:
    yield "| therapy | verdict, level, citation | outcome | figures |"
    yield "| --- | --- | --- | --- |"
    for row in panel.rows:
        parts = (row.therapy.name, "".join(span.text for span in rating(row)), row.label, "; ".join(row.figures))
        yield "| " + " | ".join(map(markdown_text, parts)) + " |"


def _names_and_plot(panel: Panel, width: int) -> list[Line]:
    plot = width * 3 // 5
    names = width - plot - 2
    lines = [line for head in ruler(panel.axis, plot) for line in beside([([], names), ([[Span(head)]], plot)])]
    for row in panel.rows:
        seen = [[Span(line)] for line in bars(panel, row, plot, DRAWN)]
        lines += beside([(block(row.therapy.name, names), names), (seen, plot)])
    left, right = (f"← {panel.left}" if panel.left else ""), (f"{panel.right} →" if panel.right else "")
    return [*lines, *(line for foot in ends(left, right, plot) for line in beside([([], names), ([[Span(foot)]], plot)]))]
