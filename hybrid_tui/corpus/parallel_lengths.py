"""Check that versions of an item look like translations: long ones of one language are long in another."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.corpus.notes import Notes

LEAST = 20
"""Items, and different lengths half as many, from which a pair of languages is judged."""
MOST = 2_000
"""Items of a pair of languages that are looked at, spread over all of them."""
_ONE_SIDED = 1.645
"""Standard errors above zero that 5 % of shuffled items reach."""


class LengthAgreement(NamedTuple):
    """Spearman's rank correlation of the lengths of two languages' queries over the items that both have.

    chance: what 5 % of shuffled items reach, 1.645 / sqrt(items - 1) (the normal approximation).
    """

    first: str
    second: str
    items: int
    correlation: float
    chance: float


def agreements(queries: pl.DataFrame) -> list[LengthAgreement]:
    """Return the agreement of each pair of languages that can be judged, in the order of their codes.

    queries: item_id, lang, text. An item's length in a language is the mean over its queries, in characters.
    """
    length = pl.col("text").str.len_chars().mean()
    wide = queries.group_by("item_id", "lang", maintain_order=True).agg(length).pivot("lang", index="item_id")
    lengths = wide.drop("item_id").to_numpy().astype(np.float64)
    place = {lang: number for number, lang in enumerate(wide.columns[1:])}
    return [
        found
        for one, other in combinations(sorted(place), 2)
        if (found := _agreement(one, other, lengths[:, [place[one], place[other]]]))
    ]


def note(queries: pl.DataFrame, notes: Notes) -> None:
    """Note the pairs of languages whose agreement is not above chance, the worst of them with its figures."""
    judged = agreements(queries)
    odd = sorted((each for each in judged if each.correlation <= each.chance), key=lambda each: each[3])
    if not odd:
        return
    worst, more = odd[0], len(odd) - 1
    rest = f" (and {more:,} more of {len(judged):,} pairs of languages)" if more else ""
    notes.say(
        f"{worst.first} and {worst.second}{rest} do not look parallel: over {worst.items:,} items the "
        f"lengths of their queries correlate by rank with {worst.correlation:.2f}, and shuffled ones reach "
        f"{worst.chance:.2f}; are queries of one item translations of each other?"
    )


def _agreement(first: str, second: str, lengths: NDArray[np.float64]) -> LengthAgreement | None:
    """Return the agreement of two columns of lengths (NaN: not there), if it can be told."""
    both = lengths[np.isfinite(lengths).all(axis=1)]
    items = len(both)
    if items > MOST:
        both = both[np.linspace(0, items - 1, MOST).astype(np.int64)]
    if items < LEAST or min(len(np.unique(column)) for column in both.T) < LEAST // 2:
        return None
    ranks = [pl.Series(column).rank("average").to_numpy() for column in both.T]
    return LengthAgreement(
        first,
        second,
        len(both),
        float(np.corrcoef(ranks[0], ranks[1])[0, 1]),
        _ONE_SIDED / float(np.sqrt(len(both) - 1)),
    )
