"""From a collection and a system (a model under a correction) to a kept evaluation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus import catalog
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders import model
from hybrid_tui.encoders.encoder import Encoder, Progress, Role
from hybrid_tui.encoders.model import ModelSpec
from hybrid_tui.errors import HybridTuiError, UsageError, unknown
from hybrid_tui.evaluation import bias, metric_tables, rank_agreement, results, trec
from hybrid_tui.evaluation.grades import graded
from hybrid_tui.evaluation.kept_names import system_name
from hybrid_tui.evaluation.kernel import relevant, rows
from hybrid_tui.evaluation.kernel.rows import EmbeddingRows
from hybrid_tui.evaluation.ranks import Ranks, ranks
from hybrid_tui.evaluation.results import Evaluation, EvaluationManifest
from hybrid_tui.jobs import locks
from hybrid_tui.retrieval import corrections
from hybrid_tui.retrieval.corrections import NO_CORRECTION, AlignedPassages, Correction, FittingSample
from hybrid_tui.retrieval.embedding_store import EmbeddingStore
from hybrid_tui.retrieval.encoding import embeddings, stored_embeddings
from hybrid_tui.version import __version__

Step = Callable[[str], Progress]
"""Begins a step, named in words, and returns what tells how far it is."""

Vectors = Mapping[str, EmbeddingRows]
"""Embeddings by language, each of shape (rows, dimension), in the collection's order."""
Arrays = dict[str, NDArray[np.float32]]

MEMORY = 1 << 30
LONGEST_NAME = 100
RANKING = "ranking"
RUN_TOP = 100
"""Passages a query that are kept of an imported run, to be shown."""


def _silent(_: str) -> Progress:
    return lambda _done, _total: None


@dataclass(frozen=True, eq=False)
class System:
    """A model under a correction on a collection: all that decides the figures.

    encoder: gives the model's encoder; called only when something is to be encoded.
    fit_on: what the correction is fitted on.
    """

    collection: Collection
    spec: ModelSpec
    correction: Correction
    fit_on: Collection
    encoder: Callable[[], Encoder]
    store: EmbeddingStore = field(default_factory=EmbeddingStore)

    @cached_property
    def fitted_on(self) -> str:
        """What the correction is fitted on: `name@fingerprint`, and which texts of it; empty for `none`."""
        if self.correction == NO_CORRECTION:
            return ""
        basis = self.correction.basis(self.fit_on)
        return f"{self.fit_on.name}@{self.fit_on.fingerprint}" + (f" ({basis})" if basis else "")

    @property
    def name(self) -> str:
        """What its evaluation is called."""
        return system_name(self.collection.name, self.spec.name, str(self.correction), self.fitted_on)

    @property
    def key(self) -> str:
        """The key of its evaluation."""
        return results.key_of(
            self.collection.fingerprint, self.spec.fingerprint, str(self.correction), self.fitted_on
        )

    @property
    def steps(self) -> tuple[str, ...]:
        """What `evaluate` does, in words, in its order; it may wait between."""
        encoded = [self.collection, *([self.fit_on] if self._fits_elsewhere else [])]
        return (*(_encoding(what, each) for each in encoded for what in ("queries", "passages")), RANKING)

    @property
    def _fits_elsewhere(self) -> bool:
        return bool(self.fitted_on) and self.fit_on.fingerprint != self.collection.fingerprint

    def vectors(self, step: Step, cancelled: Callable[[], bool] | None = None) -> tuple[Vectors, Vectors]:
        """Return the corrected embeddings of queries and passages; what is not kept is encoded.

        On a collection whose texts are on disk the embeddings are read from there, too, in portions; but a
        correction takes them into memory. Raises DataError, with the text, for an embedding that a
        correction cannot be fitted on.
        """
        queries, passages = self._encoded(self.collection, step, cancelled)
        if not self.fitted_on:
            return queries, passages
        asked, pool = self._whole(self.collection, queries, passages)
        fit = asked, pool
        if self._fits_elsewhere:
            fit = self._whole(self.fit_on, *self._encoded(self.fit_on, step, cancelled))
        correction = self.correction.fit(FittingSample(*fit, AlignedPassages.of(self.fit_on)))
        return (
            {lang: correction.apply(values, "query", lang) for lang, values in asked.items()},
            {lang: correction.apply(values, "passage", lang) for lang, values in pool.items()},
        )

    def _whole(self, collection: Collection, queries: Vectors, passages: Vectors) -> tuple[Arrays, Arrays]:
        """Return embeddings in memory, all finite: one that is not would spoil its whole language."""

        def whole(role: Role, side: Vectors) -> Arrays:
            found = {lang: rows.read(kept, slice(None)) for lang, kept in side.items()}
            for lang, values in found.items():
                rows.norms(values, collection, role, lang, 0, self.spec.name)
            return found

        return whole("query", queries), whole("passage", passages)

    def _encoded(
        self, collection: Collection, step: Step, cancelled: Callable[[], bool] | None
    ) -> tuple[Vectors, Vectors]:
        def encode(role: Role, langs: pl.Series, what: str) -> Vectors:
            make = stored_embeddings if collection.texts else embeddings
            return make(
                collection,
                self.spec,
                role,
                sorted(langs.unique()),
                self.store,
                self.encoder,
                progress=step(_encoding(what, collection)),
                cancelled=cancelled,
            )

        queries = encode("query", collection.queries["lang"], "queries")
        return queries, encode("passage", collection.passages["lang"], "passages")


