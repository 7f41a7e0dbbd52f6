"""Progress of a training, from what its process notes and logs."""

from __future__ import annotations

from collections.abc import Iterator

from hybrid_tui.api.records import ModelTraining, Training
from hybrid_tui.encoders import registry
from hybrid_tui.jobs import notes
from hybrid_tui.jobs.notes import JobNote
from hybrid_tui.jobs.processes import LAST_LINES
from hybrid_tui.training import run
from hybrid_tui.training.log_reader import LOG, GrowingLog
from hybrid_tui.training.training_note import Planned, TrainingDetails


def seen(note: JobNote, told: TrainingDetails, state: str, logs: dict[str, GrowingLog]) -> Training:
    """Return how a training is; logs: what has been read of each model's, which is gone on with."""
    for each in told.models:
        folder = (
            registry.user_models_dir() / each.name if each.name in told.done else run.folder_of(each.name)
        )
        logs.setdefault(each.name, GrowingLog()).read(folder / LOG)
    said = notes.last_words(note.name, LAST_LINES)
    return Training(
        name=note.name,
        title=told.title,
        state=state,
        models=tuple(_models(told, state, logs)),
        problem=(note.problem or said) if state == "failed" else "",
        hint=note.hint if state == "failed" else "",
        said=said,
        left=_left(told, logs) if state == "runs" else 0.0,
    )


def _models(told: TrainingDetails, state: str, logs: dict[str, GrowingLog]) -> Iterator[ModelTraining]:
    current = next((each.name for each in told.models if each.name not in told.done), "")
    for each in told.models:
        log = logs[each.name]
        if each.name in told.done:
            how = "kept" if registry.find(each.name) else "gone"
        elif state == "runs":
            how = "runs" if each.name == current else "waits"
        else:
            how = "stopped" if log.step or run.resumable(each.name) else "waits"
        yield _model(each, log, how)


def _model(each: Planned, log: GrowingLog, state: str) -> ModelTraining:
    return ModelTraining(
        name=each.name,
        sampler=each.sampler,
        alpha=each.alpha,
        steps=each.steps,
        rows=each.rows,
        state=state,
        step=log.step,
        losses=tuple(log.losses),
        validations=tuple(log.validations),
        mode=log.mode,
        pairs=dict(log.pairs),
        rate=each.rows / log.step_seconds if log.step_seconds else 0.0,
        seconds=log.seconds,
    )


def _left(told: TrainingDetails, logs: dict[str, GrowingLog]) -> float:
    """Return the seconds until the end, from the latest speed that is known."""
    pace, left = 0.0, 0.0
    for each in told.models:
        log = logs[each.name]
        pace = log.step_seconds or pace
        if each.name not in told.done:
            left += pace * (each.steps - log.step)
    return left
