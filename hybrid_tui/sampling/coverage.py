"""From training pairs to what the plan needs to know of them."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hybrid_tui.corpus.pairs import TrainingPairs
from hybrid_tui.errors import UsageError
from hybrid_tui.sampling.pools import MOST_LANGUAGES, Coverage, DataSource


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
