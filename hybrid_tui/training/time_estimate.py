"""Estimates of a training's time, from a few measured steps."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from hybrid_tui.encoders import model
from hybrid_tui.sampling.plan import Batch
from hybrid_tui.training.defaults import TrainingJob
from hybrid_tui.training.row_embeddings import ROLES, texts_to_encode

STEPS = 3
TEXTS = 32


class Estimate(NamedTuple):
    """The estimated time of a training, in seconds.

    texts: how many must be encoded first. encoding: of those. step: of a step. total: of all.
    """

    texts: int
    encoding: float
    step: float
    total: float


class _Clock:
    """Notes when each step ended."""

    def __init__(self) -> None:
        self.times = [time.perf_counter()]

    def stepped(self, step: int, loss: float, batch: Batch, learning_rate: float) -> None:  # noqa: ARG002
        self.times.append(time.perf_counter())

    def validated(self, step: int, loss: float) -> None:
        """Take no note."""

    def stopping(self) -> bool:
        return False


def estimate(job: TrainingJob) -> Estimate:
    """Measure a few steps of a training, keeping nothing; validations are not counted."""
    if job.options.tuning == "head":
        return _head(job)
    import torch

    from hybrid_tui.training import backbone, trainer

    options = replace(job.options, steps=STEPS, evaluate_every=0, tensorboard=False)
    clock = _Clock()
    opened = backbone.opened(job.spec, options, "cuda" if torch.cuda.is_available() else "cpu")
    with tempfile.TemporaryDirectory() as scratch:
        split = job.train._replace(steps=STEPS)
        trainer.train(opened, options, split, None, Path(scratch), clock)
    step = (clock.times[-1] - clock.times[1]) / (STEPS - 1)
    return Estimate(0, 0.0, step, step * job.options.steps)


def _head(job: TrainingJob) -> Estimate:
    import numpy as np
    import torch

    from hybrid_tui.training.head import HeadTrainer

    texts = sum(texts_to_encode(split.pairs, job.spec) for split in (job.train, job.held) if split)
    encoding = 0.0
    dimension = int(str(job.spec.describe().get("dimension") or 384))
    if texts:
        rows = job.train.pairs.rows.head(TEXTS)
        encoder = model.load(job.spec)
        dimension = encoder.dimension
        started = time.perf_counter()
        for role in ROLES:
            encoder.encode(rows["passage"].to_list(), role)
        encoding = (time.perf_counter() - started) / (len(ROLES) * len(rows)) * texts
    head = HeadTrainer(job.options, dimension)
    sides = np.random.default_rng(0).normal(size=(2, job.options.batch_size, dimension)).astype(np.float32)
    queries, passages = (torch.from_numpy(side) for side in sides)
    head.step(queries, passages)
    started = time.perf_counter()
    for number in range(STEPS):
        job.train.plan.batch(number)
        head.step(queries, passages)
    step = (time.perf_counter() - started) / STEPS
    return Estimate(texts, encoding, step, encoding + step * job.options.steps)
