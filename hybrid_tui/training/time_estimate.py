"""Estimates of a training's time, from its sizes alone: nothing is encoded, trained or measured."""

from __future__ import annotations

from typing import NamedTuple

from hybrid_tui.training.defaults import TrainingJob
from hybrid_tui.training.row_embeddings import texts_to_encode

HEAD_RATE = 2e10
"""Floating-point operations a second that a head's steps reach on one core of a current CPU."""
DIMENSION = 384
"""Of embeddings, where the backbone does not tell it before it is opened."""


class Estimate(NamedTuple):
    """The estimated time of a training, in seconds; None where it is not known without measuring it.

    texts: how many must be encoded first. step: of a step. total: of all. Encoding and deep training depend
    on model and machine by factors of a hundred: no constant tells them.
    """

    texts: int
    step: float | None
    total: float | None


def estimate(job: TrainingJob) -> Estimate:
    """Return what the sizes of a training tell of its time; validations are not counted."""
    if job.options.tuning != "head":
        return Estimate(0, None, None)
    texts = sum(texts_to_encode(split.pairs, job.spec) for split in (job.train, job.held) if split)
    dimension = int(str(job.spec.describe().get("dimension") or DIMENSION))
    rows = job.options.batch_size
    # Forward and backward: the map of both sides, then all scores; AdamW is some 20 a parameter.
    operations = 3 * (4 * rows * dimension**2 + 2 * rows**2 * dimension) + 20 * dimension**2
    step = operations / HEAD_RATE
    return Estimate(texts, step, None if texts else step * job.options.steps)
