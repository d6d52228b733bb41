"""How strong the evidence behind a record is: computed from the study behind its primary outcome, never typed in."""

from typing import NamedTuple

from salvage_cli.model import Base, Design, Reference, Therapy

VERDICT_ORDER = ("benefit", "surrogate", "uncertain", "no-benefit", "harm")


class Level(NamedTuple):
    """An evidence level (Oxford 2011)."""

    value: int | None
    """1 (strongest) to 5; None where the source carries no level."""
    indirect: bool
    """True where only a news item, a notice, an abstract or a secondary page reports the study: shown with an asterisk."""


def level(therapy: Therapy, base: Base) -> Level:
    """The level of the study behind the record's primary outcome."""
    reference = base.references[therapy.primary.reference]
    return Level(design_level(reference, base), indirect(reference))


def design_level(reference: Reference, base: Base) -> int | None:
    """The level that a reference's design (and, for a review, what it pools) carries; None where it carries none."""
    design: Design | None = base.terms("designs").get(reference.design or "")
    if design is not None and design.level == "by-pools":
        design = base.terms("pools").get(reference.pools or "")
    return int(design.level) if design is not None and design.level else None


def indirect(reference: Reference) -> bool:
    """Whether the study is known only from something else than its paper."""
    basis = reference.checked.basis if reference.checked else None
    return reference.type != "article" or basis != "primary"


def order(verdict: str, value: int | None, name: str) -> tuple[int, int, str]:
    """The key of the order that answers come in: level, then verdict, then name. Never a recommendation."""
    return (value or 9, VERDICT_ORDER.index(verdict), name.casefold())
