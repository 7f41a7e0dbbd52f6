"""Training pairs: a query and its passage, or a translated text, for each item and language."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus import catalog, presets
from hybrid_tui.corpus.collection import Collection as ParallelCollection
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.problems import Problems
from hybrid_tui.corpus.readers import columns
from hybrid_tui.corpus.readers.files import raw
from hybrid_tui.corpus.readers.language_codes import standardised
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.table_files import is_table, open_file, split_name
from hybrid_tui.corpus.text_input import TextInput
from hybrid_tui.corpus.validate import check_texts
from hybrid_tui.errors import DataError, UsageError, unknown

Kind = Literal["pairs", "translations"]
REQUIRED = ["item_id", "lang"]
_TEXTS = ["data", "item_id", "lang", "query", "passage", "negative"]
COLUMNS = [*_TEXTS, "source", "licence", "query_row", "passage_row"]
LOOKS_FOR = (
    ".jsonl, .json, .parquet, .csv or .tsv with item_id, lang and either query and passage (pairs) or text "
    "(translations)"
)
EXAMPLE = """\
# pairs.jsonl (or .json, .csv, .tsv, .parquet; also .gz, .zst, .bz2); negative, or negative_1, …, may be there
{"item_id": "1", "lang": "en", "query": "Where is the Nile?", "passage": "In Africa.", "negative": "In Peru."}
{"item_id": "1", "lang": "de", "query": "Wo ist der Nil?", "passage": "In Afrika.", "negative": "In Peru."}"""
TRANSLATIONS_EXAMPLE = """\
# translations.jsonl: texts without a query, which train batches of two languages
{"item_id": "t1", "lang": "en", "text": "Bees collect nectar."}
{"item_id": "t1", "lang": "de", "text": "Bienen sammeln Nektar."}"""


class BatchTexts(NamedTuple):
    """What a batch holds, a row each.

    negatives: all hard negatives of each row, none where it has none.
    """

    queries: list[str]
    passages: list[str]
    negatives: list[list[str]]


@dataclass(frozen=True, eq=False)
class FileInputs:
    """The texts of a table: a translated text is a query and a passage."""

    name: str
    fingerprint: str
    rows: pl.DataFrame

    def query_inputs(self, lang: str) -> list[str]:
        """Return the queries of a language, in row order."""
        asked = self.rows.filter(lang=lang).select(pl.coalesce("query", "passage"))
        return asked.to_series().to_list()

    def passage_inputs(self, lang: str, start: int = 0, stop: int | None = None) -> list[str]:
        """Return the passages of a language from `start` to `stop`, in row order."""
        return self.rows.filter(lang=lang)["passage"][start:stop].to_list()

    def passage_count(self, lang: str) -> int:
        """Return how many passages a language has."""
        return self.rows.filter(lang=lang).height


@dataclass(frozen=True, eq=False)
class DataSet:
    """A source of rows, with all of its texts, whatever is trained on."""

    name: str
    kind: Kind
    inputs: TextInput

    @property
    def is_all_of_a_collection(self) -> bool:
        """Whether every question of a collection is trained on, so that none is left to evaluate on."""
        inputs = self.inputs
        return (
            isinstance(inputs, ParallelCollection) and ":" not in self.name and "train" not in inputs.splits
        )


@dataclass(frozen=True, eq=False)
class TrainingPairs:
    """Rows to train on, one an item and language, sorted by data set, item and language.

    sets: the data sets. rows: the columns COLUMNS; query is null in translations, whose text is the
    passage; negative, a list of texts, is null for a row without; query_row and passage_row tell where the
    texts stand among the inputs of the data set in their language.
    """

    sets: tuple[DataSet, ...]
    rows: pl.DataFrame

    @property
    def languages(self) -> list[str]:
        """The language codes, sorted."""
        return sorted(self.rows["lang"].unique())

    @cached_property
    def items(self) -> pl.DataFrame:
        """data, item_id and `first`, the row that each item begins at; a row an item."""
        return self.rows.with_row_index("first").group_by("data", "item_id", maintain_order=True).first()

    @cached_property
    def _firsts(self) -> NDArray[np.int64]:
        return self.items["first"].to_numpy().astype(np.int64)

    @cached_property
    def mask(self) -> NDArray[np.uint64]:
        """Shape (items,), uint64: bit l is set where an item has the language `languages[l]`."""
        code = {lang: 1 << number for number, lang in enumerate(self.languages)}
        bits = self.rows["lang"].replace_strict(code, return_dtype=pl.UInt64).to_numpy()
        return np.bitwise_or.reduceat(bits, self._firsts)

    @cached_property
    def fingerprint(self) -> str:
        """32 hexadecimal digits of what the rows say."""
        digest = hashlib.sha256()
        for column in _TEXTS:
            texts = self.rows[column].list.join("\x1d") if column == "negative" else self.rows[column]
            digest.update("\x1f".join(texts.fill_null("\x00")).encode(errors="surrogatepass"))
            digest.update(b"\x1e")
        return digest.hexdigest()[:32]

    def row_numbers(self, items: NDArray[np.int32], langs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the row of each item in each language, all shape (n,); each item must have its language."""
        below = self.mask[items] & ((np.uint64(1) << langs.astype(np.uint64)) - np.uint64(1))
        return self._firsts[items] + np.bitwise_count(below).astype(np.int64)

    def texts(self, queries: NDArray[np.int64], passages: NDArray[np.int64]) -> BatchTexts:
        """Return the texts of rows, shape (n,) each; a negative belongs to the passage's row."""
        asked = self.rows.select(pl.coalesce("query", "passage"))[queries].to_series()
        answers = self.rows.select("passage", "negative")[passages]
        negatives = [each or [] for each in answers["negative"].to_list()]
        return BatchTexts(asked.to_list(), answers["passage"].to_list(), negatives)

    def only(self, langs: Sequence[str]) -> TrainingPairs:
        """Return what there is in some languages; UsageError, naming it, for one that has none."""
        for lang in langs:
            if lang not in self.languages:
                raise UsageError(
                    f"there are no rows in {lang} to train on", f"there are: {', '.join(self.languages)}"
                )
        return self._kept(pl.col("lang").is_in(list(langs)))

    def split(self, share: float, group: NDArray[np.int32]) -> tuple[TrainingPairs, TrainingPairs]:
        """Return the rows to train on and the rest, about `share` of each data set's items, to validate on.

        group: shape (items,); items of one group share a text and stay together. Which items are held out
        depends on their ids alone. Raises UsageError where nothing is left on one of the sides.
        """
        ids = self.items["item_id"].to_list()
        leader = [ids[first] for first in np.unique(group, return_index=True)[1]]
        chance = np.array([int.from_bytes(_digest(each)[:8], "big") / 2**64 for each in leader])
        held = np.repeat((chance < share)[group], np.diff([*self._firsts, len(self.rows)]))
        if held.all() or not held.any():
            use = "train" if held.all() else "validate"
            what = f"{share:.0%} of {len(ids):,} items leaves nothing to {use} on"
            raise UsageError(what, "choose another share with --validation")
        return self._kept(~pl.Series(held)), self._kept(pl.Series(held))

    def _kept(self, which: pl.Expr | pl.Series) -> TrainingPairs:
        rows = self.rows.filter(which)
        names = set(rows["data"].unique())
        return TrainingPairs(tuple(each for each in self.sets if each.name in names), rows)


