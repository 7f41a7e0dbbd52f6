from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as tried
from polars.testing import assert_frame_equal

from hybrid_tui import settings
from hybrid_tui.errors import DataError, HybridTuiError, UsageError
from hybrid_tui.evaluation import bias, metric_tables, results
from hybrid_tui.evaluation.results import Evaluation

from ..toys import failing
from .kept_evaluations import kept, manifest
from .random_cases import World, world, worlds


def keep(small: World | None = None, **about: Any) -> Evaluation:
    return kept(small or world(), **about)


def found(evaluation: Evaluation) -> Evaluation | None:
    about = evaluation.manifest
    return results.find(about.collection, about.system, about.key)


def leftovers() -> list[Path]:
    root = settings.data_dir() / "evaluations"
    return sorted(root.iterdir()) if root.exists() else []


@given(worlds)
@tried(max_examples=30)
def test_what_is_kept_is_read_back_as_it_was(made: World):
    evaluation = keep(made)
    again = found(evaluation)
    assert again is not None
    assert again is not evaluation
    assert again.manifest == evaluation.manifest
    assert_frame_equal(again.values, evaluation.values)
    assert_frame_equal(again.bias_values, evaluation.bias_values)
    ranks, before = again.ranks, made.ranks()
    assert ranks.languages == before.languages
    assert_frame_equal(ranks.queries, before.queries)
    assert_frame_equal(ranks.relevant, before.relevant)
    for name in ("pool", "beaten", "top", "top_lang", "top_scores"):
        one, other = getattr(ranks, name), getattr(before, name)
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)


def test_kept_ones_are_listed_by_collection_and_system():
    for collection, model in (("b", "two"), ("b", "one"), ("a", "two")):
        keep(collection=collection, model=model)
    every = [(each.manifest.collection, each.manifest.model) for each in results.kept()]
    assert every == [("a", "two"), ("b", "one"), ("b", "two")]
    assert [each.manifest.model for each in results.kept("b")] == ["one", "two"]
    assert results.kept("c") == []


def test_nothing_is_kept_before_the_first():
    assert results.kept() == []
    assert found(Evaluation(manifest(world()), Path())) is None


def test_the_same_content_under_two_names_is_kept_under_both():
    keep(collection="a")
    keep(collection="b")
    assert results.find("c", "one", manifest(world()).key) is None
    assert results.named("one", "a").manifest.collection == "a"
    assert results.named("one", "b").manifest.collection == "b"


def test_the_newest_of_a_name_is_found():
    for day, fingerprint in ((2, "m2"), (3, "m3"), (1, "m1")):
        keep(model_fingerprint=fingerprint, made=f"2026-01-0{day}T00:00:00.000+00:00")
    assert results.named("one", "toy").manifest.model_fingerprint == "m3"
    assert [each.manifest.model_fingerprint for each in results.current("toy", "c1")] == ["m3"]
    assert results.current("toy", "c2") == []


def test_an_unknown_name_is_told_with_near_ones_and_what_makes_it():
    keep(model="me5-small")
    with pytest.raises(UsageError, match="no evaluation on toy named 'me5-smal'") as caught:
        results.named("me5-smal", "toy")
    assert "did you mean me5-small?" in caught.value.hint
    assert "hybrid-tui evaluate --data toy" in caught.value.hint


def test_the_same_is_replaced():
    keep(seconds={"rank": 1.0})
    evaluation = keep(seconds={"rank": 2.0})
    assert [each.manifest.seconds for each in results.kept()] == [{"rank": 2.0}]
    results.remove(evaluation)
    assert leftovers() == []


def test_hostile_names_stay_in_the_folder():
    for model in ("../../up", "a/b", "x" * 300, "ünïcode 東", "+"):
        evaluation = keep(model=model)
        assert evaluation.folder.parent == settings.data_dir() / "evaluations"
        assert found(evaluation) is not None
    assert len(results.kept()) == 5


@pytest.mark.parametrize("name", ["manifest.json", "values.parquet", "bias.parquet", "top.parquet"])
@pytest.mark.parametrize("damage", ["gone", "cut", "one bit", "empty"])
def test_damage_is_found_and_made_good(name: str, damage: str):
    evaluation = keep()
    file = evaluation.folder / name
    content = bytearray(file.read_bytes())
    if damage == "gone":
        file.unlink()
    elif damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "empty":
        file.write_bytes(b"")
    else:
        at = content.index(b'"made"') + 1 if name == "manifest.json" else len(content) // 2
        content[at] ^= 1
        file.write_bytes(content)
    assert found(evaluation) is None
    keep()
    assert found(evaluation) is not None
    assert len(results.kept()) == 1


