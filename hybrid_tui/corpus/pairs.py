"""Reading of training pairs: from collections, files, folders and presets."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from itertools import chain
from pathlib import Path

import polars as pl

from hybrid_tui.corpus import catalog, presets
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.problems import Problems
from hybrid_tui.corpus.readers import columns
from hybrid_tui.corpus.readers.files import raw
from hybrid_tui.corpus.readers.language_codes import standardised
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.table_files import is_table, open_file, split_name
from hybrid_tui.corpus.training_pairs import COLUMNS, DataSet, FileInputs, Kind, TrainingPairs
from hybrid_tui.corpus.validate import check_texts
from hybrid_tui.errors import DataError, UsageError, unknown

REQUIRED = ["item_id", "lang"]
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
    notes = Notes()
    kind, frame = read_file(path, notes)
    with open_file(path) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:32]  # type: ignore[arg-type]
    return _from_table(split_name(path)[0], kind, digest, frame, notes)


def _from_preset(name: str) -> tuple[DataSet, pl.DataFrame]:
    wanted = presets.parse(name)
    frame = presets.load(wanted)
    texts = "\x1f".join(chain(*(frame[column] for column in ("lang", "query", "passage"))))
    digest = hashlib.sha256(texts.encode(errors="surrogatepass")).hexdigest()[:32]
    return _from_table(wanted.name, "pairs", digest, frame, Notes())


def _from_table(
    name: str, kind: Kind, digest: str, frame: pl.DataFrame, notes: Notes
) -> tuple[DataSet, pl.DataFrame]:
    again = pl.struct("item_id", "lang").is_first_distinct().not_()
    notes.rows("row", "of an item and language that an earlier row has, left out", frame.filter(again))
    rows = frame.filter(~again).drop("where", strict=False).sort("item_id", "lang")
    place = pl.int_range(pl.len(), dtype=pl.UInt32).over("lang")
    rows = rows.with_columns(query_row=place, passage_row=place)
    return DataSet(name, kind, FileInputs(name, digest, rows), notes.lines), rows


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
    answered = asked.join(judged, on="query_id").join(passages, on=["passage_id", "lang"])
    rows = answered.sort("item_id", "lang", "query_row", "passage_row").unique(
        ["item_id", "lang"], keep="first", maintain_order=True
    )
    notes = Notes()
    alone = asked.join(rows, on=["item_id", "lang"], how="anti")
    notes.count("query", "without a relevant passage in its own language, left out", alone.height)
    notes.count(
        "relevant passage",
        "of an item and language that an earlier query and passage stand for, left out",
        answered.height - rows.height,
    )
    if rows.is_empty():
        raise UsageError(f"{name} has no query with a relevant passage in its own language")
    wanted = ["item_id", "lang", "query", "passage", "query_row", "passage_row"]
    return DataSet(name, "pairs", collection, notes.lines), rows.select(wanted)
