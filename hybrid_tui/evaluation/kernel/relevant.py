"""Which passages of the pool are relevant to which query."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Relevant:
    """Every query that has a relevant passage in the pool, and each such pair, in the collection's order.

    Of a document whose passages are chunks the first stands for all.
    queries: query_id, item_id, lang. pairs: query (row in `queries`), passage_id, lang, passage (row in the
    collection). starts: the first pair of each query, shape (queries + 1,).
    query_row: where each query stands in its language, query_lang: that language's position among those
    asked for; shape (queries,). passage_row, passage_lang: the same for the passage of each pair.
    """

    queries: pl.DataFrame
    pairs: pl.DataFrame
    starts: Ints
    query_row: Ints
    query_lang: Ints
    passage_row: Ints
    passage_lang: Ints


def find(
    collection: Collection, query_langs: list[str], pool: list[str], own_language: bool = False
) -> Relevant:
    """Return the queries of some languages and their relevant passages in the languages of the pool.

    own_language: leave out passages in another language than the query's.
    """
    passages = numbered(collection.passages, pool)
    need = ["query_id", "lang"] if own_language else ["query_id"]
    relevance = (
        collection.judgements.select("query_id", "passage_id")
        .join(passages.drop_nulls("at"), on="passage_id")
        .sort("index")
        .unique([*need, "unit"], keep="first", maintain_order=True)
        .group_by(need, maintain_order=True)
        .agg(passage="index")
    )
    queries = numbered(collection.queries, query_langs).drop_nulls("at")
    queries = queries.join(relevance, on=need, maintain_order="left").with_row_index("query")
    pairs = queries.select("query", "passage").explode("passage")
    found = passages[pairs["passage"]]
    return Relevant(
        queries.select("query_id", "item_id", "lang"),
        pairs.with_columns(found["passage_id"], found["lang"]).select(
            "query", "passage_id", "lang", "passage"
        ),
        np.concatenate([[0], np.cumsum(queries["passage"].list.len().to_numpy(), dtype=np.int64)]),
        queries["row"].to_numpy(),
        queries["at"].to_numpy(),
        found["row"].to_numpy(),
        found["at"].to_numpy(),
    )


def numbered(table: pl.DataFrame, langs: list[str]) -> pl.DataFrame:
    """Return ids, `index` (row in the table), `row` (in the language), `at` (position in `langs`) and `unit`.

    unit: what is ranked, the document of a chunk.
    """
    ids = [name for name in ("query_id", "item_id", "passage_id", "lang") if name in table.columns]
    index = pl.int_range(pl.len(), dtype=pl.Int64)
    at = pl.col("lang").replace_strict(langs, range(len(langs)), default=None, return_dtype=pl.Int64)
    unit = pl.coalesce("document", ids[0]) if "document" in table.columns else pl.col(ids[0])
    return table.select(*ids, at.alias("at"), unit.alias("unit"), index=index, row=index.over("lang"))
