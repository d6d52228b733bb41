"""A question to a knowledge base, as values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Query:
    """A question, in the words of the user. Values of one facet are alternatives; different facets add up."""

    condition: Sequence[str] = ()
    modality: Sequence[str] = ()
    failure_type: Sequence[str] = ()
    agent: Sequence[str] = ()
    population: Sequence[str] = ()
    biomarker: Sequence[str] = ()
    specialty: Sequence[str] = ()
    verdict: Sequence[str] = ()
    evidence: int | None = None
    checked: bool = False
    investigational: bool | None = None
    reviewed_before: str | None = None
    ids: Sequence[str] = ()
    sort: str = "level"

    def also(self, words: Sequence[str] | None) -> "Query":
        """The same question, about one more condition that was given as bare words; without words just the same."""
        return replace(self, condition=[*self.condition, " ".join(words)]) if words else self

    def asks(self) -> bool:
        """Whether any facet is given."""
        return self != Query(sort=self.sort)
