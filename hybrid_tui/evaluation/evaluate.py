"""From a collection and a system (a model under a correction) to a kept evaluation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.comparison.retriever_names import RUN
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Progress
from hybrid_tui.errors import DataError, HybridTuiError, unknown
from hybrid_tui.evaluation import bias, evaluation_manifest, metric_tables, rank_agreement, results
from hybrid_tui.evaluation.evaluation_manifest import EvaluationManifest, described
from hybrid_tui.evaluation.grades import graded
from hybrid_tui.evaluation.kernel import relevant, rows
from hybrid_tui.evaluation.kernel.rows import EmbeddingRows
from hybrid_tui.evaluation.metrics import METRICS
from hybrid_tui.evaluation.ranks import Ranks, ranks, scored_ranks
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.jobs import locks
from hybrid_tui.systems.embedded import encoding_step, whole
from hybrid_tui.systems.resources import Resources
from hybrid_tui.systems.system import System, system

Step = Callable[[str], Progress]
"""Begins a step, named in words, and returns what tells how far it is."""

Vectors = Mapping[str, EmbeddingRows]
"""Embeddings by language, each of shape (rows, dimension), in the collection's order."""

MEMORY = 1 << 30
RANKING = "ranking"


def _silent(_: str) -> Progress:
    return lambda _done, _total: None


def asked(names: Sequence[str], data: str, resources: Resources) -> list[System | Evaluation]:
    """Find what each name stands for: a system, else a kept evaluation, as that of an imported run.

    Nothing is evaluated yet, so a wrong name costs no time. Raises UsageError for a name that is neither.
    """

    def find(named: str) -> System | Evaluation:
        if named.startswith(RUN):
            return results.named(named.removeprefix(RUN), resources.collection(data).name)
        try:
            return system(named, data, resources)
        except HybridTuiError:
            collection = resources.collection(data)
            if any(each.manifest.system == named for each in results.kept(collection.name)):
                return results.named(named, collection.name)
            raise

    return [find(named) for named in names]


def evaluate(
    wanted: System,
    *,
    memory: int = MEMORY,
    again: bool = False,
    step: Step = _silent,
    cancelled: Callable[[], bool] | None = None,
) -> Evaluation:
    """Return a system's evaluation: the kept one, or a new one that is then kept.

    memory: bytes that ranking may take beside the embeddings. again: compute it even if one is kept.
    Two processes or threads do not make the same evaluation at a time: the second waits for the first.
    Raises DataError for embeddings that are not numbers, Cancelled when `cancelled()` turns true.
    """
    if not again and (kept := find_kept(wanted)):
        return kept

    def waiting() -> None:
        step(f"waiting for {wanted.name}, which is being evaluated elsewhere")

    with locks.turn(key_of(wanted), "evaluation", waiting=waiting, cancelled=cancelled):
        if not again and (kept := find_kept(wanted)):
            return kept
        return _made(wanted, memory, step, cancelled)


def find_kept(wanted: System) -> Evaluation | None:
    """Return the kept evaluation of a system; None where there is none."""
    return results.find(wanted.collection.name, wanted.name, key_of(wanted))


def steps_of(wanted: System) -> tuple[str, ...]:
    """Return what `evaluate` does, in words, in its order; it may wait between."""
    return (*dict.fromkeys(encoding_step(each.role, each.texts) for each in wanted.needed()), RANKING)


def key_of(wanted: System) -> str:
    """Return the key of a system's evaluation."""
    fingerprint = wanted.collection.fingerprint
    return evaluation_manifest.key_of(
        fingerprint, wanted.fingerprint, wanted.correction, wanted.fitted_on, wanted.parts
    )


