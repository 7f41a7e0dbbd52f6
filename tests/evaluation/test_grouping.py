"""The groups that items are drawn in."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hybrid_tui.corpus import catalog
from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation import compare
from hybrid_tui.evaluation.grouping import Grouping, grouping
from hybrid_tui.evaluation.significance import PairedTest

from .kept_evaluations import kept, manifest
from .random_cases import world


def levels(**counts: int) -> pl.DataFrame:
    """120 items in so many groups a level."""
    columns = {name: [f"{name} {at % count}" for at in range(120)] for name, count in counts.items()}
    return pl.DataFrame({"item_id": [f"i{at:03d}" for at in range(120)], **columns})


def test_the_coarsest_level_with_twenty_groups_is_drawn() -> None:
    table = levels(topic=12, article=20, paragraph=60)
    unit, group, too_few = Grouping(table).of(table["item_id"])
    assert (unit, len(np.unique(group)), too_few) == ("article", 20, "12 topics")
    assert group.min() == 0
    unit, group, too_few = Grouping(table).of(table["item_id"].head(15))
    assert (unit, group.tolist(), too_few) == ("item", list(range(15)), "12 topics")


def test_a_level_that_is_asked_for_is_drawn_however_few_its_groups() -> None:
    table = levels(topic=12, article=40)
    unit, group, too_few = Grouping(table, "topic").of(table["item_id"])
    assert (unit, len(np.unique(group)), too_few) == ("topic", 12, "")


def test_items_that_are_not_known_are_groups_of_their_own() -> None:
    table = levels(article=30)
    unit, group, _ = Grouping(table).of(
        pl.Series(["i000", "i030", "new", "newer"] + [f"i{n:03d}" for n in range(1, 30)])
    )
    assert unit == "article"
    assert group[0] == group[1]
    assert len(set(group.tolist())) == 32


def grouped(tmp_path: Path) -> str:
    rows = [
        {"item_id": f"item {n}", "lang": "de", "query": f"{n}?", "passage": f"{n}.", "document": f"d{n // 2}"}
        for n in range(40)
    ]
    file = tmp_path / "pairs.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    catalog.add("toy", file)
    return catalog.load("toy").fingerprint


def test_the_groups_are_those_of_the_collection_as_it_was_evaluated(tmp_path: Path) -> None:
    fingerprint = grouped(tmp_path)
    known = manifest(world(), collection_fingerprint=fingerprint)
    assert grouping(known).table.columns == ["item_id", "document"]
    assert grouping(known, "item").table.columns == ["item_id"]
    assert grouping(manifest(world(), collection_fingerprint="other")).table.columns == ["item_id"]
    with pytest.raises(UsageError, match="no group of toy named 'documents'") as error:
        grouping(known, "documents")
    assert "document" in error.value.hint


def test_a_comparison_tells_what_was_drawn(tmp_path: Path) -> None:
    about = {"collection_fingerprint": grouped(tmp_path)}
    one, other = (kept(world(seed, items=40), model=f"m{seed}", **about) for seed in (1, 2))
    for by, unit, units in (("", "document", 20), ("item", "item", 40)):
        test = PairedTest(draws=200, group_by=by)
        (line,) = compare.lines([one], [other], "mAP", ["monolingual"], test=test)
        found = line.comparison
        assert (found.unit, found.units, found.items) == (unit, units, 40)
        assert (found.design_effect is None) == (unit == "item")
