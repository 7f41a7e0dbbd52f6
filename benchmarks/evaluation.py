"""Exact ranks, metrics and bias of a whole collection, the product's share, and ranx and pytrec_eval.

Usage: evaluation.py [COLLECTION] [MODEL]   (default xquad-r me5-small; embeddings are made once and kept)

The peers evaluate rankings that somebody else has made: they are handed the first 100 of each, as the objects
that they want, outside the timing. Ours starts from embeddings and ranks everything.
"""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import polars as pl
import pytrec_eval
import ranx
from numpy.typing import NDArray

from hybrid_tui.corpus.collection import Collection
from hybrid_tui.evaluation import bias, evaluate, metrics
from hybrid_tui.evaluation.kernel import devices
from hybrid_tui.evaluation.kernel.crew import Crew, Worker
from hybrid_tui.evaluation.ranks import Ranks, ranks

DEPTH, REPEATS, PEER_LANGUAGES = 100, 5, 3
MEMORY = 1 << 30
Vectors = dict[str, NDArray[np.float32]]
Run = dict[str, dict[str, float]]


def seconds(work: Callable[[], object]) -> float:
    """Return how long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def products(queries: Vectors, passages: Vectors) -> None:
    """Multiply everything with everything, in the kernel's tiles and threads, and do nothing else."""
    device = devices.cpu(MEMORY // 4)

    def multiply(some: NDArray[np.float32], _: Worker) -> None:
        scores = np.empty(device.queries * device.passages, np.float32)
        for values in passages.values():
            for start in range(0, len(values), device.passages):
                part = values[start : start + device.passages]
                np.matmul(some, part.T, out=scores[: len(some) * len(part)].reshape(len(some), len(part)))

    tiles = (np.array_split(rows, -(-len(rows) // device.queries)) for rows in queries.values())
    jobs = [partial(multiply, tile) for some in tiles for tile in some]
    for _ in Crew(device, next(iter(passages.values())).shape[1], 1).run(jobs):
        pass


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


def peers(collection: Collection, queries: Vectors, passages: Vectors) -> tuple[float, float, float]:
    """Return the seconds of ranx and of pytrec_eval, and mAP@DEPTH in the pool of all languages."""
    theirs, ours_metrics = ["map", "recall@1", "recall@10", "ndcg@10", "mrr"], {}
    measures = {"map", "recall.1,10", "ndcg_cut.10", "recip_rank"}
    ranx_took = pytrec_took = 0.0
    warm: Run = {"q": {"p": 1.0}}
    ranx.evaluate(ranx.Qrels({"q": {"p": 1}}), ranx.Run(warm), theirs)
    for lang, rows in queries.items():
        for pool, run in rankings(collection, lang, rows, passages):
            qrels = judged(collection, lang, pool)
            evaluator = pytrec_eval.RelevanceEvaluator(qrels, measures)
            pytrec_took += seconds(partial(evaluator.evaluate, run))
            judgements, ranking = ranx.Qrels(qrels), ranx.Run(run)
            started = time.perf_counter()
            means = ranx.evaluate(judgements, ranking, theirs)
            ranx_took += time.perf_counter() - started
            if pool == "all":
                ours_metrics[lang] = float(means["map"])
    return ranx_took, pytrec_took, float(np.mean(list(ours_metrics.values())))


def main() -> None:
    """Print what each part takes, and the ratios."""
    name, model = (sys.argv[1:] + ["xquad-r", "me5-small"][len(sys.argv) - 1 :])[:2]
    found = evaluate.system(model, name)
    collection = found.collection
    queries, passages = found.vectors(lambda _: lambda _done, _total: None)
    rank = partial(ranks, collection, queries, passages, memory=MEMORY, device="cpu")
    exact = rank()
    took: dict[str, list[float]] = {"ranks": [], "products": [], "metrics": [], "bias": []}
    for _ in range(REPEATS):
        took["ranks"].append(seconds(rank))
        took["products"].append(seconds(partial(products, queries, passages)))
        took["metrics"].append(seconds(partial(metrics.per_query, exact)))
        took["bias"].append(seconds(partial(bias_of, exact)))
    best = {stage: min(times) for stage, times in took.items()}
    whole = best["ranks"] + best["metrics"] + best["bias"]
    asked, candidates = exact.queries.height, int(exact.pool.sum())
    print(f"{collection.name}, {model}: {asked:,} queries, {candidates:,} candidates, best of {REPEATS} runs")
    print(f"  exact ranks and top 10 of every pair of languages and of all: {best['ranks']:.2f} s")
    share = best["products"] / best["ranks"]
    print(f"  the same products alone: {best['products']:.2f} s, {share:.0%} of that")
    print(f"  metrics {best['metrics']:.2f} s, bias {best['bias']:.2f} s; all of it {whole:.2f} s")

    some = {lang: queries[lang] for lang in list(queries)[:PEER_LANGUAGES]}
    few = partial(ranks, collection, some, passages, memory=MEMORY, device="cpu")
    ours = seconds(lambda: metrics.per_query(few()))
    mean_ap = metrics.summary(metrics.per_query(few()))["multilingual"]["mAP"]
    ranx_took, pytrec_took, cut = peers(collection, some, passages)
    what = f"mAP, R@1, R@10, nDCG@10, MRR for {', '.join(some)} against every pool"
    print(f"{what}\n  ours, from embeddings, no cut-off: {ours:.2f} s (multilingual mAP {mean_ap:.4f})")
    for peer, version, time_taken in (
        ("ranx", "", ranx_took),
        ("pytrec_eval", "", pytrec_took),
    ):
        print(
            f"  {peer}{version}, from rankings made before, cut off at {DEPTH}: {time_taken:.2f} s, "
            f"{time_taken / ours:.1f} x as long (mAP@{DEPTH} {cut:.4f})"
        )


if __name__ == "__main__":
    main()
