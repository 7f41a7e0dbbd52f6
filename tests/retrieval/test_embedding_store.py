import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from hybrid_tui import settings
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.retrieval.embedding_store import EmbeddingStore, StoreKey
from hybrid_tui.retrieval.text_hashes import text_hashes

SHELF = StoreKey("aa", "bb", "passage", "de")


@pytest.fixture
def store(tmp_path: Path) -> EmbeddingStore:
    return EmbeddingStore(tmp_path / "store", shipped=None)


def rows(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, 8)).astype(np.float32)


def parts(store: EmbeddingStore) -> list[Path]:
    return sorted(SHELF.folder(store.root).glob("*"))


def test_what_is_written_is_read(store: EmbeddingStore):
    values = rows(10)
    store.write(SHELF, 0, values[:6])
    assert store.read(SHELF, 10) is None
    assert store.gaps(SHELF, 10) == [range(6, 10)]
    store.write(SHELF, 6, values[6:])
    np.testing.assert_array_equal(store.read(SHELF, 10), values)
    assert store.gaps(SHELF, 10) == []


def test_gaps_are_between_what_is_there(store: EmbeddingStore):
    store.write(SHELF, 4, rows(2))
    assert store.gaps(SHELF, 9) == [range(4), range(6, 9)]
    assert store.count(SHELF, 9) == 2


def test_a_part_takes_the_place_of_those_with_some_of_its_rows(store: EmbeddingStore):
    for size in (2, 4, 8):
        store.write(SHELF, 0, rows(8)[:size])
        assert len(parts(store)) == 1
    np.testing.assert_array_equal(store.read(SHELF, 8), rows(8))


def test_rows_that_two_parts_have_are_there_once(store: EmbeddingStore):
    whole = rows(10)
    for start, stop in ((0, 4), (2, 6), (5, 10)):
        store.write(SHELF, start, whole[start:stop])
    kept = store.open(SHELF, 10)
    assert kept is not None
    np.testing.assert_array_equal(kept[:], whole)
    np.testing.assert_array_equal(kept[np.array([9, 3, 4, 5])], whole[[9, 3, 4, 5]])
    np.testing.assert_array_equal(np.concatenate([part.read() for part in store.kept(SHELF, 10)]), whole)


def test_what_there_is_of_a_matrix_is_told_before_it_is_whole(store: EmbeddingStore):
    store.write(SHELF, 0, rows(2))
    store.write(SHELF, 4, rows(2))
    assert [(part.start, part.stop) for part in store.kept(SHELF, 9)] == [(0, 2), (4, 6)]
    assert store.count(SHELF, 9) == 4


def test_every_part_of_a_model_and_role_is_found_with_its_hashes(tmp_path: Path):
    shipped = EmbeddingStore(tmp_path / "shipped", None)
    store = EmbeddingStore(tmp_path / "cache", shipped.root)
    shipped.write(StoreKey("aa", "cc", "passage", "en"), 0, rows(2), text_hashes(["one", "two"]))
    store.write(SHELF, 0, rows(1), text_hashes(["three"]))
    store.write(StoreKey("aa", "bb", "query", "de"), 0, rows(1))
    found = [part.text_hashes() for part in store.parts("aa", "passage")]
    assert np.concatenate(found).tolist() == text_hashes(["three", "one", "two"]).tolist()
    assert [part.text_hashes() for part in store.parts("aa", "query")] == [None]


def test_one_writes_at_a_time(store: EmbeddingStore):
    asked = []

    def waiting() -> None:
        asked.append(len(asked))
        raise InterruptedError

    with store.writing(SHELF, waiting):
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(lambda: store.writing(SHELF, waiting).__enter__())
            with pytest.raises(InterruptedError):
                second.result(20)
        other = StoreKey("aa", "bb", "query", "de")
        with store.writing(other, waiting):
            pass
    assert asked == [0]
    with store.writing(SHELF, waiting):
        pass


def test_half_precision_is_half_the_size_and_close(tmp_path: Path):
    values = rows(1000)
    half = EmbeddingStore(tmp_path / "half", None, "float16")
    full = EmbeddingStore(tmp_path / "full", None)
    half.write(SHELF, 0, values)
    full.write(SHELF, 0, values)
    read = half.read(SHELF, 1000)
    assert read is not None
    assert read.dtype == np.float32
    np.testing.assert_allclose(read, values, rtol=1e-3, atol=1e-4)
    assert parts(half)[0].stat().st_size < 0.6 * parts(full)[0].stat().st_size


def test_the_configuration_says_how_embeddings_are_kept():
    assert EmbeddingStore().precision == "float32"
    with settings.replacing(settings.config_file()) as file:
        file.write('embeddings = "float16"')
    assert EmbeddingStore().precision == "float16"


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied"])
def test_a_torn_part_is_dropped_and_made_again(store: EmbeddingStore, damage: str):
    store.write(SHELF, 0, rows(4))
    store.write(SHELF, 4, rows(4, seed=1))
    torn = parts(store)[0]
    content = bytearray(torn.read_bytes())
    if damage == "cut":
        del content[-5:]
    elif damage == "flipped":
        content[-5] ^= 1
    else:
        content.clear()
    torn.write_bytes(content)
    assert store.read(SHELF, 8) is None
    assert store.gaps(SHELF, 8) == [range(4)]
    store.write(SHELF, 0, rows(4))
    np.testing.assert_array_equal(store.read(SHELF, 8), np.concatenate([rows(4), rows(4, seed=1)]))


def test_leftovers_of_a_killed_run_do_no_harm(store: EmbeddingStore):
    store.write(SHELF, 0, rows(4))
    (SHELF.folder(store.root) / ".000.safetensors.x1y2").write_bytes(b"half")
    np.testing.assert_array_equal(store.read(SHELF, 4), rows(4))


def test_two_writers_of_the_same_rows_do_no_harm(store: EmbeddingStore):
    store.write(SHELF, 0, rows(4))
    store.write(SHELF, 0, rows(4, seed=1))
    assert store.read(SHELF, 4) is not None
    assert store.gaps(SHELF, 4) == []


def test_what_ships_is_read_where_the_cache_has_nothing(tmp_path: Path):
    shipped = EmbeddingStore(tmp_path / "shipped", None, "float16")
    shipped.write(SHELF, 0, rows(4))
    store = EmbeddingStore(tmp_path / "cache", shipped.root)
    assert store.read(SHELF, 4) is not None
    store.clear()
    assert store.read(SHELF, 4) is not None


def test_another_language_role_or_collection_is_another_shelf(store: EmbeddingStore):
    store.write(SHELF, 0, rows(4))
    for other in (
        StoreKey("aa", "bb", "passage", "en"),
        StoreKey("aa", "bb", "query", "de"),
        StoreKey("aa", "cc", "passage", "de"),
    ):
        assert store.read(other, 4) is None


def test_a_full_disk_leaves_nothing_half_written(store: EmbeddingStore, monkeypatch: pytest.MonkeyPatch):
    store.write(SHELF, 0, rows(4))

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HybridTuiError, match="No space left"):
        store.write(SHELF, 4, rows(4))
    assert len(parts(store)) == 1


def test_usage_names_what_is_kept(store: EmbeddingStore):
    store.write(SHELF, 0, rows(4))
    store.name(SHELF, "me5-small", "starter")
    (usage,) = store.usage()
    assert (usage.model, usage.collection) == ("me5-small", "starter")
    assert usage.size > 4 * 8 * 4
    store.clear()
    assert store.usage() == []
