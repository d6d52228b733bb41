"""What a record is: frozen data, without files, SQL or a terminal.

The description at a field is the only one: it feeds the message "is missing", the JSON Schema and the data-format page.
Figures are `Decimal`, so that 0.80 stays 0.80 as the publication prints it. Annotations are evaluated (no `from __future__
import annotations`), because `shape` reads the fields' types.
"""

from dataclasses import MISSING, dataclass, field
from decimal import Decimal
from typing import Any, Literal

Pair = tuple[Decimal, Decimal]
Number = int | str
"""A reference's number: shipped ones are whole numbers for life, those of an overlay are X1, X2 …"""

Direction = Literal["higher", "lower"]
Verdict = Literal["benefit", "surrogate", "uncertain", "no-benefit", "harm"]
Standing = Literal["checked", "as-cited", "withdrawn", "retracted"]
Basis = Literal["primary", "secondary", "listing"]


def about(text: str, *, default: Any = MISSING, single: bool = False, identifies: str = "") -> Any:
    """Declare a field with its one description.

    `single` lets a file give one value in place of a list of one; `identifies` names the kind of record that the value
    points to.
    """
    return field(default=default, metadata={"about": text, "single": single, "identifies": identifies})


@dataclass(frozen=True, kw_only=True, slots=True)
class Arm:
    """What one arm of a study showed."""

    name: str | None = about("what the control arm was given (comparator only)", default=None)
    result: Decimal | None = about("the arm's figure, in the outcome's unit", default=None)
    ci: Pair | None = about("confidence interval [low, high] of `result`, same unit", default=None)
    level: Decimal | None = about("coverage of `ci` in percent; 95 unless given", default=None)
    events: int | None = about("patients with the event (a count)", default=None)
    total: int | None = about("patients in the arm (a count)", default=None)
    range: Pair | None = about("smallest and largest value, same unit", default=None)
    iqr: Pair | None = about("interquartile range, same unit", default=None)
    sd: Decimal | None = about("standard deviation, same unit", default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """The comparison between the arms, as printed."""

    kind: str = about("hazard ratio, risk ratio, risk difference, mean difference …", identifies="effects")
    value: Decimal = about("point estimate; no effect is 1 for a ratio, else 0")
    ci: Pair | None = about("confidence interval [low, high] of `value`", default=None)
    level: Decimal | None = about("coverage of `ci` in percent; 95 unless given", default=None)
    adjusted: bool | None = about("true where the report says that the estimate is adjusted", default=None)
    unit: str | None = about("unit of a difference, where it is not the outcome's", default=None)
    favors: Direction = about("which direction of `value` is good for the therapy")


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One result of one study. Transcribed, never computed."""

    measure: str = about("id of the outcome measure", identifies="measures")
    label: str = about("the outcome as the report calls it")
    primary: bool = about("true on exactly one outcome of a record: the one the verdict rests on", default=False)
    at: str | None = about("time point, e.g. 28 days", default=None)
    unit: str | None = about("percent, months, days …; absent where only an effect or words are given", default=None)
    treated: Arm | None = about("the arm that was given the therapy", default=None)
    comparator: Arm | None = about("the concurrent control arm, with its name", default=None)
    effect: Effect | None = about("the effect between the arms", default=None)
    finding: str | None = about("the result in words, where the report prints no figure", default=None)
    p: str | None = about("p value as printed, e.g. <0.001", default=None)
    n: int | None = about("patients (or what the label says) in the arms shown", default=None)
    reference: str = about("id of the publication the figures were read in", identifies="references")


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawal:
    """Why and when a record or a publication was taken back."""

    date: str = about("day, YYYY-MM-DD")
    reason: str = about("why, in one sentence; for a publication, where the notice stands")


@dataclass(frozen=True, kw_only=True, slots=True)
class Therapy:
    """One rescue therapy for one condition."""

    id: str = about("slug for life, e.g. gilteritinib-aml")
    name: str = about("the therapy's name")
    condition: str = about("id of the condition", identifies="conditions")
    modality: tuple[str, ...] = about("id of the narrowest modality, or a list", single=True, identifies="modalities")
    failure_types: tuple[str, ...] = about("how the earlier treatment failed", identifies="failure_types")
    failed: str = about("what had failed before")
    population: str = about("in whom it was studied")
    age_groups: tuple[str, ...] = about("neonate, child, adult", identifies="age_groups")
    biomarkers: tuple[str, ...] = about("markers that were demanded, that the drug binds, or that split the main result", default=())
    agents: tuple[str, ...] = about("drugs and biologics by INN; an empty list where there is none", identifies="agents")
    summary: str = about("what it is, what was found, the main limit; no advice")
    regimen: str | None = about("how it was given in the study", default=None)
    outcomes: tuple[Outcome, ...] = about("results; exactly one is primary")
    safety: tuple[str, ...] = about("what can go wrong, boxed warnings first")
    monitoring: tuple[str, ...] = about("what to watch")
    verdict: Verdict = about("benefit, surrogate, uncertain, no-benefit or harm, by rule")
    verdict_basis: str = about("the deciding figures in one sentence")
    investigational: bool = about("true where it is not approved or established anywhere for this use")
    references: tuple[str, ...] = about("ids of the publications behind the record", identifies="references")
    reviewed: str = about("day on which the record was last read against its sources, YYYY-MM-DD")
    review_by: str | None = about("day by which to read it again, where the field moves fast, YYYY-MM-DD", default=None)
    withdrawn: Withdrawal | None = about("set when the record is taken back; it stays in the file", default=None)

    @property
    def primary(self) -> Outcome:
        """The outcome that the verdict rests on."""
        return next(outcome for outcome in self.outcomes if outcome.primary)


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """A disease, or a group of diseases that holds no therapy of its own."""

    id: str = about("slug for life, e.g. acute-myeloid-leukemia")
    name: str = about("the condition's name")
    group: bool = about("true for a group that holds no therapy of its own", default=False)
    synonyms: tuple[str, ...] = about("other names and abbreviations", default=())
    shared: tuple[str, ...] = about("names that another condition has too, on purpose", default=())
    specialty: tuple[str, ...] = about("id of the specialty, or a list, the home first", single=True, identifies="specialties")
    icd10: tuple[str, ...] = about("codes of the WHO's ICD-10", default=())
    doid: str | None = about("id in the Human Disease Ontology", default=None)
    mondo: str | None = about("id in Mondo", default=None)
    mesh: str | None = about("MeSH descriptor", default=None)
    broader: tuple[str, ...] = about("ids of wider conditions or groups", default=(), identifies="conditions")
    broader_doid: str | None = about("the nearest wider DOID, where there is none of its own", default=None)
    broader_mondo: str | None = about("the nearest wider Mondo id, where there is none of its own", default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """How a publication was seen."""

    date: str = about("day, YYYY-MM-DD")
    basis: Basis = about("primary: the publisher's, PubMed's or an institution's page; secondary: a summary; listing")
    at: tuple[str, ...] = about("addresses of the pages read", default=())


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """One publication."""

    number: Number = about("number for life, never reused; X1, X2 … in a file of your own")
    id: str = about("slug for life, e.g. perl-2019")
    type: Literal["article", "conference", "report", "webpage"] = about("article, conference, report or webpage")
    authors: tuple[str, ...] = about("'Family Initials', in order", default=())
    authors_complete: bool = about("false: the list goes on, or only these were seen")
    group_author: str | None = about("the committee or body that signs", default=None)
    title: str = about("as printed; in square brackets where it is descriptive")
    journal: str | None = about("the NLM abbreviation; its full title stands under journals", default=None)
    publisher: str | None = about("publisher of a report or page", default=None)
    year: int | None = about("year of publication", default=None)
    volume: str | None = about("volume", default=None)
    issue: str | None = about("issue", default=None)
    pages: str | None = about("pages or article number, as printed", default=None)
    doi: str | None = about("DOI, without a prefix", default=None)
    pmid: str | None = about("PubMed id", default=None)
    url: str | None = about("address", default=None)
    trial: str | None = about("the trial's acronym", default=None)
    registry: str | None = about("the trial's register number, e.g. NCT02421939", default=None)
    design: str | None = about("design of the study reported", default=None, identifies="designs")
    pools: str | None = about("what a review or meta-analysis pools", default=None, identifies="pools")
    standing: Standing = about("checked, as-cited, withdrawn or retracted")
    checked: Check | None = about("when, where and on what basis it was seen", default=None)
    retraction: Withdrawal | None = about("date and notice of a withdrawal or retraction", default=None)
    cited_by: str | None = about("reference through which alone it is known", default=None, identifies="references")
    statement: str | None = about("what it is said to support", default=None)
    finding: str | None = about("what the checked records say to that", default=None)
    gap: str | None = about("what stays open", default=None)
    nearest: tuple[str, ...] = about("checked publications on the same matter", default=(), identifies="references")
    existence: str | None = about("what the search for it found", default=None)
    published: str | None = about("day of publication, YYYY-MM-DD", default=None)
    accessed: str | None = about("day on which a page was read, YYYY-MM-DD", default=None)
    contributor: str | None = about("who else is named on a page", default=None)
    licence: str | None = about("licence of the text", default=None)
    note: str | None = about("what a reader of the record should know", default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Agent:
    """A drug or biologic."""

    name: str = about("the name that records use")
    inn: str | None = about("international nonproprietary name", default=None)
    class_: str = about("pharmacologic class")
    synonyms: tuple[str, ...] = about("abbreviations, brands, other names", default=())
    shared: tuple[str, ...] = about("names that another agent has too, on purpose", default=())
    drugbank_id: str | None = about("id in DrugBank", default=None)

    @property
    def id(self) -> str:
        """An agent is known by its name."""
        return self.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A word of the vocabulary: what one can ask for."""

    id: str = about("id, as records use it")
    name: str = about("name for people")
    parents: tuple[str, ...] = about("ids of wider terms", default=())
    synonyms: tuple[str, ...] = about("other words for it", default=())
    shared: tuple[str, ...] = about("words that another term has too, on purpose", default=())
    definition: str | None = about("one line", default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure(Term):
    """An outcome measure."""

    better: Direction = about("which direction is good for the patient")


@dataclass(frozen=True, kw_only=True, slots=True)
class Design(Term):
    """A study design, or what a review pools, with its evidence level."""

    level: Literal["1", "2", "3", "4", "5", "by-pools"] | None = about(
        "Oxford 2011 level, 1 to 5, or by-pools; absent where it carries none", default=None
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectKind(Term):
    """A kind of effect with its abbreviation."""

    abbreviation: str = about("what stands before the value, e.g. HR")


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """Which state of the data this is."""

    version: str = about("year, month and count, e.g. 2026.11.1")
    date: str = about("day, YYYY-MM-DD")
    licence: str = about("licence of the data")


RECORDS: dict[str, type] = {
    "therapies": Therapy,
    "conditions": Condition,
    "references": Reference,
    "agents": Agent,
}
VOCABULARY: dict[str, type[Term]] = {
    "modalities": Term,
    "failure_types": Term,
    "age_groups": Term,
    "biomarkers": Term,
    "specialties": Term,
    "designs": Design,
    "pools": Design,
    "levels": Term,
    "verdicts": Term,
    "standings": Term,
    "effects": EffectKind,
    "measures": Measure,
}
KINDS: dict[str, type] = {**RECORDS, **VOCABULARY}
"""What a file may hold: a mapping from these keys to lists of records (also `journals` and `edition`)."""


@dataclass(slots=True)
class Base:
    """A whole knowledge base: records by kind and id, in the order of the files."""

    records: dict[str, dict[str, Any]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    journals: dict[str, str] = field(default_factory=dict)
    edition: Edition | None = None

    @property
    def therapies(self) -> dict[str, Therapy]:
        """Therapies by id."""
        return self.records["therapies"]

    @property
    def conditions(self) -> dict[str, Condition]:
        """Conditions and groups by id."""
        return self.records["conditions"]

    @property
    def references(self) -> dict[str, Reference]:
        """References by id."""
        return self.records["references"]

    @property
    def agents(self) -> dict[str, Agent]:
        """Agents by name."""
        return self.records["agents"]

    def terms(self, kind: str) -> dict[str, Any]:
        """The terms of one kind of the vocabulary, by id."""
        return self.records[kind]
