"""How large a batch can be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from hybrid_tui.sampling.plan import Sampler
from hybrid_tui.sampling.pools import Coverage


def largest_batch(coverage: Coverage, sampler: Sampler) -> int:
    """Return the most rows that every batch of a sampler can have; 0 where the data cannot serve it.

    With `pairing="batch"` that is what the best pair of languages has: others are then never drawn.
    """
    most = []
    for mode in sampler.modes:
        if mode == "mono":
            most.append(_mono(coverage))
        elif mode == "cross" and sampler.pairing == "batch":
            pairs = combinations(range(len(coverage.languages)), 2)
            most.append(max((size for pair in pairs for size in _having(coverage, pair)), default=0))
        elif mode == "cross":
            most.append(max(coverage.groups(each, coverage.several(each)) for each in coverage.sources))
        else:
            most.append(max(_having(coverage, (), paired=True), default=0))
    return min(most)


def _mono(coverage: Coverage) -> int:
    """Return the groups of the language that has fewest, in the source that has most of it."""
    every = range(len(coverage.languages))
    sizes = [max(_having(coverage, (lang,), paired=True), default=0) for lang in every]
    return min((size for size in sizes if size), default=0)


def _having(coverage: Coverage, langs: tuple[int, ...], *, paired: bool = False) -> Iterator[int]:
    """Yield the groups of each source among its items that have the languages; `paired`: of pairs alone."""
    for each in coverage.sources:
        if each.paired or not paired:
            yield coverage.groups(each, coverage.has(each, *langs))
