"""Groups of items that share difficulty: articles, documents, paragraphs, topics, relevant passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

COLUMNS = ("article", "document", "paragraph", "group")
"""Columns of queries that a reader may give, each a level of groups."""
TOPIC, PASSAGE = "topic", "relevant passage"


def stated(queries: pl.DataFrame) -> pl.DataFrame:
    """Return the groups that a source states: item_id and a column for each of COLUMNS that is there.

    queries: item_id and any of COLUMNS, text. Items that share a value in any of their versions are in one
    group, named by its first value; null for an item without one. One row an item, in the source's order.
    """
    items = queries.select("item_id").unique(maintain_order=True)
    for column in COLUMNS:
        if column in queries.columns and queries[column].null_count() < queries.height:
            pairs = queries.select("item_id", column).drop_nulls().unique(maintain_order=True)
            names = pl.DataFrame(list(joined(pairs.iter_rows())), _schema("item_id", column), orient="row")
            items = items.join(names, on="item_id", how="left", maintain_order="left")
    return items


def levels(queries: pl.DataFrame, relevance: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Return item_id and every level of groups of a collection's items, the coarsest (fewest groups) first.

    queries: item_id and topic. relevance: item_id and passage_id. groups: as `stated` returns them.

    Beside what its source states: `topic`, and `relevant passage` where several items share one. An item
    without a value is a group of its own. A level with a group for each item is left out.
    """
    shared = joined(relevance.select("item_id", "passage_id").iter_rows())
    found = queries.select("item_id").unique(maintain_order=True)
    topics = queries.group_by("item_id").agg(pl.col(TOPIC).drop_nulls().first())
    passages = pl.DataFrame(list(shared), _schema("item_id", PASSAGE), orient="row")
    for table in (groups, topics, passages):
        found = found.join(table, on="item_id", how="left", maintain_order="left")
    own = pl.format("item {}", "item_id")
    found = found.with_columns(pl.exclude("item_id").fill_null(own))
    counts = {name: found[name].n_unique() for name in found.columns[1:]}
    known = sorted((count, name) for name, count in counts.items() if count < found.height)
    return found.select("item_id", *(name for _, name in known))


def joined(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield (member, name of its group) for members that are joined where they share a label.

    pairs: (member, label). A group's name is its first label.
    """
    parent: dict[str, str] = {}
    first: dict[str, str] = {}

    def root(label: str) -> str:
        parent.setdefault(label, label)
        while parent[label] != label:
            parent[label] = label = parent[parent[label]]
        return label

    for member, label in pairs:
        one, other = root(first.setdefault(member, label)), root(label)
        parent[other] = one
    for member, label in first.items():
        yield member, root(label)


def _schema(*columns: str) -> dict[str, type[pl.String]]:
    return dict.fromkeys(columns, pl.String)
