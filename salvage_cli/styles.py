"""Citations as text: each style is a function from a work to one line. Uses nothing but the standard library.

What a record does not have is left out with its punctuation; a list of authors that goes on ends in "et al.".
Vancouver is Citing Medicine's citation-sequence form (NLM), AMA the 11th edition, APA the 7th, Harvard is Cite Them Right.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from salvage_cli.pieces import DASH, RULES, cut, day, doi_url, eloc, issued, joined, pages, pubmed_url, short_names, volume
from salvage_cli.work import Person, Work

_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


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


def vancouver(work: Work, markup: Markup = PLAIN, style: str = "vancouver") -> str:
    """The NLM's form: `Perl AE, et al. Title. N Engl J Med. 2019;381(18):1728–40. doi:10.1056/… PubMed PMID: 31665578.` and so on."""
    reference = work.reference
    text = markup.text
    names, title = text(short_names(work, style)), text(reference.title)
    identified = work.kind == "article" and bool(reference.doi or reference.pmid)
    internet = text(" [Internet]") if work.url and not identified else ""
    cited = text(f" [cited {day(work.accessed, 'y n d')}]") if internet and work.accessed else ""
    date = f"{issued(work, 'y n d')}{cited}".strip()
    if work.kind == "article":
        where = markup.journal(text(reference.journal)) + internet if reference.journal else ""
        title = title if where else title + internet
        body = joined(names, title, where, _serial(date, text(volume(work)), text(pages(reference.pages, short=True))))
    elif work.kind == "webpage" and reference.publisher:
        body = joined(names, text(reference.publisher) + internet, date, title)
    elif work.kind == "conference":
        abstract = "abstract" in (reference.publisher or "").casefold()
        event = f"{'Abstract presented' if abstract else 'Presented'} at: {text(reference.publisher)}" if reference.publisher else ""
        body = joined(names, title + (text(" [abstract]") if abstract else "") + internet, event, date)
    else:
        body = joined(names, title + internet, "; ".join(part for part in (text(reference.publisher or ""), date) if part))
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
    """AMA, 11th edition: `Perl AE, et al. Title. N Engl J Med. 2019;381(18):1728-1740. doi:10.1056/…`, without a last stop."""
    reference = work.reference
    names, title, publisher = short_names(work, "ama"), reference.title, reference.publisher or ""
    date = str(reference.year or "")
    if work.kind == "article":
        body = joined(names, title, reference.journal or "", _serial(date, volume(work), pages(reference.pages, dash="-")))
    elif work.kind == "webpage":
        body = joined(names, title, publisher, issued(work, "m d, y"))
    else:
        if work.kind == "conference" and publisher:
            publisher = f"{'Abstract presented' if 'abstract' in publisher.casefold() else 'Presented'} at: {publisher}"
        title = title_case(title) if work.kind == "report" else title
        body = joined(names, title, "; ".join(part for part in (publisher, date) if part))
    if reference.doi:
        return f"{body} doi:{reference.doi}"
    accessed = f" Accessed {day(work.accessed, 'm d, y')}." if work.url and work.accessed else ""
    return f"{body}{accessed} {work.url}" if work.url else body


# ------------------------------------------------------------------------------------------------ APA


def _apa_name(person: Person) -> str:
    if not person.initials:
        return person.family
    return f"{person.family}, {person.dotted}, {person.suffix}" if person.suffix else f"{person.family}, {person.dotted}"


def _apa_names(work: Work) -> str:
    people, others = cut(work, "apa")
    names = list(map(_apa_name, people))
    if others and len(work.people) > RULES["apa"].longest and not work.more:
        return f"{', '.join(names)}, {_ELLIPSIS} {_apa_name(work.people[-1])}"
    if others:
        return f"{', '.join(names)}, et al."
    return f"{', '.join(names[:-1])}, & {names[-1]}" if len(names) > 1 else "".join(names)


