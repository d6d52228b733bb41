"""What can stand next on a command line: values from the data, options, commands, each with a description.

Called at every Tab, so it loads neither typer nor the library: an index and the table of shared options are enough.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Iterator, Sequence

from salvage_cli.facets import (
    BASE,
    CITE,
    CITE_FORMATS,
    CITE_SORTS,
    CITE_STYLES,
    DRAWN,
    FACETS,
    FORMATS,
    NEW,
    OUTPUT,
    PICTURES,
    REPORTS,
    SCHEMA,
    SORT,
    SORTS,
    VALIDATE,
    Option,
)  # fmt: skip

COMMANDS = {
    "lookup": "what is known, in detail",
    "list": "one row per therapy",
    "show": "whole records",
    "cite": "citations",
    "search": "ranked full text",
    "compare": "options side by side, with a forest plot",
    "map": "where there is evidence, and where none",
    "terms": "what one can ask for",
    "info": "versions, counts, dates",
    "validate": "check knowledge-base files",
    "schema": "JSON Schema of those files",
    "new": "a template for a record",
    "completion": "completion for your shell",
}

ASKING = (*FACETS, SORT)
MEASURE = Option("measure", "--measure", "texts", "Only this outcome (overall survival).")
LIMIT = Option("limit", "--limit -n", "text", "At most so many.", metavar="N")

OPTIONS: dict[str, tuple[Option, ...]] = {
    "lookup": (*BASE, *ASKING, *DRAWN),
    "list": (*BASE, *ASKING, *DRAWN),
    "show": (*BASE, *DRAWN),
    "cite": (*BASE, *CITE, *FACETS),
    "search": (*BASE, LIMIT, *ASKING, *OUTPUT),
    "compare": (*BASE, MEASURE, *ASKING, *DRAWN),
    "map": (*BASE, *ASKING, *DRAWN),
    "terms": (*BASE, *OUTPUT),
    "info": (*BASE, *OUTPUT),
    "validate": (*BASE, *VALIDATE),
    "schema": (*BASE, *SCHEMA),
    "new": (*BASE, *NEW),
    "completion": (),
}
"""The options of each command; a test holds them to those that typer knows."""

KINDS = ("conditions", "modalities", "failure-types", "agents", "age-groups", "biomarkers", "specialties", "verdicts", "designs",
         "levels", "measures", "standings", "effects", "pools")  # fmt: skip
SHELLS = ("bash", "zsh", "fish")

_VALUES = {
    "condition": "conditions",
    "modality": "modalities",
    "failure_type": "failure_types",
    "agent": "agents",
    "population": "age_groups",
    "biomarker": "biomarkers",
    "specialty": "specialties",
    "failure_types": "failure_types",
    "agents": "agents",
    "replaces": "therapies",
    "verdict": "verdicts",
    "measure": "measures",
}
_WORDS = {"lookup": "conditions", "list": "conditions", "show": "therapies", "compare": "therapies", "cite": "citable", "terms": KINDS,
          "completion": SHELLS, "new": ("therapy", "reference", "condition", "agent")}  # fmt: skip
_LISTED = {
    "format": FORMATS,
    "of": ("files", "answers"),
    "sort": SORTS,
    "order": CITE_SORTS,
    "style": (*CITE_STYLES, *CITE_FORMATS),
    "evidence": ("1", "2", "3", "4", "5"),
}


class Candidate(namedtuple("Candidate", "value about", defaults=("",))):
    """One thing that can stand next: the value, and what it is."""

    __slots__ = ()
    value: str
    about: str


def candidates(connection: sqlite3.Connection, words: Sequence[str]) -> list[Candidate]:
    """What the last of `words` (the command line without `salvage`) can become, in order."""
    *before, typed = words or [""]
    command = next((word for word in before if word in COMMANDS), None)
    if command is None:
        found: Iterator[Candidate] = iter([*map(Candidate, COMMANDS, COMMANDS.values()), Candidate("--help"), Candidate("--version")])
        return _starting(found, typed)
    options = OPTIONS[command]
    known = {flag: option for option in options for flag in option.flags}
    asked = known.get(before[-1]) if before else None
    if asked is not None and asked.kind != "flag":
        return _values(connection, asked, typed)
    if typed.startswith("-"):
        flag, equals, value = typed.partition("=")
        if equals and flag in known:
            return [each._replace(value=f"{flag}={each.value}") for each in _values(connection, known[flag], value)]
        return _starting(_flags(options), typed)
    wanted = _WORDS.get(command, ())
    if isinstance(wanted, str):
        return _named(connection, wanted, typed)
    return _starting(map(Candidate, wanted), typed)


def _flags(options: Sequence[Option]) -> Iterator[Candidate]:
    for option in options:
        yield from (Candidate(flag, option.help) for flag in option.flags if flag.startswith("--"))
        if option.negative:
            yield Candidate(option.negative, option.help)
    yield Candidate("--help", "Show the help and exit.")


def _starting(found: Iterator[Candidate] | map, typed: str) -> list[Candidate]:  # type: ignore[type-arg]
    start = typed.casefold()
    return [each for each in found if each.value.casefold().startswith(start)]


def _values(connection: sqlite3.Connection, option: Option, typed: str) -> list[Candidate]:
    if option.name in _VALUES:
        return _named(connection, _VALUES[option.name], typed)
    if option in VALIDATE and option.name == "format":
        return _starting(map(Candidate, REPORTS), typed)
    drawn = PICTURES if option is DRAWN[0] else ()
    return _starting(map(Candidate, (*_LISTED.get(option.name, ()), *drawn)), typed)


def _named(connection: sqlite3.Connection, kind: str, typed: str) -> list[Candidate]:
    """Names that begin as typed; before anything is typed, each record's own name."""
    start = typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    if kind in ("therapies", "citable"):
        sql = "SELECT id, name || ' (' || condition_name || ')' FROM therapy WHERE id LIKE ?1 ESCAPE '\\' AND withdrawn = ''"
        if kind == "citable":
            sql += " UNION ALL SELECT id, substr(title, 1, 60) FROM reference WHERE id LIKE ?1 ESCAPE '\\'"
            sql += " UNION ALL SELECT number, substr(title, 1, 60) FROM reference WHERE ?1 <> '%' AND number LIKE ?1 ESCAPE '\\'"
        return [Candidate(*row) for row in connection.execute(f"{sql} ORDER BY 1", (start,))]
    if not typed:
        own = "id" if kind in ("failure_types", "modalities", "age_groups", "specialties", "verdicts") else "name"
        rows = connection.execute(f"SELECT {own}, therapies, definition FROM term WHERE kind = ? ORDER BY {own} COLLATE NOCASE", (kind,))
        return [Candidate(value, _about(count, definition)) for value, count, definition in rows]
    sql = """SELECT CASE WHEN lower(min(shown)) = term.id THEN term.id ELSE min(shown) END, term.name, therapies
             FROM name JOIN term ON term.kind = name.kind AND term.id = name.id
             WHERE name.kind = ? AND shown LIKE ? ESCAPE '\\' GROUP BY shown COLLATE NOCASE, term.id ORDER BY shown COLLATE NOCASE"""
    found = connection.execute(sql, (kind, start)).fetchall()
    return [Candidate(shown, _about(count, "" if shown == name else name)) for shown, name, count in found]