def _made(wanted: System, memory: int, step: Step, cancelled: Callable[[], bool] | None) -> Evaluation:
    seconds: dict[str, float] = {}
    with _timed(seconds, "embed"):
        vectors = _prepared(wanted, step, cancelled)
    apart = wanted.collection.monolingual
    with _timed(seconds, "rank"):
        found = _ranks(wanted, vectors, apart, memory, step(RANKING), cancelled)
    with _timed(seconds, "measure"):
        found = graded(found, wanted.collection)
        values, bias_values = values_of(found, apart)
        scalars = bias.bias_summary(found, bias_values)
        if vectors and not apart:
            scalars |= _consistency(wanted.collection, found, *vectors)
    origin = wanted.provenance
    manifest = EvaluationManifest(
        collection=wanted.collection.name,
        collection_fingerprint=wanted.collection.fingerprint,
        model=wanted.written.retriever,
        model_fingerprint=wanted.fingerprint,
        correction=wanted.correction,
        fitted_on=wanted.fitted_on,
        written=wanted.name if wanted.parts else "",
        parts=wanted.parts,
        notes=wanted.notes,
        backbone=origin.backbone,
        sampler=origin.sampler,
        seed=origin.seed,
        tuning=origin.tuning,
        training=origin.training,
        bias=scalars,
        seconds=seconds,
        **described(found),
    )
    return results.keep(manifest, found, values, bias_values)


