"""Batches of passages for `files.Stream`, from lines of one document each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from hybrid_tui.corpus.text_shards import SHARD


def batches(lang: str, documents: Iterable[tuple[str, str, str]]) -> Iterator[pl.DataFrame]:
    """Yield passage_id, lang, text and where of documents (id, text, place), SHARD rows each."""
    rows: list[tuple[str, str, str]] = []
    for document in documents:
        rows.append(document)
        if len(rows) == SHARD:
            yield _batch(lang, rows)
            rows = []
    yield _batch(lang, rows)


def _batch(lang: str, rows: list[tuple[str, str, str]]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, dict.fromkeys(("passage_id", "text", "where"), pl.String), orient="row")
    return frame.select("passage_id", pl.lit(lang).alias("lang"), "text", "where")
