"""The coverage of training data: which item has which languages, and which items share a text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus.training_pairs import TrainingPairs
from hybrid_tui.errors import UsageError

MOST_LANGUAGES = 64
"""Bits of a mask."""


@dataclass(frozen=True)
class DataSource:
    """The items from `start` to `stop` of a coverage, which come from one data set.

    paired: whether they have queries, so that they can serve mono batches; translations have none.
    """

    name: str
    start: int
    stop: int
    paired: bool = True


@dataclass(frozen=True, eq=False)
class Coverage:
    """Which item has which languages.

    languages: codes, sorted; at most 64. sources: the data sets, end to end.
    mask: shape (items,), uint64; bit l is set where an item has language l.
    group: shape (items,), int32; items of one group share a query or a passage, or are linked by others
    that do, so that they must not meet in a batch.
    """

    languages: tuple[str, ...]
    sources: tuple[DataSource, ...]
    mask: NDArray[np.uint64]
    group: NDArray[np.int32]

    def has(self, source: DataSource, *langs: int) -> NDArray[np.bool_]:
        """Return which items of a source have all of the languages, shape (items of the source,)."""
        wanted = np.uint64(sum(1 << lang for lang in langs))
        found: NDArray[np.bool_] = (self.mask[source.start : source.stop] & wanted) == wanted
        return found

    def several(self, source: DataSource) -> NDArray[np.bool_]:
        """Return which items of a source have two languages or more."""
        mask = self.mask[source.start : source.stop]
        found: NDArray[np.bool_] = (mask & (mask - np.uint64(1))) != 0
        return found

    def count(self, source: DataSource) -> NDArray[np.int64]:
        """Return how many items of a source have each language, shape (languages,)."""
        return np.array([self.has(source, lang).sum() for lang in range(len(self.languages))])

    def groups(self, source: DataSource, wanted: NDArray[np.bool_]) -> int:
        """Return how many groups there are among a source's items for which `wanted` is true."""
        return int(np.count_nonzero(np.bincount(self.group[source.start : source.stop][wanted])))


def coverage_of(pairs: TrainingPairs) -> Coverage:
    """Return which item has which languages, and which items share a text; UsageError past 64 languages."""
    langs = tuple(pairs.languages)
    if len(langs) > MOST_LANGUAGES:
        raise UsageError(f"{len(langs)} languages are more than {MOST_LANGUAGES}", "choose some with --langs")
    sizes = dict(pairs.items.group_by("data").len().iter_rows())
    sources = []
    start = 0
    for each in pairs.sets:
        sources.append(DataSource(each.name, start, start + sizes[each.name], each.kind == "pairs"))
        start += sizes[each.name]
    return Coverage(langs, tuple(sources), pairs.mask, groups(pairs))


def groups(pairs: TrainingPairs) -> NDArray[np.int32]:
    """Return the group of each item, shape (items,), numbered by first appearance.

    Items are linked by a query or a passage that both have, in any language: as negatives of each other
    they would be false ones.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    items = len(pairs.items)
    counts = np.diff([*pairs.items["first"], len(pairs.rows)])
    owner = np.repeat(np.arange(items, dtype=np.int32), counts)
    links = []
    for column, kind in (("query", 0), ("passage", 1)):
        texts = pl.concat([pairs.rows[column]])
        there = texts.is_not_null().to_numpy()
        code = texts.drop_nulls().cast(pl.Categorical).to_physical().to_numpy().astype(np.int64)
        links.append((owner[there], code * 2 + kind))
    item = np.concatenate([owner for owner, _ in links])
    _, text = np.unique(np.concatenate([code for _, code in links]), return_inverse=True)
    nodes = items + int(text.max()) + 1
    graph = coo_array((np.ones(len(item), np.bool_), (item, items + text)), shape=(nodes, nodes))
    label = connected_components(graph, directed=False)[1][:items]
    return np.unique(label, return_inverse=True)[1].astype(np.int32)
