"""The options that several commands share, declared once as data, and a reader for command lines that use nothing else.

`options` makes typer's options of them; the fast lane reads them without typer. Imports nothing.
"""

TYPE_CHECKING = False  # what type checkers take for true; the module typing would cost every start 5 ms
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


class Option:
    """One option: the parameter's name, its flags (with a second set for "no"), what it takes and its help."""

    __slots__ = ("choices", "default", "flags", "help", "kind", "metavar", "name", "negative")

    def __init__(
        self, name: str, flags: str, kind: str, help: str, *, metavar: str = "NAME", negative: str = "", default: "Any" = None
    ) -> None:
        """Declare an option; `kind` is texts (repeatable), text, level (1 to 5) or flag."""
        self.name, self.flags, self.kind, self.help = name, flags.split(), kind, help
        self.metavar, self.negative, self.default = metavar, negative, default


FACETS = (
    Option("condition", "--condition -c", "texts", "Name, abbreviation, group or code (AML, C92.0)."),
    Option("modality", "--modality -m", "texts", "Kind of treatment, or a branch of them (radiation)."),
    Option("failure_type", "--failure-type --failure -f", "texts", "How standard treatment failed (relapse)."),
    Option("agent", "--agent -a", "texts", "Drug: INN, class or brand."),
    Option("population", "--population -p", "texts", "Age group (child) or words of the population.", metavar="WORDS"),
    Option("biomarker", "--biomarker -b", "texts", "Biomarker by any name (FLT3, HR+, dMMR)."),
    Option("specialty", "--specialty", "texts", "Specialty (oncology, ICU)."),
    Option("evidence", "--evidence", "level", "Evidence level N or stronger; 1 is strongest.", metavar="N"),
    Option("verdict", "--verdict", "texts", "benefit, surrogate, uncertain, no-benefit or harm."),
    Option("checked", "--checked", "flag", "Only what rests on a checked reference.", default=False),
    Option("investigational", "--investigational", "flag", "Only (or no) uses approved nowhere.", negative="--no-investigational"),
    Option("reviewed_before", "--reviewed-before", "text", "Last read against its sources before this day.", metavar="DATE"),
)
"""What narrows a question."""

BASE = (
    Option("data", "--data", "texts", "Your own file or folder beside the shipped base; also SALVAGE_DATA.", metavar="PATH"),
    Option("only_shipped", "--only-shipped", "flag", "The shipped base alone, whatever SALVAGE_DATA says.", default=False),
    Option("limits", "--limits", "text", "Read files N times as large and deep as usual; also SALVAGE_LIMITS.", metavar="N"),
    Option("verbose", "--verbose -v", "flag", "Say what happens behind the answer.", default=False),
)
"""Which files an answer comes from."""

SORTS = ("level", "verdict", "name", "condition", "year")
SORT = Option("sort", "--sort", "text", f"{', '.join(SORTS)}.", metavar="KEY", default="level")

CITE_STYLES = ("vancouver", "ama", "apa", "nature", "harvard", "plain", "markdown", "html")
CITE_FORMATS = ("bibtex", "biblatex", "ris", "csl-json", "nbib", "json")
CITE_SORTS = ("given", "number", "author", "year")
CITE = (
    Option("style", "--style -s", "text", f"{', '.join((*CITE_STYLES, *CITE_FORMATS))} (nlm is vancouver)."),
    Option("csl", "--csl", "text", "Any other style of the Citation Style Language.", metavar="NAME|FILE"),
    Option("order", "--sort", "text", f"{', '.join(CITE_SORTS)}.", metavar="KEY", default="given"),
    Option("numbered", "--numbered", "flag", "Number the citations 1, 2, 3 …", default=False),
    Option("checked_only", "--checked-only", "flag", "Refuse references that are not checked (status 1).", default=False),
    Option("nearest", "--nearest", "flag", "Cite the nearest checked publications in place of others.", default=False),
    Option("explain", "--explain", "flag", "Say what a reference supports and how it was checked.", default=False),
    Option("incomplete", "--incomplete", "flag", "List references that lack what the style demands.", default=False),
    Option("quiet", "--quiet -q", "flag", "Say nothing of a reference's standing.", default=False),
)
"""How citations are to look, and which references they may be of."""

PEOPLE = ("table", "plain")
PROGRAMS = ("tsv", "csv", "json", "jsonl", "yaml", "markdown", "ids")
PICTURES = ("svg", "html")
FORMATS = (*PEOPLE, *PROGRAMS)