def measured(
    wanted: System,
    names: Sequence[str],
    *,
    memory: int = MEMORY,
    step: Step = _silent,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return metrics and bias values of each query under a system that nothing is kept of but embeddings.

    names: of metrics. The tables are those of `metric_tables.per_query` and `bias.per_query_bias`.
    """
    apart = wanted.collection.monolingual
    vectors = _prepared(wanted, step, cancelled)
    found = _ranks(wanted, vectors, apart, memory, step(RANKING), cancelled)
    return values_of(graded(found, wanted.collection), apart, names)


def _prepared(
    wanted: System, step: Step, cancelled: Callable[[], bool] | None = None
) -> tuple[Vectors, Vectors] | None:
    """Return a system's embeddings; None for one that is not made of these alone, made ready to score."""
    vectors = embeddings(wanted, step, cancelled)
    if vectors is None:
        wanted.scorer.prepare(_langs(wanted.collection.passages), step, cancelled, asked=True)
    return vectors


def embeddings(
    wanted: System, step: Step = _silent, cancelled: Callable[[], bool] | None = None
) -> tuple[Vectors, Vectors] | None:
    """Return a system's embeddings of queries and of passages; None for one that is not made of these alone.

    What is not kept is encoded. Those of a model as it is are read from disk in portions where the
    collection's texts are. Raises DataError, with the text, for an embedding that is not finite.
    """
    texts, collection = wanted.texts, wanted.collection
    if not texts:
        return None
    kept = texts.prepare(_langs(collection.passages), step, cancelled)
    asked = _langs(collection.queries)
    if texts.plain and collection.texts:
        return texts.stored_queries(asked, step, cancelled), kept
    name = texts.spec.name
    pool = {
        lang: texts.changed(whole(rows, collection, "passage", lang, name), "passage", lang)
        for lang, rows in kept.items()
    }
    return texts.queries(asked, step, cancelled), pool


def _ranks(
    wanted: System,
    vectors: tuple[Vectors, Vectors] | None,
    apart: bool,
    memory: int,
    progress: Progress,
    cancelled: Callable[[], bool] | None,
) -> Ranks:
    collection = wanted.collection
    if vectors:
        return ranks(
            collection,
            *vectors,
            own_language=apart,
            memory=memory,
            progress=progress,
            cancelled=cancelled,
            model=wanted.name,
        )
    return scored_ranks(
        collection,
        wanted.scorer,
        _langs(collection.queries),
        _langs(collection.passages),
        own_language=apart,
        memory=memory,
        progress=progress,
        cancelled=cancelled,
    )


def _langs(table: pl.DataFrame) -> list[str]:
    return sorted(table["lang"].unique())


def ranked(
    wanted: System,
    *,
    top: int | None = None,
    setting: str = "multilingual",
    memory: int = MEMORY,
    step: Step = _silent,
    progress: Progress | None = None,
) -> Iterator[Ranks]:
    """Return a system's exact ranks with the first `top` of each query, one query language after the other.

    Nothing is kept, and a language is ranked when its turn comes: all together may be too many for memory.
    top: by default as many as there are.
    setting: "monolingual" ranks the passages of each query's language alone; "multilingual" all of them; a
    passage language its passages for every query. progress: hears of (queries ranked, queries of the
    collection). Raises UsageError for another setting.
    """
    collection = wanted.collection
    settings = ["multilingual", "monolingual", *sorted(collection.passages["lang"].unique())]
    if setting not in settings:
        raise unknown("setting", setting, settings)
    return _ranked(wanted, top, setting, memory, step, progress)


def _ranked(
    wanted: System, top: int | None, setting: str, memory: int, step: Step, progress: Progress | None
) -> Iterator[Ranks]:
    collection, vectors = wanted.collection, _prepared(wanted, step)
    done = 0
    for lang, here in collection.queries["lang"].value_counts().sort("lang").iter_rows():
        pool = _langs(collection.passages)
        if setting != "multilingual":
            pool = [each for each in pool if each == (lang if setting == "monolingual" else setting)]

        def tell(met: int, total: int, done: int = done, here: int = here) -> None:
            if progress:
                progress(done + here * met // total, collection.queries.height)

        done += here
        if not relevant.find(collection, [lang], pool).queries.height:
            continue
        most = sum(map(collection.passage_count, pool))
        first = min(top or most, most)
        if vectors:
            queries, passages = vectors
            pooled, asked = {each: passages[each] for each in pool}, {lang: queries[lang]}
            yield ranks(collection, asked, pooled, top=first, memory=memory, progress=tell)
        else:
            yield scored_ranks(
                collection, wanted.scorer, [lang], pool, top=first, memory=memory, progress=tell
            )


def values_of(ranks: Ranks, apart: bool, names: Sequence[str] = METRICS) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return metrics and bias values of each query, as of `metric_tables.per_query`, `bias.per_query_bias`.

    apart: whether every query was answered from its own language alone. names: of the metrics.
    """
    values, bias_values = metric_tables.per_query(ranks, names), bias.per_query_bias(ranks)
    if apart:
        return values.filter(pl.col("pool") != metric_tables.MULTILINGUAL), bias_values.clear()
    return values, bias_values


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[stage] = round(time.perf_counter() - started, 3)


def _consistency(
    collection: Collection, found: Ranks, queries: Vectors, passages: Vectors
) -> dict[str, float]:
    """Return MRC@10 under its name; empty with one query language, one passage language, or chunks.

    It compares scores of passages, where documents are ranked.
    """
    if len(found.languages) < 2 or collection.chunked:
        return {}
    seen = rank_agreement.ranking_consistency(found, *_in_order(collection, found, queries, passages))
    mean = rank_agreement.off_diagonal_mean(seen.matrix) if seen else None
    return {seen.title: mean} if seen and mean is not None else {}


def in_order(
    wanted: System, found: Ranks, step: Step = _silent, cancelled: Callable[[], bool] | None = None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return a system's embeddings of queries, rows as in `found.queries`, and of the passages of its pool.

    Shapes (queries, dimension) and (passages, dimension), float32. What is not kept is encoded. Raises
    DataError where passages are chunks: what is ranked then are documents, which have no embeddings.
    """
    if wanted.collection.chunked:
        raise DataError(
            f"{wanted.collection.name} ranks documents by their best chunk, which have no embeddings of "
            "their own",
            "this measure needs a collection of passages",
        )
    vectors = embeddings(wanted, step, cancelled)
    if not vectors:
        raise DataError(f"{wanted.name} gives scores, no embeddings", "this measure needs embeddings")
    return _in_order(wanted.collection, found, *vectors)


def _in_order(
    collection: Collection, found: Ranks, queries: Vectors, passages: Vectors
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    numbered = collection.queries.select("query_id").with_row_index("row")
    order = found.queries.join(numbered, on="query_id", how="left", maintain_order="left")["row"]
    asked = np.concatenate([rows.read(queries[lang], slice(None)) for lang in sorted(queries)])
    pool = np.concatenate([rows.read(passages[lang], slice(None)) for lang in sorted(passages)])
    return asked[order.to_numpy()], pool