def _encoding(what: str, collection: Collection) -> str:
    return f"encoding {what} of {collection.name}"


def system(named: str, data: str, fit_on: str = "") -> System:
    """Find what `MODEL` or `MODEL+CORRECTION` names on a collection.

    fit_on: the collection to fit the correction on, by default the same. Raises UsageError for a model, a
    correction or a collection that does not exist.
    """
    collection = catalog.load(data)
    return _system(named, collection, catalog.load(fit_on) if fit_on else collection)


def _system(named: str, collection: Collection, fit_on: Collection) -> System:
    name, _, correction = named.partition("+")
    spec = model.resolve(name)
    return System(
        collection, spec, corrections.parse(correction or "none"), fit_on, cache(lambda: model.load(spec))
    )


def asked(names: Sequence[str], data: str, fit_on: str = "") -> list[System | Evaluation]:
    """Find what each name stands for: a system, else a kept evaluation, as that of an imported run.

    Nothing is evaluated yet, so a wrong name costs no time. Raises UsageError for a name that is neither.
    """
    collection = catalog.load(data)
    fitted = catalog.load(fit_on) if fit_on else collection

    def find(named: str) -> System | Evaluation:
        try:
            return _system(named, collection, fitted)
        except HybridTuiError:
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

    with locks.turn(wanted.key, "evaluation", waiting=waiting, cancelled=cancelled):
        if not again and (kept := find_kept(wanted)):
            return kept
        return _made(wanted, memory, step, cancelled)


def find_kept(wanted: System) -> Evaluation | None:
    """Return the kept evaluation of a system; None where there is none."""
    return results.find(wanted.collection.name, wanted.name, wanted.key)


