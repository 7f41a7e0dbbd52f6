"""What a training is validated on: the same few batches each time."""

from __future__ import annotations

from dataclasses import replace

from hybrid_tui.corpus.pairs import TrainingPairs
from hybrid_tui.sampling.coverage import coverage_of
from hybrid_tui.sampling.limits import largest_batch
from hybrid_tui.sampling.plan import Plan
from hybrid_tui.training.settings import Settings
from hybrid_tui.training.split import Split

STEPS = 8


def held_out(pairs: TrainingPairs, options: Settings) -> Split:
    """Return the batches to validate on: drawn as those trained on, of fewer rows where need be.

    They depend neither on the seed nor on chance in the share of mono batches. Raises UsageError where the
    rows cannot serve the sampler.
    """
    coverage = coverage_of(pairs)
    sampler = replace(options.sampler, schedule="stratified")
    size = min(options.batch_size, max(largest_batch(coverage, sampler), 2))
    plan = Plan(coverage, sampler, size, seed=0)
    return Split(pairs, plan, min(STEPS, plan.steps_per_epoch))
