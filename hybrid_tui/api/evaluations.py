"""Evaluations of systems on a collection: made, listed, removed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from hybrid_tui.api.defaults import Names, data_name, system_names
from hybrid_tui.api.progress import Cancelled, Counter, Progress, Step, both, silent, steps
from hybrid_tui.api.workspace import default
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.corpus import catalog
from hybrid_tui.errors import DataError
from hybrid_tui.evaluation import evaluate as evaluating
from hybrid_tui.evaluation import evaluation_note, metric_tables, metrics, results, run_depth
from hybrid_tui.evaluation.caveats import caveats
from hybrid_tui.evaluation.contamination import marked, shared_items
from hybrid_tui.evaluation.evaluation_note import EvaluationDetails, RunningEvaluation
from hybrid_tui.evaluation.metric_tables import MULTILINGUAL
from hybrid_tui.evaluation.metric_tables import SETTINGS as SETTINGS
from hybrid_tui.evaluation.observations import of_metric
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.jobs.progress import ProgressFile
from hybrid_tui.systems.system import System

SHOWN = metrics.SHOWN
METRICS = metrics.METRICS
MEMORY = evaluating.MEMORY
"""Bytes that ranking takes unless told otherwise."""


@dataclass(frozen=True, eq=False)
class EvaluationResult:
    """Evaluations of systems on one collection, as tables of metrics: a row's `system` tells whose it is."""

    evaluations: tuple[Evaluation, ...]
    metrics: tuple[str, ...]

    @property
    def systems(self) -> list[str]:
        """The names of the systems."""
        return [each.manifest.system for each in self.evaluations]

    @property
    def marked_systems(self) -> list[str]:
        """The names of the systems, with a mark where a model was trained on these questions."""
        return [marked(each.manifest) for each in self.evaluations]

    @property
    def trained_on_questions(self) -> list[int]:
        """How many of these questions each system's model was trained on; 0 where that is not known."""
        return [shared_items(each.manifest) for each in self.evaluations]

    @cached_property
    def told(self) -> list[dict[str, dict[str, tuple[int, int]]]]:
        """How many queries tell a metric, of how many, by setting and metric, for each system."""
        return [run_depth.counts(table) for table in self._values]

    @cached_property
    def cut(self) -> list[dict[str, Any]]:
        """`depth`, and the queries that tell each metric, of systems that do not rank all passages."""
        return [run_depth.plain(each, self.metrics) for each in self.evaluations]

    @property
    def ranked_by(self) -> list[str]:
        """The number of queries behind each system's rank distance, where these are not all, as `(n=...)`."""
        return [run_depth.told_of(each) for each in self.evaluations]

    @property
    def notes(self) -> list[str]:
        """What is to be kept in mind, such as models that were trained on these questions."""
        return list(dict.fromkeys(words for each in self.evaluations for words in caveats(each)))

    @cached_property
    def summaries(self) -> list[dict[str, dict[str, float]]]:
        """For each system, {setting: {metric: macro mean}}; what there is not is absent."""
        return [metric_tables.summary(table) for table in self._values]

    @cached_property
    def language_summaries(self) -> list[dict[str, dict[str, dict[str, float]]]]:
        """For each system, {query language: {setting: {metric: mean}}}."""
        return [metric_tables.by_language(table) for table in self._values]

    @property
    def settings(self) -> list[str]:
        """The settings that one of the systems has."""
        return [setting for setting in SETTINGS if any(setting in each for each in self.summaries)]

    @property
    def summary(self) -> pl.DataFrame:
        """The macro means by system and setting."""
        rows = [
            {"system": system, "setting": setting} | values
            for system, found in zip(self.systems, self.summaries, strict=True)
            for setting, values in found.items()
        ]
        return pl.DataFrame(rows, ["system", "setting", *self.metrics])

    @property
    def by_language(self) -> pl.DataFrame:
        """The means by system, setting and query language (cross-lingual: over the other languages)."""
        rows = [
            {"system": system, "setting": setting, "query_lang": lang} | values
            for system, languages in zip(self.systems, self.language_summaries, strict=True)
            for lang, found in languages.items()
            for setting, values in found.items()
        ]
        return pl.DataFrame(rows, ["system", "setting", "query_lang", *self.metrics])

    @cached_property
    def by_pair(self) -> pl.DataFrame:
        """The means by system, query language and passage language, and the number of queries behind them."""
        tables = [
            table.filter(pl.col("pool") != MULTILINGUAL)
            .group_by("query_lang", passage_lang="pool")
            .agg(pl.len().alias("queries"), pl.col(self.metrics).mean())
            .sort("query_lang", "passage_lang")
            .select(pl.lit(each.manifest.system).alias("system"), pl.all())
            for each, table in zip(self.evaluations, self._values, strict=True)
        ]
        return pl.concat(tables)

    @cached_property
    def per_query(self) -> pl.DataFrame:
        """The value of every metric for each system, query and pool of passages."""
        return pl.concat(
            table.select(pl.lit(each.manifest.system).alias("system"), pl.all())
            for each, table in zip(self.evaluations, self._values, strict=True)
        )

    def matrices(self, metric: str) -> dict[str, Matrix]:
        """Return a metric by query and passage language, for each system."""
        return {
            each.manifest.system: of_metric(table, metric).matrix
            for each, table in zip(self.evaluations, self._values, strict=True)
        }

    @cached_property
    def _values(self) -> list[pl.DataFrame]:
        return [each.values_of(self.metrics) for each in self.evaluations]

    def _repr_html_(self) -> str:
        return self.summary._repr_html_()