def apa(work: Work) -> str:
    """APA, 7th edition: `Perl, A. E., & Cortes, J. E. (2019). Title. The New …, 381(18), 1728–1740. https://doi.org/…`."""
    reference = work.reference
    names, title = _apa_names(work), reference.title
    date = issued(work, "y, m d") if work.kind == "webpage" else str(reference.year or "")
    source = reference.publisher or ""
    if work.kind == "article":
        where = pages(reference.pages)
        where = f"Article {where}" if reference.pages and eloc(reference.pages) else where
        source = ", ".join(part for part in (work.journal, volume(work), where) if part)
    elif work.kind == "webpage":
        source = title_case(source)
    elif work.kind == "conference" and "abstract" in source.casefold():
        title = f"{title} [Abstract]"
    dated = f"({date or 'n.d.'})"
    body = joined(names, dated, title, source) if names else joined(title, dated, source)
    if reference.doi:
        return f"{body} {doi_url(reference.doi)}"
    read = f"Retrieved {day(work.accessed, 'm d, y')}, from " if work.url and work.accessed and not date else ""
    return f"{body} {read}{work.url}" if work.url else body


# ------------------------------------------------------------------------------------------------ Nature, Harvard, one line


def _nature_name(person: Person) -> str:
    return ", ".join(part for part in (person.family, person.dotted, person.suffix) if part)


def nature(work: Work) -> str:
    """Nature's form: `Perl, A. E. et al. Title. N Engl J Med 381, 1728–1740 (2019).` for an article."""
    reference = work.reference
    people, others = cut(work, "nature")
    names = list(map(_nature_name, people))
    listed = f"{', '.join(names)} et al." if others else " & ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    volume, where = reference.volume or "", pages(reference.pages)
    address = ""
    if work.kind != "article" or not (volume or where):
        address = doi_url(reference.doi) if reference.doi else work.url
    source = reference.journal if work.kind == "article" else reference.publisher
    numbered = ", ".join(part for part in (volume, where) if part) if work.kind == "article" else ""
    dated = f"({reference.year})" if reference.year else ""
    return joined(listed, reference.title, " ".join(part for part in (source or "", numbered, address, dated) if part))


def _harvard_name(person: Person) -> str:
    if not person.initials:
        return person.family
    dotted = person.dotted.replace(". ", ".")
    return f"{person.family}, {dotted}, {person.suffix}" if person.suffix else f"{person.family}, {dotted}"


def harvard(work: Work) -> str:
    """Cite Them Right: `Perl, A.E. et al. (2019) ‘Title’, The New …, 381(18), pp. 1728–1740. Available at: …` for an article."""
    reference = work.reference
    people, others = cut(work, "harvard")
    names = list(map(_harvard_name, people))
    listed = f"{', '.join(names)} et al." if others else " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    title = f"‘{reference.title}’" if work.kind in ("article", "conference") else reference.title
    dated = f"({reference.year or 'no date'})"
    where = pages(reference.pages)
    if where and not (reference.pages and eloc(reference.pages)):
        where = f"{'pp.' if DASH in where else 'p.'} {where}"
    serial = (work.journal, volume(work), where) if work.kind == "article" else (reference.publisher or "",)
    head = f"{listed} {dated} {title}" if listed else f"{title} {dated}"
    body = joined(", ".join(part for part in (head, *serial) if part))
    address = doi_url(reference.doi) if reference.doi else work.url
    read = f" (Accessed: {day(work.accessed, 'd m y')})" if not reference.doi and work.accessed else ""
    return f"{body} Available at: {address}{read}." if address else body


def plain(work: Work) -> str:
    """One short line, for a slide or a message: `Perl AE, et al. Title. N Engl J Med 2019. https://doi.org/…`, without a last stop."""
    reference = work.reference
    between = " " if work.kind == "article" else ", "
    source = between.join(part for part in (reference.journal or reference.publisher or "", str(reference.year or "")) if part)
    address = (
        doi_url(reference.doi) if reference.doi else pubmed_url(reference.pmid) if reference.pmid and work.kind == "article" else work.url
    )
    body = joined(short_names(work, "plain"), reference.title, source)
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
