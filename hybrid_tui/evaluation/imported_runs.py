"""Runs of other systems, kept as evaluations under a name."""

from __future__ import annotations

from pathlib import Path

from hybrid_tui.comparison.retriever_names import RUN
from hybrid_tui.corpus.collection import Collection
from hybrid_tui.encoders.encoder import Progress
from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation import bias, results, trec
from hybrid_tui.evaluation.evaluate import Step, values_of
from hybrid_tui.evaluation.evaluation_manifest import EvaluationManifest, described
from hybrid_tui.evaluation.grades import graded
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.systems.system import names_system

IMPORTED = "imported"
"""The sampler of a run that another system made."""
LONGEST_NAME = 100
MEGABYTE = 1_000_000
RUN_TOP = 100
"""Passages a query that are kept of a run, to be shown."""


def _silent(_: str) -> Progress:
    return lambda _done, _total: None


def keep(
    path: Path, name: str, collection: Collection, languages: list[str], step: Step = _silent
) -> tuple[Evaluation, int]:
    """Keep a TREC run as the evaluation of a system called `name`; also returns its unanswered queries.

    Raises UsageError for the name of a model or one that is too long, and what `trec.read_run` raises.
    """
    if not name or names_system(name):
        raise UsageError(
            f"{name!r} is the name of a system" if name else "a run needs a name",
            "choose another --name for the run",
        )
    if len(name) > LONGEST_NAME:
        raise UsageError(f"the name of a run has at most {LONGEST_NAME} characters, not {len(name):,}")
    reading = step(f"reading {path.name} (MB)")

    def read(done: int, total: int) -> None:
        reading(done // MEGABYTE, total // MEGABYTE)

    run = trec.read_run(path, collection, top=RUN_TOP, languages=languages, progress=read)
    step("measuring")
    ranks = graded(run.ranks, collection)
    values, bias_values = values_of(ranks, run.monolingual)
    manifest = EvaluationManifest(
        collection=collection.name,
        collection_fingerprint=collection.fingerprint,
        model=name,
        model_fingerprint=f"run-{run.fingerprint}",
        sampler=IMPORTED,
        bias=bias.bias_summary(run.ranks, bias_values),
        seconds={},
        tag=run.tag,
        depth=0 if run.ranks.depth is None else int(run.ranks.depth[:, -1].max()),
        **described(run.ranks),
    )
    return results.keep(manifest, ranks, values, bias_values), run.unanswered


def kept() -> list[EvaluationManifest]:
    """Return what is noted of the runs that are kept, sorted by collection and name."""
    return [each.manifest for each in results.kept() if each.manifest.sampler == IMPORTED]


def newest_key(collection: str, system: str) -> str:
    """Return the key of the newest run that was kept under these names; "" where there is none.

    system: its name, or `run:NAME`.
    """
    runs = [each.manifest for each in results.of_name(collection, system.removeprefix(RUN))]
    runs = [each for each in runs if each.sampler == IMPORTED]
    return max(runs, key=lambda each: each.made).key if runs else ""