def load(names: Sequence[str]) -> TrainingPairs:
    """Return the rows of collections (their train split where they have one), files, folders and presets.

    Raises UsageError for a name that is none of these, DataError that names every problem found in a source.
    """
    parts = [part for name in dict.fromkeys(names) for part in _read(name)]
    told = [each.name for each, _ in parts]
    for name in told:
        if told.count(name) > 1:
            raise UsageError(f"two sources of training data are called {name}", "rename one of the files")
    frames = [frame.with_columns(data=pl.lit(each.name)) for each, frame in parts]
    rows = pl.concat(frames, how="diagonal_relaxed")
    absent = [
        pl.lit(None, pl.List(pl.String) if name == "negative" else pl.String).alias(name)
        for name in COLUMNS
        if name not in rows.columns
    ]
    return TrainingPairs(tuple(each for each, _ in parts), rows.with_columns(absent).select(COLUMNS))


def read_file(path: Path, notes: Notes | None = None) -> tuple[Kind, pl.DataFrame]:
    """Return what a table holds: its kind, the columns COLUMNS but for `data`, and `where`, a row's place.

    notes: hear how it was read, and what was left out. Raises DataError that names every problem found.
    """
    options, notes = ReadOptions(), notes or Notes()
    found = raw(path, options, notes)
    kind = kind_of(found.frame.columns)
    if not kind:
        columns.checked(found, str(path), REQUIRED, [], options, notes)
        raise DataError(f"{path}: neither pairs nor translations", f"looked for: {LOOKS_FOR}")
    paired = kind == "pairs"
    texts = ["query", "passage"] if paired else ["text"]
    further = ["negative", "source", "licence"] if paired else ["source", "licence"]
    frame = columns.checked(found, str(path), ["lang", *texts], ["item_id", *further], options, notes)
    (frame,) = standardised([frame], notes)
    frame = columns.with_items(frame, texts[0], notes)
    problems = Problems()
    check_texts(frame, "row", [*REQUIRED, *texts], problems)
    problems.raise_any(str(path))
    passage = pl.col(texts[-1]).str.strip_chars().alias("passage")
    query = pl.col("query").str.strip_chars() if paired else pl.lit(None, pl.String).alias("query")
    rest = [
        # What is blank says nothing: no source, no licence.
        pl.when(pl.col(name).str.strip_chars() != "").then(name).alias(name)
        if name in frame.columns
        else pl.lit(None, pl.String).alias(name)
        for name in ("source", "licence")
    ]
    negative = pl.lit(None, pl.List(pl.String)).alias("negative")
    if "negative" in frame.columns:
        negative = pl.when(pl.col("negative").list.len() > 0).then("negative").alias("negative")
    return kind, frame.select("item_id", "lang", query, passage, negative, *rest, "where")


