"""Feasibility: the languages, pairs and batch sizes that each sampler can draw from training data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hybrid_tui.corpus import coverage as corpus_coverage
from hybrid_tui.corpus import pairs
from hybrid_tui.corpus.coverage import TrainingDataFacts
from hybrid_tui.errors import UsageError
from hybrid_tui.sampling.coverage import Coverage, coverage_of
from hybrid_tui.sampling.plan import Plan, largest_batch
from hybrid_tui.sampling.samplers import SAMPLERS, Mono, Sampler

BATCH = 100
"""Rows of a batch (arXiv 2408.10536) in which steps are told, where the data can fill it."""


class Feasibility(NamedTuple):
    """The reach of one sampler.

    languages: in which a row can be monolingual. pairs: ordered pairs of different languages that a row can
    have. largest_batch: 0 where the data cannot serve the sampler, which `problem` then says in words.
    batch: rows of a batch, at most BATCH. steps: of an epoch, which has as many rows as there are items.
    """

    sampler: str
    languages: int
    pairs: int
    largest_batch: int
    batch: int
    steps: int
    problem: str


@dataclass(frozen=True)
class FeasibilityReport:
    """What training data holds and what can be drawn from it.

    linked: items that share a text with another, so that they never meet in a batch. problem: why no sampler
    can draw from it at all, "" where some can.
    """

    facts: TrainingDataFacts
    samplers: tuple[Feasibility, ...]
    linked: int
    problem: str


def report(named: str) -> FeasibilityReport:
    """Read and count training data; raises UsageError and DataError as `pairs.load` does."""
    loaded = pairs.load([named])
    facts = corpus_coverage.facts(named, loaded)
    try:
        coverage = coverage_of(loaded)
    except UsageError as error:
        return FeasibilityReport(facts, (), 0, f"{error}; {error.hint}")
    sizes = np.bincount(coverage.group)
    return FeasibilityReport(facts, tuple(feasibilities(coverage)), int(sizes[sizes > 1].sum()), "")


def feasibilities(coverage: Coverage) -> list[Feasibility]:
    """Return what each sampler can draw, and cross with a pair of languages a batch."""
    found = []
    for name in SAMPLERS:
        found.append(_feasibility(coverage, name, Sampler(name)))
        if name == "cross":
            found.append(_feasibility(coverage, "cross, a pair a batch", Sampler(name, pairing="batch")))
    return found


def _feasibility(coverage: Coverage, name: str, sampler: Sampler) -> Feasibility:
    most = largest_batch(coverage, sampler)
    batch = min(most, BATCH)
    try:
        steps = Plan(coverage, sampler, max(batch, 1), seed=0).steps_per_epoch
    except UsageError as error:
        return Feasibility(name, 0, 0, 0, 0, 0, str(error))
    sides = {kind.row_languages for kind in sampler.shares}
    langs = len(Mono().shared_languages(coverage)) if 1 in sides else 0
    least = batch if sampler.pairing == "batch" else 1
    return Feasibility(name, langs, _pairs(coverage, least) if 2 in sides else 0, most, batch, steps, "")


def _pairs(coverage: Coverage, least: int) -> int:
    """Return how many ordered pairs of languages some source has in as many groups as a batch has rows."""
    every = range(len(coverage.languages))
    return 2 * sum(
        any(coverage.groups(each, coverage.has(each, a, b)) >= least for each in coverage.sources)
        for a in every
        for b in every[:a]
    )
