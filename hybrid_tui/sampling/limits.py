"""How large a batch can be."""

from __future__ import annotations

from hybrid_tui.sampling.plan import Sampler
from hybrid_tui.sampling.pools import Coverage, pool


def largest_batch(coverage: Coverage, sampler: Sampler) -> int:
    """Return the most rows that every batch of a sampler can have; 0 where the data cannot serve it.

    With `pairing="batch"` that is what the best pair of languages has: others are then never drawn.
    """
    most = {mode: [0] for mode in sampler.modes}
    for source in coverage.sources:
        if "cross" in most:
            most["cross"].append(pool(coverage, source, coverage.several(source), 1).groups)
        if "mixed" in most and source.paired:
            every = coverage.mask[source.start : source.stop] != 0
            most["mixed"].append(pool(coverage, source, every, 1).groups)
    if "mono" in most:
        most["mono"] = [_mono(coverage)]
    return min(max(found) for found in most.values())


def _mono(coverage: Coverage) -> int:
    """Return the groups of the language that has fewest, in the source that has most of it."""
    found = []
    for lang in range(len(coverage.languages)):
        sizes = [
            pool(coverage, each, coverage.has(each, lang), 1).groups
            for each in coverage.sources
            if each.paired
        ]
        if max(sizes, default=0):
            found.append(max(sizes))
    return min(found, default=0)