def kind_of(names: Collection[str]) -> Kind | None:
    """Return what a table with these columns holds: pairs, translations, or nothing to train on."""
    there = {*names}
    if not there & {*columns.USUAL["lang"]}:
        return None
    titled = {"title", "text"} <= there
    if titled or (
        there & {*columns.USUAL["query"]} and there & {*columns.USUAL["passage"], "context", "text"}
    ):
        return "pairs"
    return "translations" if {"item_id", "text"} <= there else None


def files(path: Path) -> list[Path]:
    """Return the tables that a path is or holds, in order of their names."""
    candidates = sorted(path.iterdir()) if path.is_dir() else [path]
    found = [each for each in candidates if is_table(each)]
    return [each for each in found if split_name(each)[1] != "json"] or found


def _read(name: str) -> list[tuple[DataSet, pl.DataFrame]]:
    path = Path(name).expanduser()
    if path.exists():
        found = files(path)
        if not found:
            raise DataError(f"{path} holds no training data", f"looked for: {LOOKS_FOR}")
        return [_from_file(each) for each in found]
    return [_from_preset(name) if presets.fits(name) else _from_collection(name)]


def _from_file(path: Path) -> tuple[DataSet, pl.DataFrame]:
    kind, frame = read_file(path)
    with open_file(path) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:32]  # type: ignore[arg-type]
    return _from_table(split_name(path)[0], kind, digest, frame.drop("where"))


def _from_preset(name: str) -> tuple[DataSet, pl.DataFrame]:
    wanted = presets.parse(name)
    frame = presets.load(wanted)
    texts = "\x1f".join(chain(*(frame[column] for column in ("lang", "query", "passage"))))
    digest = hashlib.sha256(texts.encode(errors="surrogatepass")).hexdigest()[:32]
    return _from_table(wanted.name, "pairs", digest, frame)


def _from_table(name: str, kind: Kind, digest: str, frame: pl.DataFrame) -> tuple[DataSet, pl.DataFrame]:
    rows = frame.unique(["item_id", "lang"], keep="first", maintain_order=True).sort("item_id", "lang")
    place = pl.int_range(pl.len(), dtype=pl.UInt32).over("lang")
    rows = rows.with_columns(query_row=place, passage_row=place)
    return DataSet(name, kind, FileInputs(name, digest, rows)), rows


def _from_collection(name: str) -> tuple[DataSet, pl.DataFrame]:
    whole, _, split = name.partition(":")
    collection = catalog.load(whole)
    if split and split not in collection.splits:
        hint = "" if collection.splits else f"use {whole} as a whole: its items are not split"
        raise unknown(f"split in {whole}", split, collection.splits, hint)
    place = pl.int_range(pl.len(), dtype=pl.UInt32).over("lang")
    judged = collection.judgements.select("query_id", "passage_id")
    asked = collection.queries.select("query_id", "item_id", "lang", "split", query="text", query_row=place)
    if split or "train" in set(asked["split"].drop_nulls()):
        asked = asked.filter(split=split or "train")
    if asked.is_empty():
        raise UsageError(f"{name} has no queries to train on")
    langs = collection.passages["lang"].unique(maintain_order=True)
    texts = pl.Series([text for lang in langs for text in collection.passage_inputs(lang)], dtype=pl.String)
    passages = collection.passages.select("passage_id", "lang", passage_row=place).with_columns(passage=texts)
    rows = (
        asked.join(judged, on="query_id")
        .join(passages, on=["passage_id", "lang"])
        .sort("item_id", "lang", "query_row", "passage_row")
        .unique(["item_id", "lang"], keep="first", maintain_order=True)
    )
    if rows.is_empty():
        raise UsageError(f"{name} has no query with a relevant passage in its own language")
    wanted = ["item_id", "lang", "query", "passage", "query_row", "passage_row"]
    return DataSet(name, "pairs", collection), rows.select(wanted)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
