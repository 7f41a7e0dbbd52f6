"""Subsets of a data set in mteb's form, and their languages, by the names of their parts.

A part is corpus, queries or qrels (`query`; `default`, or its folder `data`, for judgements), alone or with
the name of its subset before or after it: `de-corpus`, `queries-en`, `eng-deu-qrels`. Where a subset lacks
a part, that without a name serves. A subset is called by its language, or by a pair of languages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import polars as pl

from hybrid_tui import languages

_PART = re.compile(
    r"((?P<led>.+?)[-_.])?(?P<part>corpus|queries|query|qrels)|(?P<first>corpus|queries|qrels)[-_.](?P<ended>.+)"
)
_PAIR = re.compile(r"([a-z]{2,3}(?:_[A-Z][a-z]{3})?)[-._]([a-z]{2,3}(?:_[A-Z][a-z]{3})?)")
_DEFAULT = ("qrels", "default", "data")
"""What the judgements of the subset without a name are called."""
SAMPLE = 100
"""Texts that tell the language of a side of a pair."""


class Subset(NamedTuple):
    """The names of the parts of a subset; an empty one is not there."""

    name: str
    corpus: str
    queries: str
    qrels: str

    @property
    def lacks(self) -> list[str]:
        """The parts that are not there."""
        return [part for part in ("corpus", "queries", "qrels") if not getattr(self, part)]


def own_name(part: str) -> str | None:
    """Return the name of the subset that a part is called by, "" for none; None for what is no part."""
    found = _PART.fullmatch(part)
    if found:
        return found["led"] or found["ended"] or ""
    return "" if part in _DEFAULT else None


def subsets(names: Iterable[str]) -> dict[str, Subset]:
    """Return the subsets of a data set whose parts have these names, by name, the unnamed one as ""."""
    names = list(names)
    parts: dict[str, dict[str, str]] = {}
    for name in names:
        if found := _PART.fullmatch(name):
            part = (found["part"] or found["first"]).replace("query", "queries")
            parts.setdefault(own_name(name) or "", {})[part] = name
    shared = parts.pop("", {})
    judged = next((each for each in _DEFAULT if each in names), "")
    if judged and (parts or shared):
        shared["qrels"] = judged
    found_here = {name: shared | own for name, own in parts.items()}
    if "queries" in shared or not found_here:
        found_here[""] = shared
    return {
        name: Subset(name, own.get("corpus", ""), own.get("queries", ""), own.get("qrels", ""))
        for name, own in found_here.items()
        if own
    }


def pair(name: str) -> tuple[str, str] | None:
    """Return the two languages that a subset's name is made of, as it writes them; None for no pair."""
    found = _PAIR.fullmatch(name)
    if not found or not all(languages.known(each) for each in found.groups()):
        return None
    return found[1], found[2]


def language_of(texts: pl.Series, among: Sequence[str]) -> str:
    """Return which of one or two languages most of some texts are in."""
    if len(set(among)) == 1 or texts.is_empty():
        return among[0]
    sample = texts.drop_nulls().gather_every(max(1, len(texts) // SAMPLE))
    return Counter(languages.detect(text, list(among)) for text in sample).most_common(1)[0][0]