OUTPUT = (
    Option("format", "--format -o", "text", f"{', '.join(FORMATS)}.", metavar="FORMAT"),
    Option("fields", "--fields", "text", "Columns, in this order.", metavar="A,B,C"),
    Option("header", "--header", "flag", "Names of the columns as first line (TSV, CSV).", negative="--no-header", default=True),
    Option("pager", "--pager", "flag", "Page a long answer on a terminal.", negative="--no-pager", default=True),
    Option("color", "--color", "flag", "Color, whatever the terminal says.", negative="--no-color"),
)
"""How the answer is to look."""

DRAWN = (Option("format", "--format -o", "text", f"{', '.join((*FORMATS, *PICTURES))}.", metavar="FORMAT"), *OUTPUT[1:])
"""The same for answers that are pictures too."""


REPORTS = ("caret", "plain", "json", "github")
VALIDATE = (
    Option("format", "--format -o", "text", f"{', '.join(REPORTS)}.", metavar="FORMAT"),
    Option("strict", "--strict", "flag", "Warnings are faults.", default=False),
    Option("fix", "--fix", "flag", "Write order, wrapping and quoting in the house's form; nothing else.", default=False),
    Option("alone", "--alone", "flag", "The paths are a base of their own; the shipped one is left out.", default=False),
    Option("today", "--today", "text", "Judge ages as of this day.", metavar="DATE"),
    Option("explain", "--explain", "text", "What a rule asks for; all lists them.", metavar="RULE"),
)
"""How files are judged."""

SCHEMA = (
    Option("of", "--of", "text", "files, or answers (the JSON of list, lookup and show).", metavar="WHAT", default="files"),
    Option("ids", "--ids", "flag", "Offer the base's ids where a record names one.", default=False),
)
NEW = (
    Option("name", "--name", "text", "Name of the therapy, condition or drug.", metavar="TEXT"),
    Option("condition", "--condition -c", "text", "The condition."),
    Option("modality", "--modality -m", "texts", "Kind of treatment."),
    Option("failure_types", "--failure-type --failure -f", "texts", "How treatment failed."),
    Option("agents", "--agent -a", "texts", "Drug."),
    Option("references", "--reference -r", "texts", "Number or id of a publication.", metavar="REF"),
    Option("specialty", "--specialty", "text", "Specialty of a condition."),
    Option("title", "--title", "text", "Title of the publication.", metavar="TEXT"),
    Option("authors", "--author", "texts", "'Family Initials'; repeat in order."),
    Option("journal", "--journal", "text", "NLM abbreviation of the journal.", metavar="TEXT"),
    Option("year", "--year", "text", "Year of publication.", metavar="YYYY"),
    Option("doi", "--doi", "text", "DOI, without a prefix.", metavar="TEXT"),
    Option("pmid", "--pmid", "text", "PubMed id.", metavar="TEXT"),
    Option("replaces", "--replaces", "text", "A record of the base that yours changes.", metavar="ID"),
    Option("for_base", "--for-base", "flag", "Number a reference for the base itself, not X1, X2 …", default=False),
)
"""What a new record is filled with."""


def read(argv: "Sequence[str]", options: "Sequence[Option]") -> "tuple[dict[str, Any], list[str]] | None":
    """Options and words of a command line, or None where anything in it is not plainly one of these."""
    known: dict[str, tuple[Option, bool]] = {}
    for option in options:
        known.update(dict.fromkeys(option.flags, (option, True)))
        if option.negative:
            known[option.negative] = (option, False)
    values: dict[str, Any] = {option.name: option.default for option in options}
    words: list[str] = []
    rest = iter(argv)
    for word in rest:
        if not word.startswith("-"):
            words.append(word)
            continue
        flag, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if flag not in known:
            return None
        option, positive = known[flag]
        if option.kind == "flag":
            if equals:
                return None
            values[option.name] = positive
            continue
        text = value if equals else next(rest, None)
        if text is None or (not equals and text.startswith("-")) or not _take(values, option, text):
            return None
    return values, words


def _take(values: "dict[str, Any]", option: Option, text: str) -> bool:
    if option.kind == "texts":
        values[option.name] = [*(values[option.name] or ()), text]
    elif option.kind == "level":
        if text not in ("1", "2", "3", "4", "5"):
            return False
        values[option.name] = int(text)
    else:
        values[option.name] = text
    return True


def facets_of(values: "Mapping[str, Any]") -> "dict[str, Any]":
    """The part of the options that makes a query; a facet that was not given is empty."""
    found = {option.name: values[option.name] for option in FACETS}
    return {
        name: () if value is None and name not in ("evidence", "investigational", "reviewed_before") else value
        for name, value in found.items()
    }
