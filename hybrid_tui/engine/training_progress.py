"""How far a training is, from what its process notes and logs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hybrid_tui.encoders import registry
from hybrid_tui.engine.messages import ModelTraining, Training
from hybrid_tui.training import process, run
from hybrid_tui.training.log_reader import LOG, GrowingLog
from hybrid_tui.training.process import Planned, Process

LAST_LINES = 3


def seen(told: Process, state: str, logs: dict[str, GrowingLog], *, whole: bool) -> Training:
    """Return how a training is.

    logs: what has been read of each model's, which is gone on with. whole: with losses and pairs.
    """
    for each in told.models:
        folder = (
            registry.user_models_dir() / each.name if each.name in told.done else run.folder_of(each.name)
        )
        logs.setdefault(each.name, GrowingLog()).read(folder / LOG)
    said = _last_words(told.name)
    return Training(
        name=told.name,
        title=_title(told),
        state=state,
        models=tuple(_models(told, state, logs, whole)),
        problem=(told.problem or said) if state == "failed" else "",
        hint=told.hint if state == "failed" else "",
        said=said,
        left=_left(told, logs) if state == "runs" else 0.0,
    )


def _models(told: Process, state: str, logs: dict[str, GrowingLog], whole: bool) -> Iterator[ModelTraining]:
    current = next((each.name for each in told.models if each.name not in told.done), "")
    for each in told.models:
        log = logs[each.name]
        if each.name in told.done:
            how = "kept" if registry.find(each.name) else "gone"
        elif state == "runs":
            how = "runs" if each.name == current else "waits"
        else:
            how = "stopped" if log.step or run.resumable(each.name) else "waits"
        yield _model(each, log, how, whole)


def _model(each: Planned, log: GrowingLog, state: str, whole: bool) -> ModelTraining:
    return ModelTraining(
        name=each.name,
        sampler=each.sampler,
        alpha=each.alpha,
        steps=each.steps,
        rows=each.rows,
        state=state,
        step=log.step,
        losses=tuple(log.losses) if whole else (),
        validations=tuple(log.validations) if whole else (),
        mode=log.mode,
        pairs=dict(log.pairs) if whole else {},
        rate=each.rows / log.step_seconds if log.step_seconds else 0.0,
        seconds=log.seconds,
    )


def _left(told: Process, logs: dict[str, GrowingLog]) -> float:
    """Return the seconds until the end, from the latest speed that is known."""
    pace, left = 0.0, 0.0
    for each in told.models:
        log = logs[each.name]
        pace = log.step_seconds or pace
        if each.name not in told.done:
            left += pace * (each.steps - log.step)
    return left


def _title(told: Process) -> str:
    samplers = dict.fromkeys(
        f"{each.sampler} {each.alpha:g}" if each.sampler == "hybrid" and each.alpha != 0.5 else each.sampler
        for each in told.models
    )
    data = ", ".join(Path(each).name for each in told.data)
    return f"{Path(told.backbone).name}, {told.tuning}, {' '.join(samplers)}, on {data}"


def _last_words(name: str) -> str:
    try:
        lines = process.output_of(name).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join([line for line in lines if line.strip()][-LAST_LINES:])
