"""Tests of `corpus.parallel_lengths`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hybrid_tui.corpus import parallel_lengths, starter
from tests.corpus.reading import notes


def queries(shuffled: list[str], seed: int = 0) -> pl.DataFrame:
    """Return the starter's queries, those of some languages with the item ids exchanged."""
    own = starter.load().queries.select("item_id", "lang", "text")
    random = np.random.default_rng(seed)
    return pl.concat(
        rows.with_columns(item_id=rows["item_id"].gather(random.permutation(rows.height)))
        if lang in shuffled
        else rows
        for (lang,), rows in own.group_by("lang", maintain_order=True)
    )


def test_translations_agree_far_above_chance() -> None:
    found = parallel_lengths.agreements(queries([]))
    assert len(found) == 55
    assert min(each.correlation for each in found) > 0.6
    assert found[0].chance == pytest.approx(1.645 / np.sqrt(119))


@pytest.mark.parametrize("seed", range(5))
def test_a_language_of_other_questions_agrees_with_none(seed: int) -> None:
    odd = [each for each in parallel_lengths.agreements(queries(["de"], seed)) if each.correlation < 0.35]
    assert len(odd) == 10
    assert all("de" in (each.first, each.second) for each in odd)


def test_few_items_and_lengths_all_alike_are_not_judged() -> None:
    few = starter.load().queries.filter(
        pl.col("item_id").is_in(starter.load().queries["item_id"].unique().sort()[:19].implode())
    )
    assert parallel_lengths.agreements(few) == []
    assert parallel_lengths.agreements(queries([]).with_columns(text=pl.lit("alike"))) == []


def write(path: Path, rows: pl.DataFrame) -> Path:
    lines = [
        {"item_id": item, "lang": lang, "query": text, "passage": f"{lang} {text}"}
        for item, lang, text in rows.filter(pl.col("lang").is_in(["de", "en"])).iter_rows()
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_what_does_not_look_parallel_is_noted_and_not_refused(tmp_path: Path) -> None:
    (told,) = notes(write(tmp_path / "p.jsonl", queries(["de"])), strict=True)
    assert "de and en do not look parallel: over 120 items" in told
    assert "shuffled ones reach 0.15" in told
    assert notes(write(tmp_path / "q.jsonl", queries([]))) == []
