"""The batch plan's cost a step and its memory, from 10^4 to 10^7 rows, and a peer's sampler."""

import time
import tracemalloc

import numpy as np
from datasets import Dataset
from sentence_transformers.base.sampler import NoDuplicatesBatchSampler

from hybrid_tui.sampling.coverage import Coverage, DataSource
from hybrid_tui.sampling.plan import Plan
from hybrid_tui.sampling.samplers import Sampler

LANGS, BATCH, STEPS = 10, 100, 300
PEER_ROWS = 100_000


def coverage(rows: int) -> Coverage:
    """Return made-up items in most of the languages, with as many rows as asked for."""
    items = rows // LANGS
    mask = np.full(items, (1 << LANGS) - 1, np.uint64)
    codes = tuple(f"l{number}" for number in range(LANGS))
    return Coverage(codes, (DataSource("made", 0, items),), mask, np.arange(items, dtype=np.int32))


def main() -> None:
    """Print all of it."""
    for rows in (10**4, 10**5, 10**6, 10**7):
        known = coverage(rows)
        arrays = known.mask.nbytes + known.group.nbytes + rows * 8
        tracemalloc.start()
        started = time.perf_counter()
        plan = Plan(known, Sampler("hybrid"), BATCH, seed=1)
        made = time.perf_counter() - started
        plan.batch(0)
        kept = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        steps = np.random.default_rng(0).integers(plan.steps_per_epoch, size=STEPS)
        started = time.perf_counter()
        for step in steps:
            plan.at(0, int(step))
        cost = (time.perf_counter() - started) / STEPS
        print(
            f"{rows:>10,} rows: {cost * 1e6:,.0f} µs a batch, made in {made:.2f} s, "
            f"{kept / 2**20:,.1f} MiB kept, {kept / arrays:.2f}x the pairs' own numbers"
        )
    print(f"NoDuplicatesBatchSampler, {PEER_ROWS:,} rows: {peer() * 1e6:,.0f} µs a batch")


def peer() -> float:
    """Return the seconds a batch of sentence-transformers' sampler that avoids duplicates."""
    texts = [str(number) for number in range(PEER_ROWS)]
    rows = Dataset.from_dict({"anchor": texts, "positive": [f"p{text}" for text in texts]})
    sampler = NoDuplicatesBatchSampler(rows, BATCH, drop_last=True, seed=1)
    started = time.perf_counter()
    for number, _ in enumerate(sampler):
        if number == STEPS:
            break
    return (time.perf_counter() - started) / STEPS


if __name__ == "__main__":
    main()
