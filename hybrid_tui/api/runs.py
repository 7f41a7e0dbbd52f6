"""TREC run files: rankings written for other tools, and any system's ranking evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from hybrid_tui.api.defaults import data_name
from hybrid_tui.api.progress import Counter, Progress, silent, steps
from hybrid_tui.api.records import RunInfo
from hybrid_tui.api.workspace import default
from hybrid_tui.corpus import catalog
from hybrid_tui.evaluation import evaluate, imported_runs, trec
from hybrid_tui.evaluation.caveats import caveats
from hybrid_tui.evaluation.evaluation_manifest import EvaluationManifest
from hybrid_tui.evaluation.ranks import Ranks
from hybrid_tui.evaluation.results import Evaluation


@dataclass(frozen=True)
class ExportedRun:
    """The files that were written, and how many queries they rank."""

    collection: str
    files: tuple[Path, ...]
    queries: int


@dataclass(frozen=True)
class ImportedRun:
    """A run that is kept as an evaluation.

    unanswered: the queries that it has no line of. notes: what a cut run cannot tell, and what is left out.
    """

    manifest: EvaluationManifest
    unanswered: int
    notes: list[str] = field(default_factory=list)


class _Halves:
    """Progress of queries that are ranked, then written: half of each is the one, half the other."""

    def __init__(self, tell: Counter) -> None:
        self._tell = tell
        self._ranked = self._written = 0

    def ranked(self, queries: int, total: int) -> None:
        """Take how many queries are ranked."""
        self._ranked = queries
        self._tell((self._ranked + self._written) // 2, total)

    def written(self, queries: int, total: int) -> None:
        """Take how many queries are written, which are ranked."""
        self._written = queries
        self.ranked(max(self._ranked, queries), total)


def list_runs() -> tuple[RunInfo, ...]:
    """Return the runs that were imported, sorted by collection and name."""
    return tuple(
        dict.fromkeys(
            RunInfo(run.system, run.collection, run.queries, run.depth, run.tag)
            for run in imported_runs.kept()
        )
    )


def export_run(
    system: str,
    out: str | Path,
    data: str | None = None,
    *,
    setting: str = "multilingual",
    k: int | None = None,
    qrels: str | Path | None = None,
    progress: Progress | None = None,
) -> ExportedRun:
    """Write the first k passages of every query, by default all, as a TREC run.

    out: gzipped where it ends in .gz. setting: "multilingual", "monolingual", or a passage language: which
    passages are ranked. qrels: where to write which passages are relevant. Raises UsageError for
    unknown names.
    """
    name = data_name(data)
    collection = catalog.load(name)
    (wanted,) = evaluate.asked([system], name, default())
    step = steps(progress, system)
    halves = _Halves(partial(progress or silent, f"{system}: ranking and writing"))
    if isinstance(wanted, Evaluation):
        pools: Iterable[Ranks] = [wanted.ranks]
    else:
        pools = evaluate.ranked(wanted, top=k, setting=setting, step=step, progress=halves.ranked)
    queries = trec.write_run(Path(out), pools, collection, system, setting, halves.written)
    if qrels:
        trec.write_qrels(Path(qrels), collection, setting)
    files = tuple(Path(path) for path in (out, qrels) if path)
    return ExportedRun(collection.name, files, queries)


def import_run(
    run: str | Path,
    name: str,
    data: str | None = None,
    *,
    langs: Sequence[str] = (),
    progress: Progress | None = None,
) -> ImportedRun:
    """Evaluate any system's ranking and keep it under a name, to be compared like a model.

    langs: the passage languages that were searched, those seen by default. Raises UsageError for the name of
    a model, DataError for a file that is no run of the collection.
    """
    collection = catalog.load(data_name(data))
    step = steps(progress, name)
    evaluation, unanswered = imported_runs.keep(Path(run), name, collection, list(langs), step)
    return ImportedRun(evaluation.manifest, unanswered, caveats(evaluation))
