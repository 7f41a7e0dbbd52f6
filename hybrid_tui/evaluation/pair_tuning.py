"""The best number for each pair of languages, chosen on one half of the questions and tried on the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from hybrid_tui.evaluation import compare, significance
from hybrid_tui.evaluation.significance import Comparison, PairedTest
from hybrid_tui.evaluation.tuning import ITEM_ID, Halves, Tables

PAIRS = ("monolingual", "cross-lingual")
"""The settings whose figures are those of pairs of languages."""
CELL = ["query_lang", "pool"]


class PairChoice(NamedTuple):
    """The number that is best for queries in one language and passages in another.

    chosen: on the half that is chosen on. gain: of it over 0 on the other half; p is adjusted over all pairs.
    """

    query_lang: str
    passage_lang: str
    chosen: float
    gain: Comparison


def choices(
    numbers: Sequence[float], found: Sequence[Tables], halves: Halves, test: PairedTest
) -> list[PairChoice]:
    """Choose for each pair of languages; the number next to 0 wins between equals.

    numbers: candidates, 0 among them. found: the values of the system with each. A pair without questions in
    one of the halves is left out.
    """
    tables = [pl.concat([each[name] for name in PAIRS if name in each]) for each in found]
    base = tables[numbers.index(0.0)]
    here, there = (pl.col(ITEM_ID).is_in(side.implode()) for side in (halves.choosing, halves.held_out))
    means = [
        table.filter(here).group_by(CELL).agg(pl.col("value").mean()).with_columns(number=pl.lit(number))
        for number, table in zip(numbers, tables, strict=True)
    ]
    best = (
        pl.concat(means)
        .sort(pl.col("value").round(9), -pl.col("number").abs(), descending=True)
        .unique(CELL, keep="first", maintain_order=True)
        .sort(CELL)
    )
    chosen = []
    for query_lang, pool, number in best.select(*CELL, "number").iter_rows():
        cell = there & (pl.col("query_lang") == query_lang) & (pl.col("pool") == pool)
        other = tables[numbers.index(number)]
        if gain := _gain(base.filter(cell), other.filter(cell), halves, test):
            chosen.append((query_lang, pool, number, gain))
    family = significance.in_family([gain for *_, gain in chosen], f"{len(chosen)} pairs of languages")
    return [PairChoice(*pair[:3], gain) for pair, gain in zip(chosen, family, strict=True)]


def _gain(base: pl.DataFrame, other: pl.DataFrame, halves: Halves, test: PairedTest) -> Comparison | None:
    rows, _ = compare.in_all([base, other])
    if rows.is_empty():
        return None
    a, b = (compare.sampled(rows, [side], halves.groups) for side in (base, other))
    return significance.compare_samples(a, b, test)