def _made(wanted: System, memory: int, step: Step, cancelled: Callable[[], bool] | None) -> Evaluation:
    seconds: dict[str, float] = {}
    with _timed(seconds, "embed"):
        queries, passages = wanted.vectors(step, cancelled)
    apart = wanted.collection.monolingual
    with _timed(seconds, "rank"):
        found = ranks(
            wanted.collection,
            queries,
            passages,
            own_language=apart,
            memory=memory,
            progress=step(RANKING),
            cancelled=cancelled,
            model=wanted.spec.name,
        )
    with _timed(seconds, "measure"):
        found = graded(found, wanted.collection)
        values, bias_values = metric_tables.per_query(found), bias.per_query_bias(found)
        if apart:
            values, bias_values = _monolingual(values, bias_values)
        scalars = bias.bias_summary(found, bias_values)
        scalars |= {} if apart else _consistency(wanted.collection, found, queries, passages)
    origin = wanted.spec.provenance
    manifest = EvaluationManifest(
        collection=wanted.collection.name,
        collection_fingerprint=wanted.collection.fingerprint,
        model=wanted.spec.name,
        model_fingerprint=wanted.spec.fingerprint,
        correction=str(wanted.correction),
        fitted_on=wanted.fitted_on,
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


def ranked(
    wanted: System,
    *,
    top: int | None = None,
    setting: str = "multilingual",
    memory: int = MEMORY,
    step: Step = _silent,
) -> Iterator[Ranks]:
    """Return a system's exact ranks with the first `top` of each query, one query language after the other.

    Nothing is kept, and a language is ranked when its turn comes: all together may be too many for memory.
    top: by default as many as there are.
    setting: "monolingual" ranks the passages of each query's language alone; "multilingual" all of them; a
    passage language its passages for every query. Raises UsageError for another setting.
    """
    collection = wanted.collection
    settings = ["multilingual", "monolingual", *sorted(collection.passages["lang"].unique())]
    if setting not in settings:
        raise unknown("setting", setting, settings)
    return _ranked(wanted, top, setting, memory, step)


def _ranked(wanted: System, top: int | None, setting: str, memory: int, step: Step) -> Iterator[Ranks]:
    collection = wanted.collection
    queries, passages = wanted.vectors(step)
    for lang in sorted(queries):
        pool = passages
        if setting != "multilingual":
            named = lang if setting == "monolingual" else setting
            pool = {named: passages[named]} if named in passages else {}
        if relevant.find(collection, [lang], sorted(pool)).queries.height:
            most = sum(map(len, pool.values()))
            yield ranks(collection, {lang: queries[lang]}, pool, top=min(top or most, most), memory=memory)


def imported(path: Path, name: str, collection: Collection, languages: list[str]) -> tuple[Evaluation, int]:
    """Keep a TREC run as the evaluation of a system called `name`; also returns its unanswered queries.

    Raises UsageError for the name of a model or one that is too long, and what `trec.read_run` raises.
    """
    if not name or model.is_named_by(name):
        raise UsageError(
            f"{name!r} is the name of a model" if name else "a run needs a name",
            "choose another --name for the run",
        )
    if len(name) > LONGEST_NAME:
        raise UsageError(f"the name of a run has at most {LONGEST_NAME} characters, not {len(name):,}")
    run = trec.read_run(path, collection, top=RUN_TOP, languages=languages)
    ranks = graded(run.ranks, collection)
    values, bias_values = metric_tables.per_query(ranks), bias.per_query_bias(ranks)
    if run.monolingual:
        values, bias_values = _monolingual(values, bias_values)
    manifest = EvaluationManifest(
        collection=collection.name,
        collection_fingerprint=collection.fingerprint,
        model=name,
        model_fingerprint=f"run-{run.fingerprint}",
        sampler=results.IMPORTED,
        bias=bias.bias_summary(run.ranks, bias_values),
        seconds={},
        depth=0 if run.ranks.depth is None else int(run.ranks.depth[:, -1].max()),
        **described(run.ranks),
    )
    return results.keep(manifest, ranks, values, bias_values), run.unanswered


def _monolingual(values: pl.DataFrame, bias_values: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what is left of the values where every query was answered from its own language alone."""
    return values.filter(pl.col("pool") != metric_tables.MULTILINGUAL), bias_values.clear()


def described(found: Ranks) -> results.ManifestFields:
    """Return what a manifest tells of ranks and of when and by which code they were made."""
    return {
        "languages": found.languages,
        "pool": tuple(int(size) for size in found.pool),
        "queries": found.queries.height,
        "items": found.queries["item_id"].n_unique(),
        "left_out": _asking_themselves(found),
        "version": __version__,
        "made": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }


def _asking_themselves(found: Ranks) -> int:
    """Return of how many queries something is left out."""
    counts = found.queries.get_column("left_out", default=None)
    return 0 if counts is None else int((counts > 0).sum())


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[stage] = round(time.perf_counter() - started, 3)


def _consistency(
    collection: Collection, found: Ranks, queries: Vectors, passages: Vectors
) -> dict[str, float]:
    """Return MRC@10 under its name; empty where there is one query language or one passage language."""
    if len(found.languages) < 2:
        return {}
    seen = rank_agreement.ranking_consistency(found, *_in_order(collection, found, queries, passages))
    mean = rank_agreement.off_diagonal_mean(seen.matrix) if seen else None
    return {seen.title: mean} if seen and mean is not None else {}


def in_order(
    wanted: System, found: Ranks, step: Step = _silent, cancelled: Callable[[], bool] | None = None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return a system's embeddings of queries, rows as in `found.queries`, and of the passages of its pool.

    Shapes (queries, dimension) and (passages, dimension), float32. What is not kept is encoded.
    """
    queries, passages = wanted.vectors(step, cancelled)
    return _in_order(wanted.collection, found, queries, passages)


def _in_order(
    collection: Collection, found: Ranks, queries: Vectors, passages: Vectors
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    numbered = collection.queries.select("query_id").with_row_index("row")
    order = found.queries.join(numbered, on="query_id", how="left", maintain_order="left")["row"]
    asked = np.concatenate([rows.read(queries[lang], slice(None)) for lang in sorted(queries)])
    pool = np.concatenate([rows.read(passages[lang], slice(None)) for lang in sorted(passages)])
    return asked[order.to_numpy()], pool
