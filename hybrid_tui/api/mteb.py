"""mteb's own evaluation on our models."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hybrid_tui.api.defaults import Names, system_names
from hybrid_tui.api.progress import Progress, steps
from hybrid_tui.errors import UsageError, unknown
from hybrid_tui.evaluation import mteb_bridge


def evaluate_mteb(
    models: Names = None,
    tasks: Sequence[str] = (),
    *,
    preset: str = "",
    langs: Sequence[str] = (),
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Run mteb tasks on models, keep what comes out, and return it, a row a model, task, split and subset.

    preset: a list of tasks by name, instead of `tasks`. langs: only subsets in these, by mteb's codes.
    Raises UsageError for unknown names, HybridTuiError where mteb is not installed or data cannot be had.
    """
    if preset and preset not in mteb_bridge.PRESETS:
        raise unknown("preset", preset, list(mteb_bridge.PRESETS))
    if bool(tasks) == bool(preset):
        raise UsageError(
            "tasks and a preset together" if tasks else "no task to run",
            "name some with --tasks, or --preset monolingual-retrieval",
        )
    wanted = mteb_bridge.tasks(tasks or mteb_bridge.PRESETS[preset], langs, monolingual=bool(preset))
    return pl.concat(mteb_bridge.run(name, wanted, steps(progress, name)) for name in system_names(models))
