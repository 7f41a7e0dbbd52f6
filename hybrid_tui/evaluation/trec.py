"""TREC run files and qrels: our rankings for other tools, and any system's rankings for ours.

A run has a line `query Q0 passage rank score tag` for each passage retrieved, qrels a line
`query 0 passage 1` for each relevant one. An id with white space, which these files cannot carry, is
percent-encoded (`a b%` becomes `a%20b%25`); all other ids stand as they are.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import quote

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui import settings
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.corpus.problems import Problems
from hybrid_tui.errors import DataError, unknown
from hybrid_tui.evaluation.kernel import relevant
from hybrid_tui.evaluation.places import positions
from hybrid_tui.evaluation.ranks import UNRANKED, Ranks

MULTILINGUAL, MONOLINGUAL = "multilingual", "monolingual"
COLUMNS = ("query", "Q0", "passage", "rank", "score", "tag")

_BLOCK = 1 << 26
"""Bytes of a run that are parsed at a time."""
_ROWS = 1 << 20
"""Lines of a run that are written at a time."""
_LARGEST = 1e38
"""Scores are kept within this, so that float32 holds them and what is just below."""
_SPACE = r"[\s\x1c-\x1f]"
"""White space as str.split knows it; Unicode's does not include the separators 1c to 1f."""
_BLANKS = bytes.maketrans(b"\t\r\v\f", b"    ")


@dataclass(frozen=True, eq=False)
class Run:
    """A run that was read.

    ranks: as any evaluation has them. tag: that of the first line. fingerprint: 16 hex digits that change
    with the content of the file and the languages asked for. unanswered: queries of `ranks` without a line.
    monolingual: each query has passages in its own language alone, and there are several languages. Then
    `ranks.relevant` has the passages in the query's language alone; the pool of all languages and bias
    cannot be told.
    """

    ranks: Ranks
    tag: str
    fingerprint: str
    unanswered: int
    monolingual: bool


