"""Counts of training data: rows by language, items by pair of languages, repeated texts, text lengths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.corpus import pairs, parallel_lengths, presets
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.readers.files import column_names
from hybrid_tui.corpus.table_files import is_table
from hybrid_tui.corpus.training_pairs import Kind, TrainingPairs
from hybrid_tui.errors import DataError

QUANTILES = {"least": 0.0, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95, "most": 1.0}
ROLES = ("query", "passage")


class Lengths(NamedTuple):
    """Characters of the texts of a role and language: quantiles, each the length of a text that is there."""

    role: str
    lang: str
    least: int
    p25: int
    median: int
    p75: int
    p95: int
    most: int


class DataSetSize(NamedTuple):
    """A data set: its kind, and how many rows and items it has."""

    name: str
    kind: Kind
    rows: int
    items: int


class Repeated(NamedTuple):
    """What is there more than once.

    rows: those of an item and language that an earlier row of the file has; they are left out.
    queries, passages: different texts that stand in several items.
    """

    rows: int
    queries: int
    passages: int


class HardNegatives(NamedTuple):
    """Hard negatives of pairs.

    rows: pairs with at least one, of `pairs` in all. most: of one row. own: those that are the row's own
    passage, or a version of it in another language, which no model can tell apart from it.
    """

    pairs: int
    rows: int
    total: int
    most: int
    own: int

    @property
    def counted(self) -> str:
        """The counts in words."""
        several = f", up to {self.most} a row" if self.most > 1 else ""
        return f"hard negatives: {self.total:,} in {self.rows:,} of {self.pairs:,} rows{several}"

    @property
    def warning(self) -> str:
        """What is wrong with them; empty where nothing is."""
        if not self.own:
            return ""
        return (
            f"{self.own:,} hard negatives are the row's own passage, or a translation of it: "
            "a loss that cannot fall; leave them out"
        )


@dataclass(frozen=True)
class TrainingDataFacts:
    """What there is to tell of training data.

    languages: rows by language. matrix: items with a query in the row's language and a passage in the
    column's. sources, licences: rows by what they say; "" for those that say nothing. notes: how the files
    were read, what was left out, and languages that do not look parallel.
    """

    sets: tuple[DataSetSize, ...]
    rows: int
    items: int
    languages: dict[str, int]
    matrix: Matrix
    repeated: Repeated
    lengths: tuple[Lengths, ...]
    sources: dict[str, int]
    licences: dict[str, int]
    negatives: HardNegatives
    notes: tuple[str, ...]


class Uses(NamedTuple):
    """What a source may serve as."""

    collection: bool
    training: bool


def uses(named: str) -> Uses:
    """Tell from the columns of its tables what a file or folder may serve as; pairs serve as both.

    What is no path may be a preset, which is trained on. What cannot be read may be a collection: whoever
    reads it in full says what is wrong.
    """
    path = Path(named).expanduser()
    if not path.exists():
        preset = presets.fits(named)
        return Uses(not preset, preset)
    kinds = [_kind(file) for file in pairs.files(path)]
    training = bool(kinds) and None not in kinds
    return Uses(not training or "translations" not in kinds, training)


def facts(named: str, pairs: TrainingPairs) -> TrainingDataFacts:
    """Count training data that was loaded under a name."""
    rows = pairs.rows
    held = [
        DataSetSize(each.name, each.kind, own.height, own["item_id"].n_unique())
        for each in pairs.sets
        for own in (rows.filter(data=each.name),)
    ]
    twice = [_in_several(rows, role) for role in ROLES]
    notes = Notes()
    left_out = _left_out(named, notes)
    return TrainingDataFacts(
        tuple(held),
        rows.height,
        len(pairs.items),
        _counts(rows, "lang"),
        _matrix(pairs),
        Repeated(left_out, *twice),
        tuple(each for role in ROLES for each in _lengths(rows, role)),
        _counts(rows, "source"),
        _counts(rows, "licence"),
        hard_negatives(rows),
        notes.lines,
    )


def hard_negatives(rows: pl.DataFrame) -> HardNegatives:
    """Count the hard negatives of the rows of training pairs."""
    asked = rows.filter(pl.col("query").is_not_null())
    given = asked.select("data", "item_id", "negative").drop_nulls("negative")
    each = given.explode("negative").with_columns(pl.col("negative").str.strip_chars())
    own = each.join(
        rows.select("data", "item_id", negative="passage").unique(),
        on=["data", "item_id", "negative"],
        how="semi",
    )
    most = int(given["negative"].list.len().max() or 0)  # type: ignore[arg-type]
    return HardNegatives(asked.height, given.height, each.height, most, own.height)


def _left_out(named: str, notes: Notes) -> int:
    """Return how many rows of the tables of a path have an item and language that an earlier row has."""
    path = Path(named).expanduser()
    if not path.exists():
        return 0
    files = pairs.files(path)
    if path.is_dir():
        notes.unread(file for file in path.iterdir() if is_table(file) and file not in files)
    frames = [pairs.read_file(file, notes)[1] for file in files]
    for frame in frames:
        text = pl.coalesce("query", "passage")
        parallel_lengths.note(frame.select("item_id", "lang", text=text), notes)
    return sum(frame.height - frame.n_unique(["item_id", "lang"]) for frame in frames)


def _kind(file: Path) -> Kind | None:
    try:
        columns = column_names(file)
    except (OSError, DataError, pl.exceptions.PolarsError):
        return None
    return pairs.kind_of(columns)


def _matrix(pairs: TrainingPairs) -> Matrix:
    """Count the items with a query in one language and a passage in another; in one, those of pairs alone."""
    langs = pairs.languages
    paired = [each.name for each in pairs.sets if each.kind == "pairs"]
    asked = pairs.items["data"].is_in(paired).to_numpy()
    item = pairs.rows.select(pl.struct("data", "item_id").rle_id()).to_series().to_numpy()
    lang = pairs.rows["lang"].replace_strict({code: place for place, code in enumerate(langs)}).to_numpy()
    has = np.zeros((len(asked), len(langs)), np.float32)
    has[item, lang] = 1
    both = (has.T @ has).astype(np.int64)
    np.fill_diagonal(both, has[asked].sum(axis=0))
    return Matrix(
        "items by languages of query and passage",
        tuple(langs),
        tuple(langs),
        tuple(tuple(float(count) if count else None for count in row) for row in both.tolist()),
        tuple(map(tuple, both.tolist())),
        digits=0,
    )


def _lengths(rows: pl.DataFrame, role: str) -> list[Lengths]:
    length = pl.col(role).str.len_chars()
    wanted = [length.quantile(share, "lower").alias(name) for name, share in QUANTILES.items()]
    found = rows.drop_nulls(role).group_by("lang").agg(wanted).sort("lang")
    return [Lengths(role, lang, *map(int, lengths)) for lang, *lengths in found.iter_rows()]


def _in_several(rows: pl.DataFrame, role: str) -> int:
    """Return how many texts stand in more than one item, in whatever languages."""
    items = rows.select("data", "item_id", role).drop_nulls(role).unique().group_by(role).len()
    return items.filter(pl.col("len") > 1).height


def _counts(rows: pl.DataFrame, column: str) -> dict[str, int]:
    """Return the rows by what a column says, most first."""
    counted = rows.group_by(pl.col(column).fill_null("")).len().sort(-pl.col("len").cast(pl.Int64), column)
    return dict(counted.iter_rows())
