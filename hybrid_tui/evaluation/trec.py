"""TREC run files and qrels: our rankings for other tools, and any system's rankings for ours.

A run has a line `query Q0 passage rank score tag` for each passage retrieved, qrels a line
`query 0 passage 1` for each relevant one. An id with white space, which these files cannot carry, is
percent-encoded (`a b%` becomes `a%20b%25`); all other ids stand as they are. Where passages are chunks, a
run and qrels name the documents.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui import settings
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Progress
from hybrid_tui.errors import DataError, unknown
from hybrid_tui.evaluation.kernel import left_out, relevant
from hybrid_tui.evaluation.kernel.left_out import LeftOut
from hybrid_tui.evaluation.ranks import UNRANKED, Ranks
from hybrid_tui.evaluation.relevant_ranks import positions
from hybrid_tui.evaluation.trec_lines import Names, Reader, encoded, names_of

MULTILINGUAL, MONOLINGUAL = "multilingual", "monolingual"

_ROWS = 1 << 20
"""Lines of a run that are written at a time."""
_LARGEST = 1e38
"""Scores are kept within this, so that float32 holds them and what is just below."""


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
    path: Path,
    pools: Iterable[Ranks],
    collection: Collection,
    tag: str,
    setting: str = MULTILINGUAL,
    progress: Progress | None = None,
) -> int:
    """Write the `top` of each pool as a run, gzipped when the name ends in .gz; return how many queries.

    pools: of different queries, where there are several: each language's own, say. progress: hears of
    (queries written, queries of the collection, of which some may have nothing to be written).

    setting: "multilingual"; "monolingual", the passages in each query's language; or a passage language,
    its passages for every query, as cross-lingual pools have them. The latter two hold what `top` has of
    them: the whole ranking when it has the whole pool, else fewer than its k.

    A score is that of the pool, or the next float32 below the score before it where that is less: so sorting
    by score gives our order. trec_eval and pytrec_eval compare scores as float32, and break ties by the
    greater id. Raises UsageError for an unknown setting, HybridTuiError when the file cannot be written.
    """
    wanted = _pool(setting, sorted(collection.passages["lang"].unique()))
    names, label = names_of(collection), encoded(tag) or "-"
    queries = 0
    with _writing(path) as file:
        for pool in pools:
            for done, found in _top(pool, collection, names):
                lines = found.filter(wanted)
                rank = pl.int_range(1, pl.len() + 1).over("query").alias("rank")
                _add(file, lines, "query", pl.lit("Q0"), "passage", rank, "score", pl.lit(label).alias("tag"))
                if progress:
                    progress(queries + done, collection.queries.height)
            queries += pool.queries.height
    return queries


def _top(ranks: Ranks, collection: Collection, names: Names) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield how many queries are done, and query, asked (its language), passage, lang and score of some."""
    queries = ranks.queries.join(names.queries, on="query_id", how="left", maintain_order="left")
    scores = _falling(ranks.top_scores)
    step = max(1, _ROWS // ranks.top.shape[1])
    for start in range(0, queries.height, step):
        query, place = np.nonzero(ranks.top[start : start + step] != UNRANKED)
        query += start
        passage = ranks.top[query, place]
        table = pl.DataFrame(
            {
                "query": queries["query"].gather(query),
                "asked": queries["lang"].gather(query),
                "passage": names.passages.gather(passage),
                "lang": collection.passages["lang"].gather(passage),
                "score": scores[query, place],
            }
        )
        yield min(start + step, queries.height), table


def write_qrels(path: Path, collection: Collection, setting: str = MULTILINGUAL) -> None:
    """Write which passages are relevant to which query, gzipped when the name ends in .gz.

    setting: as in `write_run`; only the relevant passages that it ranks are written. Raises likewise.
    """
    langs = sorted(collection.passages["lang"].unique())
    pool = _pool(setting, langs)
    names = names_of(collection)
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


def read_run(
    path: Path,
    collection: Collection,
    *,
    top: int = 10,
    languages: Sequence[str] = (),
    progress: Progress | None = None,
) -> Run:
    """Read any system's run, plain or gzipped, as exact ranks; top: how many passages a query to keep.

    A query's passages are ordered by score, the higher first, equal scores by the rank column, which
    decides nothing else, and equal ranks by line; what the query leaves out is passed over. A file that
    begins with `{` is a JSON run, {query: {passage: score}}, as ranx, BEIR and mteb write. Ids without their
    language are taken where one alone fits. A relevant passage without a line was not retrieved: UNRANKED.

    languages: the passage languages that were searched together. Without them: those of the passages in
    the run; or, when every query has passages in its own language alone, that one (see `Run`). The queries
    are those in the languages that the run has a query in; one of these without a line has failed.
    progress: hears of (bytes read, bytes of the file).

    Raises DataError with the line of everything that is wrong: columns, unknown ids, a rank that is no
    number, a score that is no finite number, a passage that a query has twice; also when all
    scores rise down the ranks, as distances do. UsageError for a language without passages.
    """
    langs = sorted(collection.passages["lang"].unique())
    for lang in languages:
        if lang not in langs:
            raise unknown(f"passage language in {collection.name}", lang, langs)
    reader = Reader(path, collection, languages, progress)
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
    without = left_out.find(collection, queries, pool)
    ranks = _ranks(collection, queries, relevance, pool, lines, top, without)
    unanswered = int((ranks.top[:, 0] == UNRANKED).sum())
    return Run(ranks, reader.tag, reader.digest.hexdigest()[:16], unanswered, monolingual)


def _sorted(path: Path, lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines by query, score (falling) and rank; raises DataError when all scores rise with rank."""
    lines = lines.sort("query", -pl.col("score"), "rank", "line")
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
    without: LeftOut,
) -> Ranks:
    """Count sorted lines into ranks over the passages of a pool, for the queries that `pairs` belong to."""
    number = collection.queries.select("query_id").join(
        queries.select("query_id").with_row_index("query"), on="query_id", how="left", maintain_order="left"
    )["query"]
    lines = lines.select(number.gather(lines["query"]), "passage", "score").drop_nulls()
    listed = np.bincount(lines["query"].to_numpy(), minlength=queries.height)
    lines = lines.join(without.pairs(), on=["query", "passage"], how="anti", maintain_order="left")
    lines = lines.with_row_index("at")
    lang_of = positions(collection.passages["lang"], tuple(pool)).astype(np.int16)
    query, passage = lines["query"].to_numpy(), lines["passage"].to_numpy()
    first = np.searchsorted(query, np.arange(queries.height))
    beaten = np.full((pairs.height, len(pool)), UNRANKED, np.int32)
    numbered = pairs.select("query", pl.col("passage").cast(pl.Int32)).with_row_index("pair")
    hits = lines.join(numbered, on=["query", "passage"]).select("at", "pair", "query")
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
    ranked = lang_of
    if collection.chunked:
        ranked = lang_of[collection.passages["document"].is_first_distinct().to_numpy()]
    sizes = np.bincount(ranked[ranked >= 0], minlength=len(pool)).astype(np.int64)
    wanted = numbered.join(without.pairs(), on=["query", "passage"], how="anti")["pair"].to_numpy()
    cut = (beaten[wanted] == UNRANKED).any()
    depth = _depth(query, lang, listed, len(pool)) if cut else None
    return Ranks(
        tuple(pool), sizes, without.counted(queries), pairs, beaten, best, best_lang, best_scores, depth
    )


def _depth(
    query: NDArray[np.integer], lang: NDArray[np.integer], listed: NDArray[np.int64], languages: int
) -> NDArray[np.int32]:
    """Return `Ranks.depth` of lines with these queries and languages.

    listed: lines of each query, those of passages that it leaves out too, shape (queries,). The longest list
    tells where lists were cut. A shorter one has ended: the rest was not retrieved.
    """
    counts = np.bincount(query * languages + lang, minlength=len(listed) * languages)
    counts = counts.reshape(len(listed), languages)
    cut = listed == listed.max()
    depth = np.full((len(listed), languages + 1), listed.max(), np.int32)
    depth[cut, :-1], depth[cut, -1] = counts[cut], counts[cut].sum(axis=1)
    return depth


def _pool(setting: str, langs: Sequence[str]) -> pl.Expr:
    """Return whether a passage in `lang` is ranked under a setting for a query in `asked`."""
    if setting == MULTILINGUAL:
        return pl.lit(True)
    if setting == MONOLINGUAL:
        return pl.col("asked") == pl.col("lang")
    if setting in langs:
        return pl.col("lang") == setting
    raise unknown("setting for a run", setting, [MULTILINGUAL, MONOLINGUAL, *langs])


def _falling(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return scores, shape (queries, k), each lowered as little as makes it less than the one before."""
    falling = scores.clip(-_LARGEST, _LARGEST)
    for place in range(1, falling.shape[1]):
        below = np.nextafter(falling[:, place - 1], np.float32(-np.inf))
        np.minimum(falling[:, place], below, out=falling[:, place])
    return falling


@contextmanager
def _writing(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    with settings.replacing(path, "wb", shared=True) as file:
        if path.suffix == ".gz":
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                yield packed
        else:
            yield file


def _add(file: IO[bytes] | gzip.GzipFile, rows: pl.DataFrame, *columns: str | pl.Expr) -> None:
    lines = rows.select(columns)
    file.write(lines.write_csv(include_header=False, separator=" ", quote_style="never").encode())
