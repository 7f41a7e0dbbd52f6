"""Small coverages, written down or drawn by hypothesis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from hybrid_tui.sampling.coverage import Coverage, DataSource
from hybrid_tui.sampling.samplers import MIXES, PAIRINGS, SAMPLERS, SCHEDULES, Sampler

"""A machine may be busy: no example is too slow."""
CODES = ("ar", "de", "en", "es", "hi", "ru", "zh")


def coverage(
    masks: Sequence[int],
    group: Sequence[int] | None = None,
    *,
    langs: int = 3,
    stops: Sequence[int] = (),
    paired: Sequence[bool] = (),
) -> Coverage:
    """Return a coverage of items by their language bits; each item its own group, all in one set of pairs."""
    ends = [*stops, len(masks)] if not stops or stops[-1] != len(masks) else [*stops]
    starts = [0, *ends[:-1]]
    kinds = [*paired] or [True] * len(ends)
    sources = [
        DataSource(f"set{number}", start, stop, kind)
        for number, (start, stop, kind) in enumerate(zip(starts, ends, kinds, strict=True))
    ]
    groups = range(len(masks)) if group is None else group
    return Coverage(
        CODES[:langs], tuple(sources), np.array(masks, np.uint64), np.array(list(groups), np.int32)
    )


def full(items: int, langs: int = 3) -> Coverage:
    """Return items that have every language."""
    return coverage([(1 << langs) - 1] * items, langs=langs)


@st.composite
def coverages(draw: st.DrawFn, most: int = 40) -> Coverage:
    """Draw one or two data sets of a few items, pairs or translations, some of which share a text."""
    langs = draw(st.integers(1, 4))
    count = draw(st.integers(1, most))
    masks = draw(st.lists(st.integers(1, (1 << langs) - 1), min_size=count, max_size=count))
    group = draw(st.lists(st.integers(0, count - 1), min_size=count, max_size=count))
    numbered = np.unique(group, return_inverse=True)[1]
    sets = draw(st.integers(1, min(2, count)))
    stops = [draw(st.integers(1, count - 1)), count] if sets == 2 else [count]
    paired = draw(st.lists(st.booleans(), min_size=sets, max_size=sets))
    return coverage(masks, numbered.tolist(), langs=langs, stops=stops, paired=paired)


samplers = st.builds(
    Sampler,
    st.sampled_from([*SAMPLERS]),
    st.sampled_from([0.0, 0.3, 0.5, 1.0]),
    st.sampled_from(PAIRINGS),
    st.sampled_from(SCHEDULES),
    st.sampled_from(MIXES),
)
