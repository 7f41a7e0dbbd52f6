"""A collection: parallel queries and passages of one data set in several languages, with relevance."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus import groups, validate
from hybrid_tui.corpus.problems import Problems
from hybrid_tui.corpus.text_shards import ShardedTexts
from hybrid_tui.errors import unknown

Schema = dict[str, type[pl.DataType]]
QUERY_SCHEMA: Schema = {
    "query_id": pl.String,
    "item_id": pl.String,
    "lang": pl.String,
    "text": pl.String,
    "topic": pl.String,
    "split": pl.String,
}
PASSAGE_SCHEMA: Schema = dict.fromkeys(("passage_id", "lang", "text", "context", "document"), pl.String)
RELEVANCE_SCHEMA: Schema = {
    "item_id": pl.String,
    "passage_id": pl.String,
    "version": pl.String,
    "grade": pl.Float64,
}
SELF_SCHEMA: Schema = {"query_id": pl.String, "passage_id": pl.String}
JUDGED = ["version", "grade"]
"""Columns of relevance that may be null, and then change no fingerprint."""
OPTIONAL = {"topic", "split", "context", "document", *JUDGED}


@dataclass(frozen=True, eq=False)
class Collection:
    """Items, queries, passages and relevance over languages; make one with `build`, or with `streamed.build`.

    An item is one question with its versions in every language; a passage that is relevant to an item
    is relevant to each version of its question, unless the judgement names one (`judgements`). Row order is
    the fixed index that ties are broken by: languages in alphabetical order of their codes, and the order of
    the source within a language.

    queries: query_id, item_id, lang, text; topic and split may be null.
    passages: passage_id, lang, text; context (the paragraph around the passage) may be null, and document
        is but where passages are chunks: the id of the document, whose chunks stand one after the other in
        one language. Of a collection with `texts`: passage_id, lang, digest, document; so ask
        `passage_texts` for text and context.
    relevance: item_id, passage_id; version (the query_id that it counts for alone) and grade (above 0) may be
        null.
    with_context: whether a passage is encoded together with its context.
    texts: the texts of passages that are too many for memory.
    groups: item_id, and a column for each level of groups that the source states (see `groups`).
    self_passages: query_id, passage_id: each passage is that query itself, and left out of its ranking alone.
    """

    name: str
    queries: pl.DataFrame
    passages: pl.DataFrame
    relevance: pl.DataFrame
    with_context: bool = False
    texts: ShardedTexts | None = None
    groups: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={"item_id": pl.String}))
    self_passages: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SELF_SCHEMA))

    def group_levels(self) -> pl.DataFrame:
        """Return item_id and every level of groups that is known, as `groups.levels` does."""
        return groups.levels(self.queries, self.relevance, self.groups)

    @cached_property
    def languages(self) -> list[str]:
        """The codes that queries or passages are in, sorted."""
        return sorted({*self.queries["lang"].unique(), *self.passages["lang"].unique()})

    @cached_property
    def chunked(self) -> bool:
        """Whether passages are chunks of documents, which are what evaluation ranks, by their best chunk."""
        named = "document" in self.passages.columns
        return named and self.passages["document"].null_count() < self.passages.height

    @cached_property
    def splits(self) -> list[str]:
        """The names of the splits, sorted; empty where the items are not split."""
        return sorted(self.queries["split"].drop_nulls().unique())

    @cached_property
    def monolingual(self) -> bool:
        """Whether there are several languages, and no question with its relevant passages is in two of them.

        Where judgements name the versions that they count for, each version is a question of its own.
        """
        if len(self.languages) < 2:
            return False
        answers = self.relevance.join(self.passages.select("passage_id", "lang"), on="passage_id")
        own = pl.col("item_id").is_in(self.relevance.drop_nulls("version")["item_id"].implode())
        key = pl.when(own).then("query_id").otherwise("item_id").alias("question")
        asked = self.queries.select(key, "lang")
        found = pl.concat(
            [asked, answers.select(pl.coalesce("version", "item_id").alias("question"), "lang")]
        )
        return found.n_unique() == found["question"].n_unique()

    @cached_property
    def judgements(self) -> pl.DataFrame:
        """query_id, item_id, lang (the query's), passage_id and grade of each query and relevant passage.

        In the order of the queries; grade is 1 where the collection has no grades.
        """
        judged = self.relevance.with_columns(pl.col("grade").fill_null(1))
        found = self.queries.select("query_id", "item_id", "lang").join(
            judged, on="item_id", maintain_order="left_right"
        )
        own = pl.col("version").is_null() | (pl.col("version") == pl.col("query_id"))
        return found.filter(own).drop("version")

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits that change with any row, its order, or `with_context`; not with name or groups."""
        digest = hashlib.sha256(b"with context" if self.with_context else b"text alone")
        for frame in (self.queries, self.passages, self.relevance):
            for column in frame.get_columns():
                if column.name in JUDGED and frame is self.relevance:
                    continue
                if column.name == "document" and not self.chunked:
                    continue
                lengths = column.str.len_bytes().cast(pl.Int64).fill_null(-1).to_numpy()
                digest.update(f"{column.name} {len(column)}\n".encode())
                digest.update(np.ascontiguousarray(lengths, "<i8").tobytes())
                for part in column.drop_nulls().to_frame().iter_slices():
                    digest.update("".join(part.to_series().to_list()).encode())
        for name in JUDGED:
            column = self.relevance[name]
            if column.null_count() < len(column):
                digest.update(f"{name} {column.cast(pl.String).fill_null('').to_list()}".encode())
        if self.self_passages.height:
            digest.update(f"self passages {self.self_passages.rows()}".encode())
        return digest.hexdigest()[:16]

    def split(self, name: str) -> Collection:
        """Return the items of one split, with the passages that are relevant to them.

        A passage that is relevant to items of two splits is in both. The texts of a split are in memory.
        Raises UsageError for an unknown split, DataError for texts that cannot be read.
        """
        if name not in self.splits:
            hint = "" if self.splits else f"use {self.name} as a whole: its items are not split"
            raise unknown(f"split in {self.name}", name, self.splits, hint)
        queries = self.queries.filter(pl.col("split") == name)
        relevance = self.relevance.join(queries, on="item_id", how="semi", maintain_order="left")
        row = pl.int_range(pl.len(), dtype=pl.Int64).alias("row")
        rows = self.passages.select("passage_id", "lang", "document", row)
        rows = rows.join(relevance, on="passage_id", how="semi", maintain_order="left")
        texts = self.passage_texts(rows["row"].to_numpy())
        selves = self.self_passages.join(queries, on="query_id", how="semi", maintain_order="left")
        return replace(
            self,
            name=f"{self.name}:{name}",
            queries=queries,
            passages=pl.concat([rows.drop("row"), texts], how="horizontal").select(*PASSAGE_SCHEMA),
            relevance=relevance,
            texts=None,
            self_passages=selves.join(rows, on="passage_id", how="semi", maintain_order="left"),
        )

    def query_inputs(self, lang: str) -> list[str]:
        """Return the query texts of one language to encode, in row order."""
        return self.queries.filter(pl.col("lang") == lang)["text"].to_list()

    def passage_inputs(self, lang: str, start: int = 0, stop: int | None = None) -> list[str]:
        """Return the passage texts of one language to encode, with context if wanted.

        start, stop: which of the language's, in row order; all by default.
        Raises DataError for texts that cannot be read.
        """
        return self.inputs_of(self.passage_rows(lang)[start:stop])

    def inputs_of(self, rows: Sequence[int] | NDArray[np.int64]) -> list[str]:
        """Return some passage texts to encode, in the order asked for, as `passage_inputs` does."""
        found = self.passage_texts(rows)
        if not self.with_context:
            return found["text"].to_list()
        both = pl.concat_str("text", "context", separator=" ", ignore_nulls=True)
        return found.select(both).to_series().to_list()

    def passage_count(self, lang: str) -> int:
        """Return how many passages a language has."""
        return len(self.passage_rows(lang))

    def passage_rows(self, lang: str) -> range:
        """Return the rows of one language's passages."""
        return self._passage_rows.get(lang, range(0))

    def left_out(self, query_id: str) -> list[int]:
        """Return the rows of the passages that are left out of a query's ranking."""
        selves = self.self_passages.filter(pl.col("query_id") == query_id)["passage_id"]
        if selves.is_empty():
            return []
        return self.passages["passage_id"].is_in(selves.implode()).arg_true().to_list()

    def passage_texts(self, rows: Sequence[int] | NDArray[np.int64]) -> pl.DataFrame:
        """Return text and context of some passages, in the order asked for.

        Raises DataError for texts that cannot be read.
        """
        if not self.texts:
            return self.passages.select("text", "context")[rows]
        texts = self.texts.read(np.asarray(rows, np.int64))
        return pl.DataFrame({"text": texts, "context": pl.Series([None] * len(texts), dtype=pl.String)})

    @cached_property
    def _passage_rows(self) -> dict[str, range]:
        found: dict[str, range] = {}
        end = 0
        for lang, size in self.passages.group_by("lang", maintain_order=True).len().iter_rows():
            found[lang] = range(end, end + size)
            end += size
        return found


def build(
    name: str,
    queries: pl.DataFrame,
    passages: pl.DataFrame,
    relevance: pl.DataFrame,
    self_passages: pl.DataFrame | None = None,
    *,
    with_context: bool = False,
) -> Collection:
    """Make a valid collection: rows sorted by language, optional columns filled; texts stay as they are.

    queries may have the columns of `groups.COLUMNS`. self_passages: as of `Collection`, none by default.
    The tables may have a further column `where`, the place of each row in its source, for messages.
    Raises DataError that names every problem found (see `validate`).
    """
    problems = Problems()
    tables = {"queries": queries, "passages": passages, "relevance": relevance}
    schemas = dict(zip(tables, (QUERY_SCHEMA, PASSAGE_SCHEMA, RELEVANCE_SCHEMA), strict=True))
    for table, frame in tables.items():
        validate.check_shape(
            frame,
            table,
            [name for name in schemas[table] if name not in OPTIONAL],
            problems,
        )
    problems.raise_any(name)
    full = {table: filled(frame, table, schemas[table]) for table, frame in tables.items()}
    validate.check_content(full["queries"], full["passages"], full["relevance"], problems)
    problems.raise_any(name)
    return Collection(
        name,
        full["queries"].sort("lang", maintain_order=True).drop("where"),
        full["passages"].sort("lang", maintain_order=True).drop("where"),
        full["relevance"].drop("where").unique(["item_id", "passage_id", "version"], maintain_order=True),
        with_context,
        groups=groups.stated(queries),
        self_passages=pl.DataFrame(schema=SELF_SCHEMA) if self_passages is None else self_passages,
    )


def filled(frame: pl.DataFrame, table: str, schema: Schema) -> pl.DataFrame:
    """Return the columns of `schema` in its order, null where absent, and `where`, made up where absent."""
    row = pl.format(f"{table}, row {{}}", pl.int_range(1, pl.len() + 1)).alias("where")
    where = pl.col("where") if "where" in frame.columns else row
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None).alias(name)).cast(kind)
        for name, kind in schema.items()
    ]
    return frame.select(*columns, where)
