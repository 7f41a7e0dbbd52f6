"""TREC run files: rankings written for other tools, and any system's ranking evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hybrid_tui.api.defaults import data_name
from hybrid_tui.api.progress import Progress, steps
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
    if isinstance(wanted, Evaluation):
        pools: Iterable[Ranks] = [wanted.ranks]
    else:
        pools = evaluate.ranked(wanted, top=k, setting=setting, step=steps(progress, system))
    queries = trec.write_run(Path(out), pools, collection, system, setting)
    if qrels:
        trec.write_qrels(Path(qrels), collection, setting)
    files = tuple(Path(path) for path in (out, qrels) if path)
    return ExportedRun(collection.name, files, queries)


def import_run(
    run: str | Path, name: str, data: str | None = None, *, langs: Sequence[str] = ()
) -> ImportedRun:
    """Evaluate any system's ranking and keep it under a name, to be compared like a model.

    langs: the passage languages that were searched, those seen by default. Raises UsageError for the name of
    a model, DataError for a file that is no run of the collection.
    """
    evaluation, unanswered = imported_runs.keep(Path(run), name, catalog.load(data_name(data)), list(langs))
    return ImportedRun(evaluation.manifest, unanswered, caveats(evaluation))
