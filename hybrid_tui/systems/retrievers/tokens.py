"""What BM25 counts: stemmed words and bigrams of scripts without spaces, or a model's subwords."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise

import regex
import snowballstemmer  # type: ignore[import-untyped]

from hybrid_tui.encoders import subwords as vocabularies
from hybrid_tui.encoders.model import resolve

Tokenize = Callable[[Sequence[str], str], list[list[str]]]
"""Takes texts and the code of their language; returns the tokens of each."""

_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_PIECES = regex.compile(
    rf"(?P<unspaced>(?:(?={_UNSPACED})[\p{{L}}\p{{N}}]\p{{M}}*)+)|(?P<word>(?:(?!{_UNSPACED})[\p{{L}}\p{{N}}]\p{{M}}*)+)"
)
_CLUSTER = regex.compile(r"\X")
_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""Snowball's algorithms by language; words of others stay as they are."""


def words(texts: Sequence[str], lang: str) -> list[list[str]]:
    """Return words in one case, stemmed where Snowball knows the language; bigrams of unspaced scripts.

    A word of which no stem is left, as of the Greek όταν, stays as it is.
    """
    stem = _stemmer(lang.partition("-")[0])
    return [list(_words(text, stem)) for text in texts]


def _words(text: str, stem: Callable[[str], str]) -> Iterator[str]:
    for found in _PIECES.finditer(unicodedata.normalize("NFKC", text).casefold()):
        if found["word"]:
            yield stem(found["word"]) or found["word"]
            continue
        clusters = _CLUSTER.findall(found["unspaced"])
        yield from ("".join(pair) for pair in pairwise(clusters)) if len(clusters) > 1 else clusters


@cache
def _stemmer(lang: str) -> Callable[[str], str]:
    if lang not in _STEMMERS:
        return str
    return cache(snowballstemmer.stemmer(_STEMMERS[lang]).stemWord)


def subwords(model: str) -> Tokenize:
    """Return what cuts texts of any language into the subwords of a model, which is loaded when first needed.

    Raises UsageError for a model that is not known.
    """
    resolve(model)
    cut = cache(lambda: vocabularies.subwords(model))
    return lambda texts, _lang: cut()(texts)
