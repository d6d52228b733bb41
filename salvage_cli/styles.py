"""Citations as text: each style is a function from a work to one line. Uses nothing but the standard library.

What a record does not have is left out with its punctuation; a list of authors that goes on ends in "et al.".
Vancouver is Citing Medicine's citation-sequence form (NLM), AMA the 11th edition, APA the 7th, Harvard is Cite Them Right.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from salvage_cli.work import Person, Work

DASH = "\N{EN DASH}"

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


class Rule(NamedTuple):
    """How a style cuts a list of authors."""

    longest: int
    """The longest list that is printed whole."""
    first: int
    """How many stand before "et al." where the list is longer."""


RULES = {
    "vancouver": Rule(6, 6), "ama": Rule(6, 3), "apa": Rule(20, 19), "nature": Rule(5, 1), "harvard": Rule(3, 1),
    "plain": Rule(2, 1), "markdown": Rule(6, 6), "html": Rule(6, 6),
}  # fmt: skip


def _cut(work: Work, style: str) -> tuple[tuple[Person, ...], bool]:
    """The authors that a style prints, and whether others follow."""
    longest, first = RULES[style]
    people = work.people
    if len(people) > longest or (work.more and len(people) >= first):
        return people[:first], True
    return people, work.more


def _joined(*parts: str) -> str:
    """Sentences in a row; empty ones are left out."""
    return " ".join([part if part[-1] in ".?!" else f"{part}." for part in parts if part])


_RANGE = re.compile(r"([A-Za-z]*)(\d+)[-–]([A-Za-z]*)(\d+)")


def pages(text: str | None, *, short: bool = False, dash: str = DASH) -> str:
    """Pages as printed; a range gets the style's dash and, where `short`, only the digits of its end that change (`1728–40`)."""
    if not text:
        return ""
    match = _RANGE.fullmatch(text)
    if not match or match[1] != match[3]:
        return text.replace("-", dash) if re.fullmatch(r"[\w.]*\d[-–][\w.]*\d", text) and not eloc(text) else text
    letters, first, _, last = match.groups()
    if len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    if short and len(first) == len(last):
        same = next((place for place in range(len(last)) if first[place] != last[place]), len(last) - 1)
        return f"{letters}{first}{dash}{letters}{last[same:]}"
    return f"{letters}{first}{dash}{letters}{last}"


_ELOC = re.compile(r"[a-z]+\d+(?:-\d{2})?|[A-Za-z]*\d{5,}")


def eloc(text: str) -> bool:
    """Whether this is an article's number (e1360, 1191428, CD001340) rather than a page."""
    return bool(_ELOC.fullmatch(text))


def _day(day: str, form: str) -> str:
    """A day as a style writes it; the form has y, m (month), n (month in three letters) and d."""
    year, _, rest = day.partition("-")
    if not rest:
        return year
    month, _, number = rest.partition("-")
    name = _MONTHS[int(month) - 1]
    words = {"y": year, "m": name, "n": name[:3], "d": str(int(number)) if number else ""}
    return "".join(words.get(sign, sign) for sign in form).strip()


def _issued(work: Work, form: str) -> str:
    reference = work.reference
    return _day(reference.published, form) if reference.published else str(reference.year or "")


def _volume(work: Work) -> str:
    """`381(18)`."""
    reference = work.reference
    return f"{reference.volume or ''}({reference.issue})" if reference.issue else reference.volume or ""


# ------------------------------------------------------------------------------------------------ Vancouver and what is made from it


class Markup(NamedTuple):
    """How a citation's parts become part of a document."""

    text: Callable[[str], str]
    """Text that stays text."""
    journal: Callable[[str], str]
    link: Callable[[str, str], str]
    """A text that leads to an address."""


def _same(text: str) -> str:
    return text


def _unlinked(text: str, address: str) -> str:
    return text


PLAIN = Markup(_same, _same, _unlinked)


def short_name(person: Person) -> str:
    """`Kelley SK`, `Diaz LA Jr`."""
    if not person.initials:
        return person.family
    return f"{person.family} {person.initials} {person.suffix}" if person.suffix else f"{person.family} {person.initials}"


