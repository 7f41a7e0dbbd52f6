"""Judgements of relevance (qrels): BEIR's three columns, TREC's four, or a table with these names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from hybrid_tui.corpus.notes import Notes
from hybrid_tui.corpus.problems import Problems
from hybrid_tui.corpus.readers.files import table
from hybrid_tui.corpus.readers.options import ReadOptions
from hybrid_tui.corpus.table_files import content, split_name
from hybrid_tui.errors import DataError

SPLITS = ("test", "dev", "validation")
"""Whose judgements are used where there are several, the first that is there."""
COLUMNS = ["query-id", "corpus-id", "score"]
SCHEMA = dict.fromkeys(("query_id", "passage_id", "score", "where"), pl.String)


def read(files: Sequence[Path], options: ReadOptions, notes: Notes) -> pl.DataFrame:
    """Return the judgements above zero: query_id, passage_id, grade (float64), where.

    Raises DataError for a file that is broken or lacks a column, and for a score that is no finite number.
    """
    frames = [_trec(file) if _is_trec(file) else _table(file, options, notes) for file in files]
    return scored(pl.concat(frames), notes)


def split(names: Sequence[str], place: str, notes: Notes) -> str:
    """Return which split of judgements is used, one of SPLITS or the only one; note the others.

    Raises DataError, with `place`, where there are several others, or none.
    """
    used = next((each for each in SPLITS if each in names), names[0] if len(names) == 1 else "")
    if not used:
        there = ", ".join(names) or "nothing"
        raise DataError(
            f"{place}: judgements of test are missing; there is {there}", "call those to use test"
        )
    others = sorted(set(names) - {used})
    if others:
        notes.say(f"of the judgements those of {used} are used, not those of {', '.join(others)}")
    return used


def with_grades(relevance: pl.DataFrame, notes: Notes) -> pl.DataFrame:
    """Return relevance whose `grade` is null where all grades are alike; note those that differ."""
    grades = sorted(relevance["grade"].drop_nulls().unique())
    if len(grades) < 2:
        return relevance.with_columns(grade=pl.lit(None, pl.Float64))
    told = ", ".join(f"{grade:g}" for grade in grades[:6]) + (", …" if len(grades) > 6 else "")
    notes.say(
        f"grades {told}: all of them are relevant; nDCG takes them as gains, other figures count them alike"
    )
    return relevance


def _is_trec(file: Path) -> bool:
    """Return whether a file has no table's ending, or TREC's four columns without names."""
    form = split_name(file)[1]
    if form not in {"", "tsv"}:
        return False
    first = content(file).lstrip().split(b"\n", 1)[0].decode().split()
    return len(first) == 4 and _number(first[3]) is not None


def _trec(file: Path) -> pl.DataFrame:
    problems = Problems()
    rows = []
    for number, line in enumerate(content(file).decode().split("\n"), 1):
        fields = line.split()
        if len(fields) == 4:
            rows.append((fields[0], fields[2], fields[3], f"{file}, line {number}"))
        elif fields:
            problems.add(f"{file}, line {number}", "not a query id, Q0, a passage id and a judgement")
    problems.raise_any(str(file))
    return pl.DataFrame(rows, SCHEMA, orient="row")


def _table(file: Path, options: ReadOptions, notes: Notes) -> pl.DataFrame:
    return renamed(table(file, COLUMNS, [], options, notes))


def renamed(found: pl.DataFrame) -> pl.DataFrame:
    """Return a table of COLUMNS and `where` under the names that `scored` takes."""
    return found.select(query_id="query-id", passage_id="corpus-id", score="score", where="where")


def scored(found: pl.DataFrame, notes: Notes) -> pl.DataFrame:
    """Return the judgements above zero with their `grade`, from the text in `score`."""
    grade = pl.col("score").str.strip_chars().cast(pl.Float64, strict=False)
    found = found.with_columns(grade=grade)
    bad = found.filter(~pl.col("grade").is_finite().fill_null(False))
    if bad.height:
        row = bad.row(0, named=True)
        raise DataError(
            f"{row['where']}: score {row['score']!r} is no number", "mend the file, or get it again"
        )
    notes.rows("judgement", "of zero or less, not relevant", found.filter(pl.col("grade") <= 0), fault=False)
    return found.filter(pl.col("grade") > 0).drop("score")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
