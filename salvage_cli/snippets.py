"""Where in a record the words of a search stand: the sentence, with the hits marked."""

import re
from collections.abc import Collection, Sequence

from salvage_cli import names

_SENTENCES = re.compile(r"(?<=[.;!?]) +")
_TOKENS = re.compile(r"[\w'’-]+")

Piece = tuple[str, bool]
"""A part of a text, and whether it is a hit."""


def marked(text: str, wanted: Collection[str]) -> list[Piece]:
    """A text cut into pieces, the hits apart."""
    pieces: list[Piece] = []
    end = 0
    for token in _TOKENS.finditer(text):
        if any(stem in wanted for stem in names.stems(token[0])):
            pieces += [(text[end : token.start()], False), (token[0], True)]
            end = token.end()
    return [piece for piece in (*pieces, (text[end:], False)) if piece[0]]


def snippet(texts: Sequence[tuple[str, str]], wanted: Collection[str], above: str) -> tuple[str, str]:
    """Label and sentence of the text with the most different hits, the first of those; empty where `above` has as many."""
    best, most = ("", ""), _hits(above, wanted)
    for label, text in texts:
        for sentence in _SENTENCES.split(text):
            hits = _hits(sentence, wanted)
            if hits > most:
                best, most = (label, sentence.rstrip(";")), hits
    return best


def _hits(text: str, wanted: Collection[str]) -> int:
    return len(set(wanted) & set(names.stems(text)))