def test_a_damaged_table_says_which_and_what_to_do():
    folder = keep().folder
    (folder / "values.parquet").write_bytes(b"PAR1")
    (listed,) = results.kept()
    with pytest.raises(DataError, match=r"values\.parquet has changed since it was written") as caught:
        listed.values  # noqa: B018
    assert "evaluate again" in caught.value.hint
    assert not listed.bias_values.is_empty()


def test_one_by_another_version_is_not_used():
    evaluation = keep()
    file = evaluation.folder / "manifest.json"
    file.write_bytes(msgspec.json.encode(msgspec.structs.replace(evaluation.manifest, format=99)))
    assert found(evaluation) is None
    assert results.kept() == []


@pytest.mark.parametrize("after", range(7))
@pytest.mark.parametrize("earlier", [False, True])
def test_a_full_disk_leaves_nothing_half_written(after: int, earlier: bool):
    if earlier:
        keep(seconds={})
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with failing(settings.os, "fsync", full, after):
        if after < 6:
            with pytest.raises(HybridTuiError, match="No space left on device"):
                keep()
            assert [each.manifest.seconds for each in results.kept()] == [{}] * earlier
        else:
            keep()  # six files: all were written
    assert len(leftovers()) == (1 if earlier or after == 6 else 0)


@pytest.mark.parametrize("after", range(6))
def test_an_interrupted_one_leaves_nothing(after: int):
    with failing(settings.os, "fsync", KeyboardInterrupt(), after), pytest.raises(KeyboardInterrupt):
        keep()
    assert leftovers() == []
    assert found(keep()) is not None


def test_a_folder_that_cannot_be_written_is_named():
    settings.data_dir().parent.mkdir(parents=True)
    settings.data_dir().write_text("a file")
    with pytest.raises(HybridTuiError, match=r"cannot write .*toy--one"):
        keep()


def test_what_a_killed_run_left_is_not_listed():
    evaluation = keep()
    evaluation.folder.rename(evaluation.folder.with_name(f".{evaluation.folder.name}.x1"))
    assert results.kept() == []
    assert found(evaluation) is None


def test_another_run_may_replace_it_meanwhile():
    evaluation = keep()
    results.remove(evaluation)
    assert evaluation.values.height > 0
    assert evaluation.ranks.queries.height > 0


def test_different_collections_are_told_by_name_and_fingerprint():
    one, other = keep(), keep(model="two", collection="toys", collection_fingerprint="c2")
    with pytest.raises(UsageError, match=r"one on toy \(c1\), two on toys \(c2\)"):
        results.same_collection(one, other)
    results.same_collection(one, keep(model="three"))


def test_different_passage_languages_are_told():
    one, other = keep(), keep(world(languages=2), model="two")
    with pytest.raises(UsageError, match="one ranked passages in de en es, two in de en"):
        results.same_collection(one, other)


def without(evaluation: Evaluation, table: str, *columns: str) -> Evaluation:
    """The evaluation as it would have been kept before these columns were known."""
    file = evaluation.folder / f"{table}.parquet"
    pl.read_parquet(file).drop(columns).write_parquet(file)
    digests = evaluation.manifest.digests | {table: hashlib.sha256(file.read_bytes()).hexdigest()}
    changed = msgspec.structs.replace(evaluation.manifest, digests=digests)
    (evaluation.folder / "manifest.json").write_bytes(msgspec.json.encode(changed))
    (again,) = results.kept()
    return again


@given(worlds)
@tried(max_examples=10)
def test_a_metric_that_was_not_kept_is_computed_from_the_ranks(made: World):
    evaluation = keep(made)
    again = without(evaluation, "values", "mAP", "R@10")
    assert_frame_equal(again.values, evaluation.values)
    assert_frame_equal(again.values_of(["nDCG@3", "AP"]), evaluation.values_of(["ndcg@3", "mAP"]))
    results.remove(again)


def test_a_metric_over_other_pools_than_the_kept_ones_adds_no_rows():
    small = world(languages=3)
    ranks = small.ranks()
    own = metric_tables.per_query(ranks).filter(pl.col("pool") == pl.col("query_lang"))
    evaluation = results.keep(manifest(small), ranks, own, bias.per_query_bias(ranks).clear())
    assert_frame_equal(
        evaluation.values_of(["mAP", "R@3"]).select("query_id", "pool", "mAP"),
        own.select("query_id", "pool", "mAP"),
    )


def test_a_bias_measure_that_was_not_kept_is_computed_from_the_ranks():
    evaluation = keep()
    again = without(evaluation, "bias", "TLR@10")
    assert_frame_equal(again.bias_values, evaluation.bias_values)