def evaluate(
    systems: Names = None,
    data: str | None = None,
    *,
    metrics: Sequence[str] = SHOWN,
    memory: int = MEMORY,
    again: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> EvaluationResult:
    """Rank every passage for every query, exactly, under each system, and keep what comes out.

    systems: in their written form, such as "me5-small+center", or imported runs. metrics: such as "mAP",
    "nDCG@20", "Success@5". memory: bytes that ranking may take beside the embeddings. again: compute what is
    kept. Raises UsageError for unknown names, before anything is evaluated, DataError for embeddings that are
    not numbers, errors.Cancelled when `cancelled()` is true.
    """
    wanted = metric_names(metrics)
    names = system_names(systems)
    asked = dict(zip(names, evaluating.asked(names, data_name(data), default()), strict=True))
    details = EvaluationDetails(
        data=data_name(data),
        systems=tuple(name for name, each in asked.items() if isinstance(each, System)),
        memory=memory,
        again=again,
        done=tuple(name for name, each in asked.items() if not again and kept_of(each)),
    )
    todo = [
        (name, step)
        for name, each in asked.items()
        if isinstance(each, System) and name not in details.done
        for step in evaluating.steps_of(each)
    ]
    found: dict[str, Evaluation] = {}
    with _job(details, progress, cancelled) as job:
        for name, each in asked.items():
            if isinstance(each, Evaluation):
                found[name] = each
                continue
            step = steps(progress, name)
            if job:
                step = both(step, _numbered(job.job.progress, todo, name))
            found[name] = evaluating.evaluate(
                each, memory=memory, again=again, step=step, cancelled=cancelled
            )
            if job:
                job.done(name)
    return EvaluationResult(tuple(found[name] for name in names), wanted)


def kept_of(asked: System | Evaluation) -> Evaluation | None:
    """Return the evaluation that is kept of what was asked for; None where there is none."""
    return asked if isinstance(asked, Evaluation) else evaluating.find_kept(asked)


def _job(
    details: EvaluationDetails, progress: Progress | None, cancelled: Cancelled | None
) -> AbstractContextManager[RunningEvaluation | None]:
    """Note what is to be evaluated as a job of this process; nothing where all is kept."""
    if set(details.systems) <= set(details.done) and not evaluation_note.stopped(details):
        return nullcontext()
    return evaluation_note.holding(details, waiting=progress or silent, cancelled=cancelled)


def _numbered(tell: ProgressFile, todo: Sequence[tuple[str, str]], system: str) -> Step:
    """Return progress of a system's steps that tells which of all there are to do each is.

    todo: (system, step) of each; of several systems a step is told with its own.
    """
    several = len({name for name, _ in todo}) > 1

    def begin(step: str) -> Counter:
        number, of = (todo.index((system, step)) + 1, len(todo)) if (system, step) in todo else (0, 0)
        words = f"{system}: {step}" if several else step

        def count(done: int, total: int) -> None:
            tell(words, done, total, number, of)

        count(0, 0)
        return count

    return begin


def metric_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return metrics' names as tables have them. Raises UsageError for an unknown one."""
    return metrics.names(names)


@dataclass(frozen=True, eq=False)
class KeptEvaluation:
    """An evaluation on disk.

    mean_precision: mAP by setting, where it is known; None where its tables are damaged.
    """

    evaluation: Evaluation
    mean_precision: dict[str, float] | None


def list_evaluations(data: str = "") -> list[KeptEvaluation]:
    """Return the evaluations that are kept, of one collection or all, sorted by collection and system.

    Raises UsageError for a collection that is neither there nor evaluated.
    """
    found = results.kept(data)
    if data and not found:
        catalog.load(data)  # a name that is not there is told
    return [KeptEvaluation(each, _mean_precision(each)) for each in found]


def _mean_precision(evaluation: Evaluation) -> dict[str, float] | None:
    try:
        return metric_tables.means(evaluation.values, "mAP")
    except DataError:
        return None


def remove_evaluations(system: str, data: str | None = None) -> list[Path]:
    """Remove the evaluations of a system on a collection; returns their folders. UsageError for none."""
    name = data_name(data)
    results.named(system, name)
    found = [each for each in results.kept(name) if each.manifest.system == system]
    for each in found:
        results.remove(each)
    return [each.folder for each in found]
