"""Exact ranks, metrics and bias of a whole collection, the product's share, and ranx and pytrec_eval.

Usage: evaluation.py [COLLECTION] [MODEL]   (default xquad-r me5-small; embeddings are made once and kept)

The peers evaluate rankings that somebody has made for them, so they get the first 100 of each: they cut
off where ours does not. Two ratios are told: of the metrics alone, each from what it wants, and of all
that it takes from embeddings on.
"""

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version

import numpy as np
import polars as pl
import pytrec_eval
import ranx
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.evaluation import bias, evaluate, metric_tables
from hybrid_tui.evaluation.kernel.device import cpu
from hybrid_tui.evaluation.ranks import Ranks, ranks
from hybrid_tui.systems.resources import OwnResources
from hybrid_tui.systems.system import system

DEPTH, REPEATS, PEER_LANGUAGES = 100, 5, 2
MEMORY = 1 << 30
Vectors = dict[str, NDArray[np.float32]]
Run = dict[str, dict[str, float]]


class Clock:
    """Tells the time between calls."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def lap(self) -> float:
        """Return the seconds since the last call."""
        before, self._last = self._last, time.perf_counter()
        return self._last - before


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return how long it takes."""
    started = clock()
    work()
    return clock() - started


def products(queries: Vectors, passages: Vectors) -> None:
    """Multiply everything with everything, in the kernel's tiles and threads, and do nothing else."""
    device = cpu(MEMORY // 4)

    def multiply(some: NDArray[np.float32]) -> None:
        for values in passages.values():
            for start in range(0, len(values), device.passages):
                device.products(some, values[start : start + device.passages])

    tiles = [
        tile for rows in queries.values() for tile in np.array_split(rows, -(-len(rows) // device.queries))
    ]
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(device.workers) as pool:
        list(pool.map(multiply, tiles))


def bias_of(found: Ranks) -> object:
    """Return all there is to say about bias."""
    return bias.bias_summary(found, bias.per_query_bias(found))


def rankings(
    collection: Collection, lang: str, queries: NDArray[np.float32], passages: Vectors
) -> Iterator[tuple[str, Run]]:
    """Yield each pool and the first DEPTH of it for every query of a language."""
    asked = collection.queries.filter(lang=lang)["query_id"]
    by_lang = {
        name: collection.passages.filter(lang=name)["passage_id"].to_numpy() for name in sorted(passages)
    }
    scores = {name: queries @ passages[name].T for name in by_lang}
    pools = {name: (by_lang[name], scores[name]) for name in by_lang}
    pools["all"] = np.concatenate(list(by_lang.values())), np.concatenate(list(scores.values()), axis=1)
    for pool, (ids, values) in pools.items():
        first = np.argpartition(-values, DEPTH, axis=1)[:, :DEPTH]
        kept = np.take_along_axis(values, first, axis=1).astype(np.float64)
        yield (
            pool,
            {
                f"{query} {pool}": dict(zip(ids[columns].tolist(), row.tolist(), strict=True))
                for query, columns, row in zip(asked, first, kept, strict=True)
            },
        )


def judged(collection: Collection, lang: str, pool: str) -> dict[str, dict[str, int]]:
    """Return the relevant passages of a pool for every query of a language."""
    passages = collection.passages if pool == "all" else collection.passages.filter(lang=pool)
    pairs = (
        collection.queries.filter(lang=lang)
        .join(collection.relevance, on="item_id")
        .join(passages, on="passage_id")
        .group_by("query_id", maintain_order=True)
        .agg(pl.col("passage_id"))
    )
    return {f"{query} {pool}": dict.fromkeys(found, 1) for query, found in pairs.iter_rows()}


@dataclass
class Peer:
    """Seconds spent on building what a peer wants, and on its evaluation."""

    made: float = 0.0
    evaluated: float = 0.0


def peers(
    collection: Collection, queries: Vectors, passages: Vectors
) -> tuple[float, dict[str, Peer], float]:
    """Return the seconds that the rankings took, those of each peer, and mAP@DEPTH in the pool of all."""
    names, measures = (
        ["map", "recall@1", "recall@10", "ndcg@10", "mrr"],
        {
            "map",
            "recall.1,10",
            "ndcg_cut.10",
            "recip_rank",
        },
    )
    ranx.evaluate(ranx.Qrels({"q": {"p": 1}}), ranx.Run({"q": {"p": 1.0}}), names)  # compiles
    spent = {"ranx": Peer(), "pytrec_eval-terrier": Peer()}
    ranked, means = 0.0, []
    for lang, rows in queries.items():
        clock = Clock()
        for pool, run in rankings(collection, lang, rows, passages):
            ranked += clock.lap()
            qrels = judged(collection, lang, pool)
            clock.lap()
            evaluator = pytrec_eval.RelevanceEvaluator(qrels, measures)
            spent["pytrec_eval-terrier"].made += clock.lap()
            values = evaluator.evaluate(run)
            spent["pytrec_eval-terrier"].evaluated += clock.lap()
            judgements, ranking = ranx.Qrels(qrels), ranx.Run(run)
            spent["ranx"].made += clock.lap()
            ranx.evaluate(judgements, ranking, names)
            spent["ranx"].evaluated += clock.lap()
            if pool == "all":
                means.append(np.mean([value["map"] for value in values.values()]))
            clock.lap()
    return ranked, spent, float(np.mean(means))


def main() -> None:
    """Print what each part takes, and the ratios."""
    warnings.filterwarnings("ignore", module="ranx")
    name, model = (sys.argv[1:] + ["xquad-r", "me5-small"][len(sys.argv) - 1 :])[:2]
    found = system(model, name, OwnResources())
    collection = found.collection
    vectors = evaluate.embeddings(found)
    assert vectors, "a model, with or without a correction"
    queries, passages = vectors
    rank = partial(ranks, collection, queries, passages, memory=MEMORY, device="cpu")
    exact = rank()
    multiply = partial(products, queries, passages)
    shares, best = [], {"ranks": np.inf, "products": np.inf, "metrics": np.inf, "bias": np.inf}
    for _ in range(REPEATS):
        stages = {"ranks": rank, "products": multiply}
        stages |= {"metrics": partial(metric_tables.per_query, exact), "bias": partial(bias_of, exact)}
        best = {stage: min(best[stage], seconds(work)) for stage, work in stages.items()}
        shares.append(seconds(multiply, time.process_time) / seconds(rank, time.process_time))
    asked, candidates = exact.queries.height, int(exact.pool.sum())
    print(f"{collection.name}, {model}: {asked:,} queries, {candidates:,} candidates, best of {REPEATS} runs")
    print(f"  exact ranks and top 10 of every pair of languages and of all: {best['ranks']:.2f} s")
    share = best["products"] / best["ranks"]
    print(f"  the same products alone: {best['products']:.2f} s, {share:.0%} of that", end="")
    print(f"; {np.median(shares):.0%} of the processors' time")
    whole = best["ranks"] + best["metrics"] + best["bias"]
    print(f"  metrics {best['metrics']:.2f} s, bias {best['bias']:.2f} s; all of it {whole:.2f} s")

    some = {lang: queries[lang] for lang in list(queries)[:PEER_LANGUAGES]}
    few = ranks(collection, some, passages, memory=MEMORY, device="cpu")
    values = metric_tables.per_query(few)
    from_ranks = min(seconds(partial(metric_tables.per_query, few)) for _ in range(REPEATS))
    ranked = min(
        seconds(partial(ranks, collection, some, passages, memory=MEMORY, device="cpu"))
        for _ in range(REPEATS)
    )
    mean_ap = metric_tables.summary(values)["multilingual"]["mAP"]
    print(f"mAP, R@1, R@10, nDCG@10, MRR of {', '.join(some)} queries in {len(passages) + 1} pools")
    print(
        f"  ours: ranks {ranked:.2f} s, metrics from them {from_ranks:.3f} s; multilingual mAP {mean_ap:.4f}"
    )
    theirs, spent, cut = peers(collection, some, passages)
    print(
        f"  for the peers: first {DEPTH} of each ranking {theirs:.2f} s; multilingual mAP@{DEPTH} {cut:.4f}"
    )
    for peer, took_it in spent.items():
        total = theirs + took_it.made + took_it.evaluated
        print(
            f"  {peer} {version(peer)}: its objects {took_it.made:.2f} s, metrics from them "
            f"{took_it.evaluated:.2f} s, {took_it.evaluated / from_ranks:.0f} x as long as ours; "
            f"from embeddings {total:.2f} s, {total / (ranked + from_ranks):.0f} x as long"
        )


if __name__ == "__main__":
    main()
