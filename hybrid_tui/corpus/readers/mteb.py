"""Reader of mteb's form: corpus, queries and judgements of each subset, as its data sets are published.

A part is a folder of files by split (`de-corpus/test-00000-of-00001.parquet`, `qrels/test.tsv`) or one file
(`de-queries.jsonl`); `subsets` knows their names. Of several splits the judgements of test are used, else
those of dev or validation, and the same split of passages and queries where they have it. A subset that is
called by two languages has queries in one and passages in the other: their texts tell which. What stands in
several subsets with the same text is one query, or one passage. Items and judgements are as in BEIR's form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import polars as pl

from hybrid_tui import languages
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.problems import SHOWN
from hybrid_tui.corpus.readers import beir, judgements
from hybrid_tui.corpus.readers.files import Tables, table
from hybrid_tui.corpus.readers.language_codes import codes, standardised
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.readers.subsets import Subset, language_of, own_name, pair, subsets
from hybrid_tui.corpus.table_files import is_table, split_name
from hybrid_tui.errors import DataError, unknown

NAME = "mteb"
LOOKS_FOR = (
    "corpus/test-00000-of-00001.parquet with queries, qrels; or de-corpus, de-queries, … (mteb's form)"
)
EXAMPLE = """\
# corpus/, queries/, qrels/ (or data/), each with test-00000-of-00001.parquet; or de-corpus/, de-queries/, …
{"_id": "d1", "title": "Nile", "text": "The Nile flows through Africa."}
{"_id": "q1", "text": "Where is the Nile?"}
{"query-id": "q1", "corpus-id": "d1", "score": 1}
# from the hub: hybrid-tui data add xq mteb/XQuADRetrieval, or mteb/XQuADRetrieval:de,en for two subsets"""
_NUMBER = re.compile(r"[-.]\d+(-of-\d+)?$")


class Source(Protocol):
    """Parts of a data set by their names, each in splits. name: what messages call it."""

    name: str

    def parts(self) -> Sequence[str]:
        """Return the names of all that may be a part."""
        ...

    def splits(self, part: str) -> Sequence[str]:
        """Return the names of the splits of a part."""
        ...

    def table(self, part: str, split: str, required: list[str], optional: list[str]) -> pl.DataFrame:
        """Return columns of a split of a part, as `columns.checked` does."""
        ...

    def judged(self, part: str, split: str) -> pl.DataFrame:
        """Return query_id, passage_id, grade and where of the judgements above zero."""
        ...


class Folder:
    """A Source: a folder whose sub-folders of tables, and tables, are parts."""

    def __init__(self, path: Path, options: ReadOptions, notes: Notes) -> None:
        self.name = str(path)
        self._files, self._options, self._notes = _files(path), options, notes

    def parts(self) -> Sequence[str]:
        """Return the names of the tables, and of folders of tables."""
        return list(self._files)

    def splits(self, part: str) -> Sequence[str]:
        """Return the names of its files without numbers."""
        return list(dict.fromkeys(_split(file) for file in self._files[part]))

    def table(self, part: str, split: str, required: list[str], optional: list[str]) -> pl.DataFrame:
        """Return columns of the files of a split."""
        read = (table(file, required, optional, self._options, self._notes) for file in self._of(part, split))
        return pl.concat(read, how="diagonal")

    def judged(self, part: str, split: str) -> pl.DataFrame:
        """Return the judgements in the files of a split."""
        return judgements.read(self._of(part, split), self._options, self._notes)

    def _of(self, part: str, split: str) -> list[Path]:
        return [file for file in self._files[part] if _split(file) == split]


def _files(path: Path) -> dict[str, list[Path]]:
    """Return the tables of each sub-folder by its name, and every table by its own without endings."""
    found: dict[str, list[Path]] = {}
    for each in sorted(path.iterdir()):
        tables_here = [file for file in sorted(each.iterdir()) if is_table(file)] if each.is_dir() else [each]
        if each.is_dir() and tables_here:
            found[each.name] = tables_here
        elif is_table(each):
            found.setdefault(split_name(each)[0], []).append(each)
    return found


def _split(file: Path) -> str:
    return _NUMBER.sub("", split_name(file)[0])


def fits(path: Path) -> bool:
    """Return whether a folder has a whole subset that is not BEIR's: by a name, in folders, with `data`."""
    found = subsets(_files(path)).values() if path.is_dir() else ()
    whole = (each for each in found if not each.lacks)
    return any(each.name or each.qrels != "qrels" or (path / each.corpus).is_dir() for each in whole)


def read(path: Path, options: ReadOptions, notes: Notes) -> Tables:
    """Read every subset of a folder.

    Raises DataError for a file that is broken or lacks a field, and for judgements in several other splits.
    """
    return tables(Folder(path, options, notes), options, notes)


