"""The splits of a training's rows: those trained on and those validated on, each with its batches."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from hybrid_tui.corpus.training_pairs import TrainingPairs
from hybrid_tui.sampling.coverage import coverage_of
from hybrid_tui.sampling.plan import Plan, largest_batch
from hybrid_tui.training.settings import Settings

VALIDATION_STEPS = 8


class Split(NamedTuple):
    """Rows, the plan of batches over them, and how many of those are drawn."""

    pairs: TrainingPairs
    plan: Plan
    steps: int


def validation_split(pairs: TrainingPairs, options: Settings) -> Split:
    """Return the same few batches for each validation, drawn as those trained on, smaller where need be.

    They depend neither on the seed nor on chance in the share of mono batches. pairs: held out of training.
    Raises UsageError where the rows cannot serve the sampler.
    """
    coverage = coverage_of(pairs)
    sampler = replace(options.sampler, schedule="stratified")
    size = min(options.batch_size, max(largest_batch(coverage, sampler), 2))
    plan = Plan(coverage, sampler, size, seed=0)
    return Split(pairs, plan, min(VALIDATION_STEPS, plan.steps_per_epoch))