def write_run(
    path: Path, ranks: Ranks, collection: Collection, tag: str, setting: str = MULTILINGUAL
) -> None:
    """Write `ranks.top` as a run, gzipped when the name ends in .gz.

    setting: "multilingual"; "monolingual", the passages in each query's language; or a passage language,
    its passages for every query, as cross-lingual pools have them. The latter two hold what `top` has of
    them: the whole ranking when it has the whole pool, else fewer than its k.

    A score is that of `ranks`, or the next float32 below the score before it where that is less: so sorting
    by score gives our order. trec_eval and pytrec_eval compare scores as float32, and break ties by the
    greater id. Raises UsageError for an unknown setting, HybridTuiError when the file cannot be written.
    """
    pool = _pool(setting, ranks.languages)
    names, label = _names(collection), _encoded(tag) or "-"
    queries = ranks.queries.join(names.queries, on="query_id", how="left", maintain_order="left")
    scores = _falling(ranks.top_scores)
    step = max(1, _ROWS // ranks.top.shape[1])
    with _writing(path) as file:
        for start in range(0, queries.height, step):
            part = slice(start, start + step)
            query, place = np.nonzero(ranks.top[part] != UNRANKED)
            query += start
            passage = ranks.top[query, place]
            found = pl.DataFrame(
                {
                    "query": queries["query"].gather(query),
                    "asked": queries["lang"].gather(query),
                    "passage": names.passages.gather(passage),
                    "lang": collection.passages["lang"].gather(passage),
                    "score": scores[query, place],
                }
            ).filter(pool)
            rank = pl.int_range(1, pl.len() + 1).over("query").alias("rank")
            _add(file, found, "query", pl.lit("Q0"), "passage", rank, "score", pl.lit(label).alias("tag"))


def write_qrels(path: Path, collection: Collection, setting: str = MULTILINGUAL) -> None:
    """Write which passages are relevant to which query, gzipped when the name ends in .gz.

    setting: as in `write_run`; only the relevant passages that it ranks are written. Raises likewise.
    """
    langs = sorted(collection.passages["lang"].unique())
    pool = _pool(setting, langs)
    names = _names(collection)
    found = relevant.find(collection, sorted(collection.queries["lang"].unique()), langs)
    queries = found.queries.join(names.queries, on="query_id", how="left", maintain_order="left")
    query = found.pairs["query"]
    pairs = found.pairs.select(
        queries["query"].gather(query),
        queries["lang"].gather(query).alias("asked"),
        names.passages.gather(found.pairs["passage"]),
        "lang",
    ).filter(pool)
    with _writing(path) as file:
        _add(file, pairs, "query", pl.lit("0"), "passage", pl.lit("1").alias("relevance"))


def read_run(path: Path, collection: Collection, *, top: int = 10, languages: Sequence[str] = ()) -> Run:
    """Read any system's run, plain or gzipped, as exact ranks; top: how many passages a query to keep.

    A query's passages are ordered by score, the higher first, and equal scores by the rank column, which
    decides nothing else. A relevant passage without a line was not retrieved: UNRANKED.

    languages: the passage languages that were searched together. Without them: those of the passages in
    the run; or, when every query has passages in its own language alone, that one (see `Run`). The queries
    are those in the languages that the run has a query in; one of these without a line has failed.

    Raises DataError with the line of everything that is wrong: columns, unknown ids, a rank that is no
    whole number, a score that is no finite number, a passage or rank that a query has twice; also when all
    scores rise down the ranks, as distances do. UsageError for a language without passages.
    """
    langs = sorted(collection.passages["lang"].unique())
    for lang in languages:
        if lang not in langs:
            raise unknown(f"passage language in {collection.name}", lang, langs)
    reader = _Reader(path, collection, languages)
    lines = _sorted(path, reader.lines())
    asked = positions(collection.queries["lang"], tuple(langs))[lines["query"].to_numpy()]
    found = positions(collection.passages["lang"], tuple(langs))[lines["passage"].to_numpy()]
    seen = [langs[code] for code in np.unique(found)]
    monolingual = not languages and len(seen) > 1 and bool((asked == found).all())
    pool = sorted(set(languages)) or seen
    query_langs = collection.queries["lang"].gather(lines["query"].unique()).unique().sort().to_list()
    pairs = [(query_langs, pool)] if not monolingual else [([lang], [lang]) for lang in pool]
    queries, relevance = _wanted(collection, pairs)
    if not queries.height:
        raise DataError(f"{path}: no query of the run has a relevant passage in {', '.join(pool)}")
    ranks = _ranks(collection, queries, relevance, pool, lines, top)
    unanswered = int((ranks.top[:, 0] == UNRANKED).sum())
    return Run(ranks, reader.tag, reader.digest.hexdigest()[:16], unanswered, monolingual)


class _Reader:
    """Parses the lines of one run, block by block, and collects what is wrong with them."""

    def __init__(self, path: Path, collection: Collection, languages: Sequence[str]) -> None:
        self.tag = ""
        self.digest = hashlib.sha256(f"{sorted(set(languages))}\n".encode())
        self._path, self._collection, self._problems = path, collection, Problems()
        names = _names(collection)
        self._queries, self._passages = pl.Enum(names.queries["query"]), pl.Enum(names.passages)
        searched = collection.passages["lang"].is_in(list(languages) or collection.languages)
        self._stray = (~searched).arg_true().cast(pl.Int32).implode()

    def lines(self) -> pl.DataFrame:
        """Return line (its number), query, passage (rows in the collection), rank (Int32), score (Float64).

        Raises DataError that names every problem found.
        """
        parts, first = [], 1
        for block in _blocks(self._path):
            self.digest.update(block)
            text, numbers = self._whole(*_tidy(block), first)
            if numbers.size:
                self.tag = self.tag or text.split(b"\n", 1)[0].split(b" ")[-1].decode(errors="replace")
                parts.append(self._parsed(text, numbers))
            first += block.count(b"\n")
        if not parts and not self._problems.total:
            raise DataError(f"{self._path}: the file is empty", "a run has a line for each passage retrieved")
        if parts:
            self._note_twice(lines := pl.concat(parts))
        try:
            self._problems.raise_any(str(self._path))
        except DataError as error:
            error.hint = f"a line is: {' '.join(COLUMNS)}; ids are those of {self._collection.name}"
            raise
        return lines

    def _whole(
        self, text: bytes, places: NDArray[np.int64], columns: NDArray[np.int32], first: int
    ) -> tuple[bytes, NDArray[np.int64]]:
        """Return the lines of a tidy text that have all columns, and their numbers."""
        numbers, whole = places + first, columns == len(COLUMNS)
        if whole.all():
            return text, numbers
        for number, found in zip(numbers[~whole], columns[~whole], strict=True):
            self._problems.add(f"line {number}", f"{found} columns, not {len(COLUMNS)}")
        return b"\n".join(compress(text.split(b"\n"), whole)), numbers[whole]

    def _parsed(self, text: bytes, numbers: NDArray[np.int64]) -> pl.DataFrame:
        """Return the good lines of a tidy text whose lines have all columns."""
        rows = pl.read_csv(
            text,
            separator=" ",
            has_header=False,
            quote_char=None,
            encoding="utf8-lossy",
            schema=dict.fromkeys(COLUMNS, pl.String),
            columns=[0, 2, 3, 4],
        ).with_columns(
            pl.Series("line", numbers, pl.UInt32),
            query_row=pl.col("query").cast(self._queries, strict=False).to_physical().cast(pl.Int32),
            passage_row=pl.col("passage").cast(self._passages, strict=False).to_physical().cast(pl.Int32),
            rank_value=pl.col("rank").cast(pl.Int32, strict=False),
            score_value=pl.col("score").cast(pl.Float64, strict=False),
        )
        for problem, bad in {
            "unknown query id {query!r}": pl.col("query_row").is_null(),
            "unknown passage id {passage!r}": pl.col("passage_row").is_null(),
            "passage {passage!r} is in no language searched": pl.col("passage_row").is_in(self._stray),
            "rank {rank!r} is no whole number": pl.col("rank_value").is_null(),
            "score {score!r} is no finite number": ~pl.col("score_value").is_finite().fill_null(False),
        }.items():
            self._note(rows.filter(bad), problem)
        return (
            rows.select(
                "line", query="query_row", passage="passage_row", rank="rank_value", score="score_value"
            )
            .filter(pl.col("score").is_finite())
            .drop_nulls()
        )

    def _note_twice(self, lines: pl.DataFrame) -> None:
        ids = {
            "query": self._collection.queries["query_id"],
            "passage": self._collection.passages["passage_id"],
        }
        for column in ("passage", "rank"):
            key = pl.col("query").cast(pl.Int64) * 2**32 + pl.col(column)
            again = lines.filter(~key.is_first_distinct())
            named = again.with_columns(ids[side].gather(again[side]).alias(side) for side in ids)
            self._note(named, f"query {{query!r}} has {column} {{{column}!r}} twice")

    def _note(self, rows: pl.DataFrame, what: str) -> None:
        self._problems.add_rows(rows.with_columns(where=pl.format("line {}", "line")), what)


def _blocks(path: Path) -> Iterator[bytes]:
    """Yield a file, unpacked, in parts that end with a line; raises DataError when it cannot be read."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            source = gzip.GzipFile(fileobj=file) if packed else file
            rest = b""
            while block := source.read(_BLOCK):
                whole, end, rest_of_block = block.rpartition(b"\n")
                if end:
                    yield (rest + whole + end).removeprefix(codecs.BOM_UTF8)
                    rest = b""
                rest += rest_of_block
                if len(rest) > _BLOCK:
                    raise DataError(f"{path}: no run: a line is longer than {_BLOCK >> 20} MiB")
            if rest:
                yield rest + b"\n"
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def _tidy(block: bytes) -> tuple[bytes, NDArray[np.int64], NDArray[np.int32]]:
    """Return the lines that are not blank with one space between columns, their places, and their columns.

    Places count the block's lines from 0; both arrays have the shape (lines that are not blank,).
    """
    text = block.translate(_BLANKS)
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    text = text.replace(b" \n", b"\n").replace(b"\n ", b"\n").lstrip(b" ")
    chars = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(chars == ord("\n"))
    starts = np.concatenate([[0], ends[:-1] + 1])
    places = np.flatnonzero(ends > starts)
    columns = np.add.reduceat(chars == ord(" "), starts[places], dtype=np.int32) + 1
    while b"\n\n" in text:
        text = text.replace(b"\n\n", b"\n")
    return text.lstrip(b"\n"), places, columns


def _sorted(path: Path, lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines by query, score (falling) and rank; raises DataError when all scores rise with rank."""
    lines = lines.sort("query", -pl.col("score"), "rank")
    query, score, rank = (lines[name].to_numpy() for name in ("query", "score", "rank"))
    told = (query[1:] == query[:-1]) & (score[1:] != score[:-1])
    if told.any() and (rank[1:] < rank[:-1])[told].all():
        raise DataError(
            f"{path}: the scores of every query rise down its ranks, as distances do",
            "write them negated: the passage with the highest score comes first",
        )
    return lines


def _wanted(
    collection: Collection, pools: list[tuple[list[str], list[str]]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return `queries` and `relevant` of `Ranks` for (query languages, passage languages), in that order."""
    queries, pairs, height = [], [], 0
    for query_langs, langs in pools:
        found = relevant.find(collection, query_langs, langs)
        pairs.append(found.pairs.with_columns(pl.col("query") + pl.lit(height, pl.UInt32)))
        queries.append(found.queries)
        height += found.queries.height
    return pl.concat(queries), pl.concat(pairs)


def _ranks(
    collection: Collection,
    queries: pl.DataFrame,
    pairs: pl.DataFrame,
    pool: list[str],
    lines: pl.DataFrame,
    top: int,
) -> Ranks:
    """Count sorted lines into ranks over the passages of a pool, for the queries that `pairs` belong to."""
    number = collection.queries.select("query_id").join(
        queries.select("query_id").with_row_index("query"), on="query_id", how="left", maintain_order="left"
    )["query"]
    lines = lines.select(number.gather(lines["query"]), "passage", "score").drop_nulls().with_row_index("at")
    lang_of = positions(collection.passages["lang"], tuple(pool)).astype(np.int16)
    query, passage = lines["query"].to_numpy(), lines["passage"].to_numpy()
    first = np.searchsorted(query, np.arange(queries.height))
    beaten = np.full((pairs.height, len(pool)), UNRANKED, np.int32)
    hits = lines.join(
        pairs.select("query", pl.col("passage").cast(pl.Int32)).with_row_index("pair"),
        on=["query", "passage"],
    ).select("at", "pair", "query")
    at, pair, asked = (hits[name].to_numpy() for name in hits.columns)
    lang = lang_of[passage]
    for code in range(len(pool)):
        before = np.concatenate([[0], np.cumsum(lang == code, dtype=np.int32)])
        beaten[pair, code] = before[at] - before[first[asked]]
    place = np.arange(len(query)) - first[query]
    kept = place < top
    best = np.full((queries.height, top), UNRANKED, np.int32)
    best_lang, best_scores = best.astype(np.int16), np.full(best.shape, -np.inf, np.float32)
    where = query[kept], place[kept]
    best[where], best_lang[where] = passage[kept], lang[kept]
    best_scores[where] = lines["score"].to_numpy()[kept].clip(-_LARGEST, _LARGEST)
    sizes = np.bincount(lang_of[lang_of >= 0], minlength=len(pool)).astype(np.int64)
    return Ranks(tuple(pool), sizes, queries, pairs, beaten, best, best_lang, best_scores)


def _pool(setting: str, langs: Sequence[str]) -> pl.Expr:
    """Return whether a passage in `lang` is ranked under a setting for a query in `asked`."""
    if setting == MULTILINGUAL:
        return pl.lit(True)
    if setting == MONOLINGUAL:
        return pl.col("asked") == pl.col("lang")
    if setting in langs:
        return pl.col("lang") == setting
    raise unknown("setting for a run", setting, [MULTILINGUAL, MONOLINGUAL, *langs])


class _Names(NamedTuple):
    """How ids are written: queries has query_id and query, passages the name of each row."""

    queries: pl.DataFrame
    passages: pl.Series


def _names(collection: Collection) -> _Names:
    """Return how the ids of a collection are written; raises DataError when two are written alike."""
    ids = collection.queries["query_id"], collection.passages["passage_id"]
    queries, passages = (
        series.replace({name: _encoded(name) for name in series.filter(series.str.contains(_SPACE))})
        for series in ids
    )
    for names in (queries, passages):
        if not names.is_unique().all():
            twice = names.filter(names.is_duplicated())[0]
            raise DataError(f"{collection.name}: two ids would be written as {twice!r}", "rename one of them")
    return _Names(pl.DataFrame({"query_id": ids[0], "query": queries}), passages.alias("passage"))


def _encoded(name: str) -> str:
    return re.sub(r"[\s%]", lambda found: quote(found[0]), name) if re.search(_SPACE, name) else name


def _falling(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return scores, shape (queries, k), each lowered as little as makes it less than the one before."""
    falling = scores.clip(-_LARGEST, _LARGEST)
    for place in range(1, falling.shape[1]):
        below = np.nextafter(falling[:, place - 1], np.float32(-np.inf))
        np.minimum(falling[:, place], below, out=falling[:, place])
    return falling


@contextmanager
def _writing(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    with settings.replacing(path, "wb") as file:
        if path.suffix == ".gz":
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                yield packed
        else:
            yield file


def _add(file: IO[bytes] | gzip.GzipFile, rows: pl.DataFrame, *columns: str | pl.Expr) -> None:
    lines = rows.select(columns)
    file.write(lines.write_csv(include_header=False, separator=" ", quote_style="never").encode())