def _short_names(work: Work, style: str) -> str:
    people, others = _cut(work, style)
    names = ", ".join(map(short_name, people))
    return f"{names}, et al" if others else names


def vancouver(work: Work, markup: Markup = PLAIN, style: str = "vancouver") -> str:
    """A line such as: Perl AE, et al. Title. N Engl J Med. 2019;381(18):1728–40. doi:10.1056/… PubMed PMID: 31665578."""
    reference = work.reference
    text = markup.text
    names, title = text(_short_names(work, style)), text(reference.title)
    identified = work.kind == "article" and bool(reference.doi or reference.pmid)
    internet = text(" [Internet]") if work.url and not identified else ""
    cited = text(f" [cited {_day(work.accessed, 'y n d')}]") if internet and work.accessed else ""
    date = f"{_issued(work, 'y n d')}{cited}".strip()
    if work.kind == "article":
        where = markup.journal(text(reference.journal)) + internet if reference.journal else ""
        title = title if where else title + internet
        body = _joined(names, title, where, _serial(date, text(_volume(work)), text(pages(reference.pages, short=True))))
    elif work.kind == "webpage" and reference.publisher:
        body = _joined(names, text(reference.publisher) + internet, date, title)
    elif work.kind == "conference":
        abstract = "abstract" in (reference.publisher or "").casefold()
        event = f"{'Abstract presented' if abstract else 'Presented'} at: {text(reference.publisher)}" if reference.publisher else ""
        body = _joined(names, title + (text(" [abstract]") if abstract else "") + internet, event, date)
    else:
        body = _joined(names, title + internet, "; ".join(part for part in (text(reference.publisher or ""), date) if part))
    return " ".join(part for part in (body, *_found_at(work, identified, markup)) if part)


def _serial(date: str, volume: str, where: str) -> str:
    """`2019;381(18):1728–40`."""
    date = f"{date};{volume}" if date and volume else date or volume
    return f"{date}:{where}" if date and where else date or where


def _found_at(work: Work, identified: bool, markup: Markup) -> tuple[str, ...]:
    reference = work.reference
    available = f"Available from: {markup.link(work.url, work.url)}" if work.url and not identified else ""
    doi = f"doi:{markup.link(reference.doi, doi_url(reference.doi))}" if reference.doi else ""
    pmid = f"PubMed PMID: {markup.link(reference.pmid, pubmed_url(reference.pmid))}." if reference.pmid else ""
    return available, doi, pmid


def doi_url(doi: str) -> str:
    """The address of a DOI."""
    return f"https://doi.org/{doi}"


def pubmed_url(pmid: str) -> str:
    """The address of a PubMed record."""
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"


_MARKDOWN = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {sign: f"\\{sign}" for sign in "\\|*_`[]~"})
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
_ADDRESS = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20", '"': "%22", "\\": "%5C"})
_MARKDOWN_SIGN = re.compile(r"[&<>\\|*_`\[\]~]")
_HTML_SIGN = re.compile("[&<>\"']")


def in_markdown(text: str) -> str:
    """Text that stays text in Markdown and in the HTML made from it."""
    return text.translate(_MARKDOWN) if _MARKDOWN_SIGN.search(text) else text


def in_html(text: str) -> str:
    """Text that stays text in HTML, in an attribute too."""
    return text.translate(_HTML) if _HTML_SIGN.search(text) else text


def _markdown_link(text: str, address: str) -> str:
    return f"[{in_markdown(text)}]({_web(address).translate(_ADDRESS)})" if _web(address) else in_markdown(text)


def _html_link(text: str, address: str) -> str:
    return f'<a href="{in_html(_web(address))}">{in_html(text)}</a>' if _web(address) else in_html(text)


def _web(address: str) -> str:
    """The address where it is one of the web; nothing else becomes a link."""
    return address if address.startswith(("https://", "http://")) else ""


_IN_MARKDOWN = Markup(in_markdown, lambda text: f"*{text}*", _markdown_link)
_IN_HTML = Markup(in_html, lambda text: f"<i>{text}</i>", _html_link)


