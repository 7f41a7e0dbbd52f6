"""Batches of passages for `files.Stream`, from lines of one document each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from hybrid_tui.corpus.text_shards import SHARD

MOST = 1 << 26
"""Characters of a batch: whole documents are long."""


def batches(lang: str, documents: Iterable[tuple[str, str, str]]) -> Iterator[pl.DataFrame]:
    """Yield passage_id, lang, text and where of documents (id, text, place), at most SHARD rows each."""
    rows: list[tuple[str, str, str]] = []
    characters = 0
    for document in documents:
        rows.append(document)
        characters += len(document[1])
        if len(rows) == SHARD or characters >= MOST:
            yield _batch(lang, rows)
            rows, characters = [], 0
    yield _batch(lang, rows)


def _batch(lang: str, rows: list[tuple[str, str, str]]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, dict.fromkeys(("passage_id", "text", "where"), pl.String), orient="row")
    return frame.select("passage_id", pl.lit(lang).alias("lang"), "text", "where")
