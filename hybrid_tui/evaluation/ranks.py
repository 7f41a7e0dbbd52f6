"""How many candidates of each language beat each relevant passage: all that evaluation needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Progress
from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.evaluation.kernel import device as devices
from hybrid_tui.evaluation.kernel import documents, left_out, relevant, rows
from hybrid_tui.evaluation.kernel.left_out import NOT_RANKED, LeftOut
from hybrid_tui.evaluation.kernel.rows import EmbeddingRows
from hybrid_tui.evaluation.kernel.run import Kernel
from hybrid_tui.evaluation.kernel.scored import ScoredPool
from hybrid_tui.evaluation.kernel.sieve import QueryTile
from hybrid_tui.systems.scorer import Scorer

UNRANKED = NOT_RANKED


@dataclass(frozen=True, eq=False)
class Ranks:
    """The exact places of every relevant passage, per passage language and so in every pool.

    Where passages are chunks of documents, the candidates are the documents, scored by their best chunk: a
    relevant one is told by its first chunk, one of the first k by its best.

    languages: the passage languages, sorted; the columns of `beaten`.
    pool: candidates of each language, shape (languages,), int64.
    queries: query_id, item_id, lang; one row per query that has a relevant passage. Where passages are left
        out of some rankings, left_out (UInt32): how many of each query's pool.
    relevant: query (row in `queries`, UInt32), passage_id, lang (the passage's), passage (the passage's
        row in the collection, Int64); one row per query and relevant passage, in the order of the queries.
    beaten: c_l(q, d), shape (rows of relevant, languages), int32: candidates of language l
        that come before passage d for query q. A row of UNRANKED: a run did not retrieve d, or d is left out.
    top: the first k of the multilingual pool, shape (queries, k), int32: rows in the collection's
        passages, UNRANKED where the pool is smaller.
    top_lang: their languages as positions in `languages`, same shape, int16, UNRANKED likewise.
    top_scores: their scores, same shape, float32, -inf likewise.
    alone: candidates of its own language that come before each relevant passage where that language alone is
        searched, shape (rows of relevant,), int32; None where `beaten` tells it, as where a score does not
        depend on what else is searched.
    depth: of a run that does not rank all: up to which rank each query is ranked among the candidates of each
        language, and in the last column among all, shape (queries, languages + 1), int32.
    """

    languages: tuple[str, ...]
    pool: NDArray[np.int64]
    queries: pl.DataFrame
    relevant: pl.DataFrame
    beaten: NDArray[np.int32]
    top: NDArray[np.int32]
    top_lang: NDArray[np.int16]
    top_scores: NDArray[np.float32]
    depth: NDArray[np.int32] | None = None
    alone: NDArray[np.int32] | None = None


def ranks(
    collection: Collection,
    queries: Mapping[str, EmbeddingRows],
    passages: Mapping[str, EmbeddingRows],
    *,
    top: int = 10,
    own_language: bool = False,
    memory: int = 1 << 30,
    device: str = "auto",
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    model: str = "",
) -> Ranks:
    """Return the exact ranks of every relevant passage for every query that has one in the pool.

    queries, passages: embeddings by language, rows in the collection's order; the languages of `passages` are
    the pool. A score is the dot product of the stored values, evaluated in float64 in a fixed order; a
    candidate comes before another by a higher score, or by an equal one and a smaller row in the collection.
    Products are computed in float32 and all that lies within their error bound again in float64, so neither
    BLAS, threads, `memory` nor a GPU change the result. What a query leaves out (`Collection.self_passages`)
    is no candidate for it.

    top: how many of the pool to keep. own_language: leave the passages of other languages out of every
    query's pool; `beaten` is 0 there. memory: bytes for the embeddings and scores that are
    worked on at a time; what is returned comes on top, and twice as much while it is made.
    device: "auto", "cpu", or a torch device. progress: hears of (queries done, queries in all), each
    counted once for every portion that the passages are read in. model: a name for messages.
    Raises DataError for embeddings that do not fit the collection or are not finite, UsageError for a
    wrong request, Cancelled when `cancelled()` turns true, which is asked between tiles.
    """
    if top < 1:
        raise UsageError(f"the best {top} passages cannot be kept", "ask for 1 or more")
    rows.check_shapes(collection, {"query": queries, "passage": passages}, model)
    pool = [lang for lang in sorted(passages) if len(passages[lang])]
    if own_language:
        pool = [lang for lang in pool if lang in queries]
    starts = documents.starts(collection, pool)
    sizes = np.array([len(passages[lang] if starts is None else starts[lang]) for lang in pool], np.int64)
    wanted = relevant.find(collection, sorted(queries), pool, own_language)
    if not wanted.queries.height:
        raise _nothing_relevant(collection, pool)
    without = left_out.find(collection, wanted.queries, pool)
    dimension = passages[pool[0]][0:1].shape[1]
    texts = [sum(map(len, side)) for side in (queries.values(), (passages[lang] for lang in pool))]
    work = float(texts[0]) * float(texts[1]) * dimension
    kernel = Kernel(
        collection,
        {lang: queries[lang] for lang in sorted(queries)},
        passages,
        wanted,
        pool,
        starts,
        dimension,
        top + without.most,
        own_language,
        memory // 2,
        devices.choose(device, memory // 4, work),
        cancelled,
        model,
    )
    return _gathered(kernel, kernel.run(progress), sizes, without, top)


def scored_ranks(
    collection: Collection,
    scorer: Scorer,
    query_langs: Sequence[str],
    pool: Sequence[str],
    *,
    top: int = 10,
    own_language: bool = False,
    memory: int = 1 << 30,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Ranks:
    """Return the exact ranks that a scorer gives; parameters and errors are those of `ranks`.

    query_langs, pool: the languages of the queries, and of the passages that are ranked.
    """
    langs = sorted(pool)
    if own_language:
        langs = [lang for lang in langs if lang in query_langs]
    starts = documents.starts(collection, langs)
    counts = [collection.passage_count(lang) if starts is None else len(starts[lang]) for lang in langs]
    sizes = np.array(counts, np.int64)
    wanted = relevant.find(collection, sorted(query_langs), langs, own_language)
    if not wanted.queries.height:
        raise _nothing_relevant(collection, langs)
    without = left_out.find(collection, wanted.queries, langs)
    scored = ScoredPool(collection, scorer, wanted, without, langs, starts, top, own_language, memory)
    scored.run(progress, cancelled)
    return Ranks(
        tuple(langs),
        sizes,
        without.counted(wanted.queries),
        wanted.pairs,
        scored.beaten,
        scored.top_rows,
        _languages_of(scored.top_rows, collection, langs),
        scored.top_scores,
        alone=scored.alone,
    )


def _nothing_relevant(collection: Collection, pool: Sequence[str]) -> DataError:
    return DataError(
        f"{collection.name}: no query has a relevant passage in {', '.join(pool) or 'any language'}",
        "choose other languages",
    )


def _languages_of(best: NDArray[np.int32], collection: Collection, pool: Sequence[str]) -> NDArray[np.int16]:
    """Return where in `pool` the language of each passage stands, by its row; -1 for none."""
    starts = [rows.first(collection.passages, lang) for lang in pool]
    return (np.searchsorted(starts, best, side="right") - 1).astype(np.int16)


def _gathered(
    kernel: Kernel, tiles: list[QueryTile], sizes: NDArray[np.int64], without: LeftOut, top: int
) -> Ranks:
    """Return what the tiles know, in the order of the queries, without what is left out."""
    wanted, collection, queries = kernel.wanted, kernel.collection, kernel.wanted.queries
    beaten = np.empty((wanted.pairs.height, len(sizes)), np.int32)
    bars = np.empty(wanted.pairs.height)
    best = np.empty((queries.height, kernel.top), np.int32)
    best_scores = np.empty(best.shape, np.float32)
    for tile in tiles:
        there = tile.pairs >= 0
        beaten[tile.pairs[there]], bars[tile.pairs[there]] = tile.beaten[there], tile.bars[there]
        best[tile.queries] = tile.top
        with np.errstate(over="ignore"):
            best_scores[tile.queries] = tile.top_scores
    if without.most:
        scores = kernel.scores(without.query, without.column, without.row)
        without.subtract(scores, wanted, bars, beaten)
        best, best_scores = without.removed(best, _first_rows(kernel, best), best_scores, top)
    langs = _languages_of(best, collection, kernel.pool)
    return Ranks(
        tuple(kernel.pool), sizes, without.counted(queries), wanted.pairs, beaten, best, langs, best_scores
    )


def _first_rows(kernel: Kernel, best: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return rows in the collection, each document's chunk as the first one; UNRANKED stays."""
    if kernel.starts is None:
        return best.astype(np.int64)
    passages = kernel.collection.passages
    begins = np.concatenate([kernel.starts[lang] + rows.first(passages, lang) for lang in kernel.pool])
    return np.where(best < 0, best, begins[np.searchsorted(begins, best, side="right") - 1])