def markdown(work: Work) -> str:
    """The Vancouver form for Markdown, with the journal in italics and links."""
    return vancouver(work, _IN_MARKDOWN, "markdown")


def html(work: Work) -> str:
    """The Vancouver form for HTML, with the journal in italics and links; a fragment without an element around it."""
    return vancouver(work, _IN_HTML, "html")


# ------------------------------------------------------------------------------------------------ AMA

_SMALL = frozenset(
    {"a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "nor", "of", "on", "or", "the", "to", "via", "with"}
)


def title_case(text: str) -> str:
    """A title with capitals, as AMA writes those of reports; words with capitals or digits of their own stay."""
    words = text.split(" ")
    for place, word in enumerate(words):
        begins = place in (0, len(words) - 1) or words[place - 1].endswith((":", "?", "!", "."))
        if word.islower() and (begins or word not in _SMALL):
            words[place] = word[:1].upper() + word[1:]
    return " ".join(words)


def ama(work: Work) -> str:
    """A line such as: Perl AE, Martinelli G, Cortes JE, et al. Title. N Engl J Med. 2019;381(18):1728-1740. doi:10.1056/…"""
    reference = work.reference
    names, title, publisher = _short_names(work, "ama"), reference.title, reference.publisher or ""
    date = str(reference.year or "")
    if work.kind == "article":
        body = _joined(names, title, reference.journal or "", _serial(date, _volume(work), pages(reference.pages, dash="-")))
    elif work.kind == "webpage":
        body = _joined(names, title, publisher, _issued(work, "m d, y"))
    else:
        if work.kind == "conference" and publisher:
            publisher = f"{'Abstract presented' if 'abstract' in publisher.casefold() else 'Presented'} at: {publisher}"
        title = title_case(title) if work.kind == "report" else title
        body = _joined(names, title, "; ".join(part for part in (publisher, date) if part))
    if reference.doi:
        return f"{body} doi:{reference.doi}"
    accessed = f" Accessed {_day(work.accessed, 'm d, y')}." if work.url and work.accessed else ""
    return f"{body}{accessed} {work.url}" if work.url else body


# ------------------------------------------------------------------------------------------------ APA


def _apa_name(person: Person) -> str:
    if not person.initials:
        return person.family
    return f"{person.family}, {person.dotted}, {person.suffix}" if person.suffix else f"{person.family}, {person.dotted}"


def _apa_names(work: Work) -> str:
    people, others = _cut(work, "apa")
    names = list(map(_apa_name, people))
    if others and len(work.people) > RULES["apa"].longest and not work.more:
        return f"{', '.join(names)}, {_ELLIPSIS} {_apa_name(work.people[-1])}"
    if others:
        return f"{', '.join(names)}, et al."
    return f"{', '.join(names[:-1])}, & {names[-1]}" if len(names) > 1 else "".join(names)


def apa(work: Work) -> str:
    """A line such as: Perl, A. E., Martinelli, G., & Cortes, J. E. (2019). Title. The New England …, 381(18), 1728–1740. https://doi.org/…"""
    reference = work.reference
    names, title = _apa_names(work), reference.title
    date = _issued(work, "y, m d") if work.kind == "webpage" else str(reference.year or "")
    source = reference.publisher or ""
    if work.kind == "article":
        where = pages(reference.pages)
        where = f"Article {where}" if reference.pages and eloc(reference.pages) else where
        source = ", ".join(part for part in (work.journal, _volume(work), where) if part)
    elif work.kind == "conference" and "abstract" in source.casefold():
        title = f"{title} [Abstract]"
    dated = f"({date or 'n.d.'})"
    body = _joined(names, dated, title, source) if names else _joined(title, dated, source)
    if reference.doi:
        return f"{body} {doi_url(reference.doi)}"
    read = f"Retrieved {_day(work.accessed, 'm d, y')}, from " if work.url and work.accessed and not date else ""
    return f"{body} {read}{work.url}" if work.url else body


# ------------------------------------------------------------------------------------------------ Nature, Harvard, one line


def _nature_name(person: Person) -> str:
    return " ".join(part for part in (f"{person.family}, {person.dotted}" if person.initials else person.family, person.suffix) if part)


def nature(work: Work) -> str:
    """A line such as: Perl, A. E. et al. Title. N Engl J Med 381, 1728–1740 (2019)."""
    reference = work.reference
    people, others = _cut(work, "nature")
    names = list(map(_nature_name, people))
    listed = f"{', '.join(names)} et al." if others else " & ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    volume, where = reference.volume or "", pages(reference.pages)
    address = ""
    if work.kind != "article" or not (volume or where):
        address = doi_url(reference.doi) if reference.doi else work.url
    source = reference.journal if work.kind == "article" else reference.publisher
    numbered = ", ".join(part for part in (volume, where) if part) if work.kind == "article" else ""
    dated = f"({reference.year})" if reference.year else ""
    return _joined(listed, reference.title, " ".join(part for part in (source or "", numbered, address, dated) if part))


def _harvard_name(person: Person) -> str:
    if not person.initials:
        return person.family
    dotted = person.dotted.replace(". ", ".")
    return f"{person.family}, {dotted}, {person.suffix}" if person.suffix else f"{person.family}, {dotted}"


def harvard(work: Work) -> str:
    """A line such as: Perl, A.E. et al. (2019) ‘Title’, The New England …, 381(18), pp. 1728–1740. Available at: https://doi.org/…."""
    reference = work.reference
    people, others = _cut(work, "harvard")
    names = list(map(_harvard_name, people))
    listed = f"{', '.join(names)} et al." if others else " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    title = f"‘{reference.title}’" if work.kind in ("article", "conference") else reference.title
    dated = f"({reference.year or 'no date'})"
    where = pages(reference.pages)
    if where and not (reference.pages and eloc(reference.pages)):
        where = f"{'pp.' if DASH in where else 'p.'} {where}"
    serial = (work.journal, _volume(work), where) if work.kind == "article" else (reference.publisher or "",)
    head = f"{listed} {dated} {title}" if listed else f"{title} {dated}"
    body = _joined(", ".join(part for part in (head, *serial) if part))
    address = doi_url(reference.doi) if reference.doi else work.url
    read = f" (Accessed: {_day(work.accessed, 'd m y')})" if not reference.doi and work.accessed else ""
    return f"{body} Available at: {address}{read}." if address else body


def plain(work: Work) -> str:
    """A line such as: Perl AE, et al. Title. N Engl J Med 2019. https://doi.org/…"""
    reference = work.reference
    between = " " if work.kind == "article" else ", "
    source = between.join(part for part in (reference.journal or reference.publisher or "", str(reference.year or "")) if part)
    address = (
        doi_url(reference.doi) if reference.doi else pubmed_url(reference.pmid) if reference.pmid and work.kind == "article" else work.url
    )
    body = _joined(_short_names(work, "plain"), reference.title, source)
    return f"{body} {address}" if address else body


STYLES: dict[str, Callable[[Work], str]] = {
    "vancouver": vancouver,
    "ama": ama,
    "apa": apa,
    "nature": nature,
    "harvard": harvard,
    "plain": plain,
    "markdown": markdown,
    "html": html,
}
"""The styles that give a line of text, by name."""


# ------------------------------------------------------------------------------------------------ what is lacking


def lacking(work: Work, style: str) -> list[str]:
    """What a style prints of a work of this kind that the record does not have."""
    reference = work.reference
    found = []
    if not work.people and work.kind != "webpage":
        found.append("authors")
    elif work.more and len(work.people) < RULES[style].longest:
        found.append("further authors")
    if reference.title.startswith("["):
        found.append("printed title")
    if work.kind == "article":
        needed = {"journal": reference.journal, "year": reference.year, "volume": reference.volume, "pages": reference.pages}
        if style == "plain":
            needed = {"journal": reference.journal, "year": reference.year, "address": reference.doi or reference.pmid or work.url}
    else:
        needed = {"publisher": reference.publisher, "year": reference.year}
        if work.kind == "webpage":
            needed |= {"address": work.url or reference.doi}
    return found + [name for name, value in needed.items() if not value]