def _about(count: int, words: str) -> str:
    counted = f"{count} therap{'y' if count == 1 else 'ies'}"
    return f"{words} ({counted})" if words else counted


SCRIPTS = {
    "bash": r"""# salvage completion for bash: eval "$(salvage completion bash)"
_salvage_complete() {
    local cur words=() line value
    if declare -F _get_comp_words_by_ref >/dev/null; then
        local cword; _get_comp_words_by_ref -n := -w words -i cword
    else
        words=("${COMP_WORDS[@]}"); local cword=$COMP_CWORD
    fi
    cur=${words[cword]}
    local plain=() word
    for word in "${words[@]:1:cword}"; do
        case $word in
            \'*) word=${word#\'}; word=${word%\'} ;;
            \"*) word=${word#\"}; word=${word%\"} ;;
            *) word=${word//\\/} ;;
        esac
        plain+=("$word")
    done
    COMPREPLY=()
    while IFS=$'\t' read -r value line; do
        [[ -n $value ]] || continue
        case $cur in
            \'*) COMPREPLY+=("'${value//\'/\'\\\'\'}'") ;;
            \"*) COMPREPLY+=("\"${value//\"/\\\"}\"") ;;
            *) COMPREPLY+=("$(printf %q "$value")") ;;
        esac
    done < <(command salvage __complete "${plain[@]}" 2>/dev/null)
}
complete -o default -o nosort -F _salvage_complete salvage 2>/dev/null || complete -o default -F _salvage_complete salvage
""",
    "zsh": r"""#compdef salvage
# salvage completion for zsh: eval "$(salvage completion zsh)"
_salvage() {
    local -a values descriptions
    local value about word
    local -a plain
    for word in "${(@)words[2,CURRENT]}"; do
        [[ $word == [\'\"]* && ${#word} -gt 0 && ${word[-1]} != ${word[1]} ]] && word=${word[2,-1]}
        plain+=("${(Q)word}")
    done
    while IFS=$'\t' read -r value about; do
        [[ -n $value ]] || continue
        values+=("$value")
        descriptions+=("${value}${about:+  -- $about}")
    done < <(command salvage __complete "${plain[@]}" 2>/dev/null)
    if (( ${#values} )); then
        compadd -l -M 'm:{a-zA-Z}={A-Za-z}' -d descriptions -a values
    else
        _files
    fi
}
if [[ $funcstack[1] == _salvage ]]; then
    _salvage "$@"
else
    compdef _salvage salvage
fi
""",
    "fish": r"""# salvage completion for fish: salvage completion fish | source
function __salvage_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l plain (string unescape -- $typed)
    or set plain (string replace -r -- '^[\'"]' '' $typed)
    set -l found (command salvage __complete $words[2..-1] "$plain" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path "$plain"
    end
end
complete -c salvage -f -a '(__salvage_complete)'
""",
}
"""The scripts that teach a shell; each asks `salvage __complete WORDS...` for lines of value, tab, description."""