def tables(source: Source, options: ReadOptions, notes: Notes, only: Sequence[str] = ()) -> Tables:
    """Return the tables of subsets, by default of all that have every part; others are noted.

    only: names of subsets. Raises UsageError for one that is not there, and what `read` raises.
    """
    there = subsets(source.parts())
    if stray := [name for name in only if name not in there]:
        raise unknown(f"subset of {source.name}", stray[0], sorted(filter(None, there)))
    notes.unread(Path(part) for part in source.parts() if own_name(part) is None)
    wanted = [each for name, each in there.items() if not only or name in only]
    for each in wanted:
        if each.lacks:
            named = f"the subset {each.name}" if each.name else "the subset without a name"
            notes.say(f"{named} has no {', '.join(each.lacks)}, and is left out", source.name, fault=True)
    whole = [each for each in wanted if not each.lacks]
    if not whole:
        parts = ", ".join(source.parts()) or "nothing"
        hint = "some data sets have their judgements elsewhere: put corpus, queries and qrels into one folder"
        raise DataError(f"{source.name}: no subset has corpus, queries and qrels; there is {parts}", hint)
    sides = _Sides(source, whole, notes)
    relevance = pl.concat([sides.judged(each) for each in whole])
    sides.note_pairs(whole)
    queries, passages = _keyed(sides.queries, "query", notes), _keyed(sides.passages, "passage", notes)
    for column, rows in (("query", queries), ("passage", passages)):
        keys = rows.select("key", pl.col("part").alias(column), pl.col("_id").alias(f"{column}_id"))
        relevance = relevance.join(keys, on=[column, f"{column}_id"], how="left", maintain_order="left")
        relevance = relevance.with_columns(pl.coalesce("key", f"{column}_id").alias(f"{column}_id")).drop(
            "key"
        )
    return beir.tables_of(
        queries.unique("key", keep="first", maintain_order=True).rename({"key": "query_id"}),
        passages.unique(["key", "text"], keep="first", maintain_order=True).rename({"key": "passage_id"}),
        relevance,
        options,
        notes,
    )


class _Sides:
    """The parts of subsets, each read once.

    queries, passages: by the name of their part, each with _id, lang, text, where, part, and `label`, which
    leads ids: the language, or the subset's name where that is none; "" for the part without a name.
    """

    def __init__(self, source: Source, whole: Sequence[Subset], notes: Notes) -> None:
        self.queries: dict[str, pl.DataFrame] = {}
        self.passages: dict[str, pl.DataFrame] = {}
        self._source, self._notes = source, notes
        written = {each.name: pair(each.name) or (each.name,) for each in whole if each.name}
        told = codes({name for names in written.values() for name in names if languages.known(name)}, notes)
        self._langs = {
            each: [told[name] for name in names if name in told] for each, names in written.items()
        }

    def judged(self, subset: Subset) -> pl.DataFrame:
        """Return a subset's judgements with the parts that they are about; these are read."""
        place = f"{self._source.name}, {subset.qrels}"
        split = judgements.split(self._source.splits(subset.qrels), place, self._notes)
        if subset.queries not in self.queries:
            self.queries[subset.queries] = self._read(subset.queries, split, "item_id")
        if subset.corpus not in self.passages:
            self.passages[subset.corpus] = beir.titled(self._read(subset.corpus, split, "title"))
        found = self._source.judged(subset.qrels, split)
        return found.with_columns(query=pl.lit(subset.queries), passage=pl.lit(subset.corpus))

    def note_pairs(self, whole: Sequence[Subset]) -> None:
        """Note which side of a pair is in which language."""
        told = [
            f"{each.name}: queries in {_language(self.queries[each.queries])}, "
            f"passages in {_language(self.passages[each.corpus])}"
            for each in whole
            if len(self._langs.get(each.name, ())) > 1
        ]
        if told:
            rest = f", and {len(told) - SHOWN:,} more" if len(told) > SHOWN else ""
            self._notes.say(
                f"of pairs of languages the texts tell the sides ({'; '.join(told[:SHOWN])}{rest})"
            )

    def _read(self, part: str, split: str, more: str) -> pl.DataFrame:
        splits = self._source.splits(part)
        name = own_name(part) or ""
        langs = self._langs.get(name, [])
        required = ["_id", "text"] if langs else ["_id", "text", "lang"]
        rows = pl.concat(
            [
                self._source.table(part, each, required, [more])
                for each in ([split] if split in splits else splits)
            ],
            how="diagonal",
        )
        if langs:
            rows = rows.with_columns(lang=pl.lit(language_of(rows["text"], langs)))
        else:
            (rows,) = standardised([rows], self._notes)
        label = pl.col("lang") if langs else pl.lit(name)
        return rows.with_columns(label=label, part=pl.lit(part))


def _language(rows: pl.DataFrame) -> str:
    return str(rows["lang"].first())


def _keyed(side: dict[str, pl.DataFrame], noun: str, notes: Notes) -> pl.DataFrame:
    """Return the rows of several parts with `key`, their id in all of them.

    An id that has other texts in other parts is led by its part. A text of several parts has one key.
    """
    rows = pl.concat(side.values(), how="diagonal")
    led = pl.when(pl.col("label") == "").then("_id").otherwise(pl.format("{}-{}", "label", "_id"))
    rows = rows.with_columns(key=led)
    torn = (pl.col("text").n_unique().over("key") > 1) & (pl.col("part").n_unique().over("key") > 1)
    rows = rows.with_columns(key=pl.when(torn).then(pl.format("{}-{}", "part", "_id")).otherwise("key"))
    same = pl.when(pl.col("part").n_unique().over("lang", "text") > 1).then(
        pl.col("key").first().over("lang", "text")
    )
    found = rows.with_columns(key=pl.coalesce(same, "key"))
    again = rows.filter(pl.col("part") != pl.col("part").first().over("lang", "text")).height
    notes.count(noun, "with the text of one in an earlier subset, taken once", again, fault=False)
    return found
