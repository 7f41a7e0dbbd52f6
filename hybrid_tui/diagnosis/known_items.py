"""Queries that passages bring themselves: a sentence is taken out of a passage and must find what is left."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus.chunking import WORDS
from hybrid_tui.corpus.collection import Collection, build
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers.sentences import sentences
from hybrid_tui.errors import DataError

SHORTEST, LONGEST = 4, 40
"""Words of a query."""
LEFT = 12
"""Words that must be left of a passage without its query."""
FEWEST_PASSAGES = 5
FEWEST_QUERIES = 3


class Taken(NamedTuple):
    """A sentence, and the passage without it."""

    query: str
    rest: str


@dataclass(frozen=True, eq=False)
class KnownItems:
    """Passages and the queries that were taken out of some of them.

    collection: each query's one relevant passage is the one that it was taken out of. documents: of each
    passage, in the order of the collection.
    """

    collection: Collection
    documents: NDArray[np.str_]

    @cached_property
    def langs(self) -> NDArray[np.str_]:
        """The language of each passage."""
        return self.collection.passages["lang"].to_numpy().astype(str)

    @cached_property
    def query_langs(self) -> NDArray[np.str_]:
        """The language of each query."""
        return self.collection.queries["lang"].to_numpy().astype(str)

    @cached_property
    def targets(self) -> NDArray[np.int64]:
        """The place of each query's own passage."""
        places = {each: row for row, each in enumerate(self.collection.passages["passage_id"])}
        return np.array([places[each] for each in self.collection.queries["item_id"]], np.int64)

    @cached_property
    def languages(self) -> list[str]:
        """The languages of passages, the largest first."""
        counts = (
            self.collection.passages.group_by("lang").len().sort(["len", "lang"], descending=[True, False])
        )
        return counts["lang"].to_list()


def known_items(name: str, passages: pl.DataFrame, queries: int, seed: int, notes: Notes) -> KnownItems:
    """Take queries out of passages: as many of each language as there are, up to its part of `queries`.

    passages: passage_id, lang, text, document. The same seed takes the same ones. Raises DataError where
    there are too few passages or none can give a query.
    """
    if passages.height < FEWEST_PASSAGES:
        count = f"{passages.height} passage{'s' * (passages.height != 1)}"
        left = f" ({'; '.join(notes.lines)})" if notes.lines else ""
        raise DataError(
            f"{name}: {count}, of which no index is made that could be unfair{left}",
            f"name a folder with {FEWEST_PASSAGES} passages or more, or cut smaller ones with --chunk 50",
        )
    passages = passages.sort("lang", maintain_order=True)
    each = max(1, queries // passages["lang"].n_unique())
    drawn = passages.sample(fraction=1, shuffle=True, seed=seed)
    found: dict[str, Taken] = {}
    for lang, own in drawn.group_by("lang", maintain_order=True):
        code, before = str(lang[0]), len(found)
        for passage_id, text in own.select("passage_id", "text").iter_rows():
            if len(found) - before == each:
                break
            if taken := take(text, code, begins=_begins(passage_id)):
                found[passage_id] = taken
        if len(found) == before:
            notes.say(f"{code}: no passage has a sentence that could be taken out of it as a query")
    if len(found) < FEWEST_QUERIES:
        raise DataError(
            f"{name}: {len(found)} queries could be taken out of {passages.height:,} passages",
            f"queries are sentences of {SHORTEST} to {LONGEST} words that leave {LEFT} of their passage: "
            "name a folder with longer texts",
        )
    return _of(name, passages, found)


def take(text: str, lang: str, *, begins: bool = True) -> Taken | None:
    """Take the first sentence that can be a query out of a passage; None where there is none.

    A long one is cut after some words. begins: whether the passage begins with a sentence; where not, what
    stands before the first full stop is passed by.
    """
    start = 0
    for part in text.split("\n\n"):
        for number, (first, end) in enumerate(sentences(part, lang)):
            if not begins and start == 0 and number == 0:
                continue
            words = WORDS.spans(part[first:end])
            if len(words) < SHORTEST:
                continue
            cut = len(words) > LONGEST
            stop = first + _space_after(part[first:end], words[LONGEST // 3][1]) if cut else end
            query = part[first:stop].strip()
            rest = f"{text[: start + first].rstrip()} {text[start + stop :].lstrip()}".strip()
            if len(WORDS.spans(query)) <= LONGEST and len(WORDS.spans(rest)) >= LEFT:
                return Taken(query, rest)
        start += len(part) + 2
    return None


def _begins(passage_id: str) -> bool:
    """Tell whether a passage begins with its document, and so with a sentence."""
    number = passage_id.rpartition("#")[2]
    return number == "1" or not number.isdigit()


def _space_after(text: str, place: int) -> int:
    found = text.find(" ", place)
    return found if found >= 0 else len(text)


def _of(name: str, passages: pl.DataFrame, taken: dict[str, Taken]) -> KnownItems:
    text = [
        taken[name].rest if name in taken else text
        for name, text in passages.select("passage_id", "text").iter_rows()
    ]
    changed = passages.with_columns(text=pl.Series(text, dtype=pl.String))
    asked = passages.filter(pl.col("passage_id").is_in(list(taken)))
    queries = pl.DataFrame(
        {
            "query_id": [f"{each}?" for each in asked["passage_id"]],
            "item_id": asked["passage_id"],
            "lang": asked["lang"],
            "text": [taken[each].query for each in asked["passage_id"]],
        }
    )
    relevance = asked.select(pl.col("passage_id").alias("item_id"), "passage_id")
    made = build(name, queries, changed.select("passage_id", "lang", "text"), relevance)
    return KnownItems(made, changed["document"].to_numpy().astype(str))
