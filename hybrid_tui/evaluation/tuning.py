"""A number of a system chosen on one half of a collection's questions, and what it costs on the other."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from hybrid_tui.comparison.drawn_units import FEWEST, counted
from hybrid_tui.errors import DataError
from hybrid_tui.evaluation import compare, significance
from hybrid_tui.evaluation.compare import RANK_DISTANCE
from hybrid_tui.evaluation.grouping import ITEM, Grouping
from hybrid_tui.evaluation.metric_tables import SETTINGS
from hybrid_tui.evaluation.significance import Comparison, PairedTest

FIGURES = (*SETTINGS, RANK_DISTANCE)
"""What is told of each candidate: the metric in each setting, and the rank distance."""
ALLOWED = ("better", "not worse")
"""Verdicts on what is to be kept that a choice may have."""
ITEM_ID = "item_id"
Tables = Mapping[str, pl.DataFrame]
"""The values of one system by figure, each a table as of `compare.values`."""


@dataclass(frozen=True, eq=False)
class Halves:
    """The items of a collection in two halves, no group in both.

    choosing, held_out: item_id. groups: of what is drawn in each half. unit: what a group is; units: how many
    there are in both halves together. too_few: coarser groups that were passed over, in words.
    """

    choosing: pl.Series
    held_out: pl.Series
    groups: Grouping
    unit: str
    units: int
    too_few: str


def halved(items: pl.Series, levels: pl.DataFrame, seed: int, name: str) -> Halves:
    """Halve items by the hash of their groups' first items; the same seed gives the same halves.

    levels: as `Collection.group_levels` gives them; the coarsest with FEWEST groups counts. name: of the
    collection, for messages. Raises DataError where there are fewer than FEWEST questions.
    """
    items = items.unique().sort()
    unit, group, too_few = Grouping(levels).of(items)
    firsts = pl.DataFrame({"item": items, "group": group}).group_by("group").agg(pl.col("item").min())
    units = firsts.height
    if units < FEWEST:
        raise DataError(
            f"{name} has {counted(units, 'question')}, too few to be halved",
            f"take a collection with {FEWEST} or more",
        )
    hashes = [hashlib.sha256(f"{seed} {item}".encode()).digest() for item in firsts["item"]]
    order = firsts.with_columns(hash=pl.Series(hashes)).sort("hash")
    chosen = pl.Series(group).is_in(order["group"].head((units + 1) // 2).implode())
    table = levels.select(ITEM_ID) if unit == ITEM else levels
    return Halves(items.filter(chosen), items.filter(~chosen), Grouping(table, unit), unit, units, too_few)


def tables(values: pl.DataFrame, bias_values: pl.DataFrame, metric: str) -> Tables:
    """Return the values of a system by figure; figures that it does not have are absent.

    values, bias_values: tables of `metric_tables.per_query` and `bias.per_query_bias`.
    """
    found = {setting: compare.in_setting(values, metric, setting) for setting in SETTINGS}
    found[RANK_DISTANCE] = compare.distances(bias_values)
    return {name: table for name, table in found.items() if not table.is_empty()}


def figures(candidate: Tables, items: pl.Series) -> dict[str, float]:
    """Return the macro means of a system's figures over some items."""
    means = {}
    for name, table in candidate.items():
        rows = table.filter(pl.col(ITEM_ID).is_in(items.implode()))
        cells = rows.group_by("query_lang", "pool", maintain_order=True).agg(pl.col("value").mean())
        if (mean := cells["value"].mean()) is not None:
            means[name] = float(mean)  # type: ignore[arg-type]
    return means


def compared(
    base: Tables, other: Tables, name: str, items: pl.Series, groups: Grouping, test: PairedTest
) -> Comparison:
    """Compare two systems in a figure, over some items in groups; `other` less `base`."""
    here = pl.col(ITEM_ID).is_in(items.implode())
    sides = [each[name].filter(here) for each in (base, other)]
    rows, _ = compare.in_all(sides)
    of_base, of_other = (compare.sampled(rows, [side], groups) for side in sides)
    better = name != RANK_DISTANCE
    return significance.compare_samples(of_base, of_other, replace(test, higher_is_better=better))


def best_of(
    values: Sequence[float], told: Sequence[Mapping[str, float]], kept: Sequence[Comparison], best: str
) -> int:
    """Return which candidate has the best figure among those that are better or not worse in what is kept.

    values, told, kept: the number, the figures, and the comparison with 0 in the kept setting, of each; one
    of the values is 0. The number next to 0 wins between equals.
    """
    sign = 1 if best == RANK_DISTANCE else -1
    allowed = [place for place, each in enumerate(kept) if values[place] == 0 or each.verdict in ALLOWED]
    return min(allowed, key=lambda place: (sign * told[place][best], abs(values[place])))


def costs(base: Tables, chosen: Tables, halves: Halves, test: PairedTest) -> dict[str, Comparison]:
    """Return what the chosen number changes on the half that it was not chosen on, by figure.

    Of p, that which is adjusted over these figures counts. The margin is that of the settings alone.
    """
    names = [name for name in FIGURES if name in base and name in chosen]
    found = [
        compared(
            base,
            chosen,
            name,
            halves.held_out,
            halves.groups,
            replace(test, margin=0.0) if name == RANK_DISTANCE else test,
        )
        for name in names
    ]
    found = [replace(each, too_few=halves.too_few) for each in found]
    return dict(zip(names, significance.in_family(found, counted(len(found), "figure")), strict=True))
