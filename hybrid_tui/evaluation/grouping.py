"""Which groups of a collection's items are drawn whole: the coarsest level with enough of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hybrid_tui.comparison.drawn_units import FEWEST, counted
from hybrid_tui.corpus import catalog
from hybrid_tui.errors import HybridTuiError, UsageError, unknown
from hybrid_tui.evaluation.evaluation_manifest import EvaluationManifest

ITEM = "item"


@dataclass(frozen=True, eq=False)
class Grouping:
    """The levels of groups of a collection's items, the coarsest first.

    table: item_id and a column a level, as `groups.levels` gives it. by: the level asked for, empty for the
    coarsest with FEWEST groups.
    """

    table: pl.DataFrame
    by: str = ""

    def of(self, items: pl.Series) -> tuple[str, NDArray[np.int64], str]:
        """Return the level that items are drawn by, the group of each, and what was passed over for it.

        The groups are numbered from 0, shape (items,), int64. Passed over are coarser levels with fewer
        groups than FEWEST, counted in words; empty for none.
        """
        rows = (
            items.rename("item_id")
            .to_frame()
            .join(self.table, on="item_id", how="left", maintain_order="left")
        )
        too_few: list[str] = []
        for level in rows.columns[1:]:
            found = rows[level].fill_null(rows["item_id"])
            count = found.n_unique()
            if level == self.by or (not self.by and FEWEST <= count < len(items)):
                return level, found.rank("dense").cast(pl.Int64).to_numpy() - 1, ", ".join(too_few)
            if not self.by and count < min(FEWEST, len(items)):
                too_few.append(counted(count, level))
        return ITEM, np.arange(len(items)), ", ".join(too_few)


def grouping(about: EvaluationManifest, by: str = "") -> Grouping:
    """Return the groups of the collection of an evaluation; none where it is no longer what it was.

    by: a level, or "item". Raises UsageError for a level that the collection does not know.
    """
    try:
        table = _levels(about.collection, about.collection_fingerprint, catalog.changed(about.collection))
    except HybridTuiError:
        table = pl.DataFrame(schema={"item_id": pl.String})
    if by and by not in {ITEM, *table.columns[1:]}:
        raise unknown(f"group of {about.collection}", by, [*table.columns[1:], ITEM])
    return Grouping(table.select("item_id") if by == ITEM else table, by)


@lru_cache(maxsize=8)
def _levels(collection: str, fingerprint: str, _changed: int) -> pl.DataFrame:
    found = catalog.load(collection)
    if found.fingerprint != fingerprint:
        raise UsageError(f"{collection} is no longer what was evaluated")
    return found.group_levels()
