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


def snippet(texts: Sequence[str], wanted: Collection[str]) -> str:
    """The sentence with the most different hits, the first of those; empty where no text has any."""
    best, most = "", 0
    for text in texts:
        for sentence in _SENTENCES.split(text):
            hits = len(set(wanted) & set(names.stems(sentence)))
            if hits > most:
                best, most = sentence, hits
    return best
