from __future__ import annotations

import hashlib
import os
import shutil
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.errors import HybridTuiError
from hybrid_tui.retrieval.embedding_store import EmbeddingStore, StoreKey
from hybrid_tui.retrieval.stored_rows import StoredRows

SHELF = StoreKey("aa", "bb", "passage", "de")
ROWS = np.random.default_rng(0).standard_normal((23, 5)).astype(np.float32)
PARTS = [(0, 4), (4, 5), (5, 16), (16, 23)]


def kept(folder: Path, precision: str = "float32") -> tuple[StoredRows, EmbeddingStore]:
    store = EmbeddingStore(folder, None, precision)
    for start, stop in PARTS:
        store.write(SHELF, start, ROWS[start:stop])
    rows = store.open(SHELF, len(ROWS))
    assert rows is not None
    return rows, store


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> StoredRows:
    return kept(tmp_path_factory.mktemp("store"))[0]


bounds = st.none() | st.integers(-30, 30)


@given(start=bounds, stop=bounds, step=st.none() | st.integers(-3, 3).filter(bool))
def test_any_slice_is_that_of_the_array(stored: StoredRows, start, stop, step) -> None:
    wanted = ROWS[start:stop:step]
    found = stored[start:stop:step]
    assert found.shape == wanted.shape
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, wanted)


@given(st.lists(st.integers(-23, 22), max_size=40))
def test_any_rows_are_those_of_the_array(stored: StoredRows, rows: list[int]) -> None:
    which = np.array(rows, np.int64)
    np.testing.assert_array_equal(stored[which], ROWS[which])


@pytest.mark.parametrize("row", [23, -24])
def test_a_row_that_is_not_there_is_an_index_error(stored: StoredRows, row: int) -> None:
    with pytest.raises(IndexError):
        stored[np.array([0, row])]


def test_half_precision_stays_half_and_a_mixture_is_read_in_full(tmp_path: Path) -> None:
    rows, _ = kept(tmp_path / "half", "float16")
    assert rows[2:9].dtype == np.float16
    np.testing.assert_array_equal(rows[2:9], ROWS[2:9].astype(np.float16))
    store = EmbeddingStore(tmp_path / "mixed", None)
    store.write(SHELF, 0, ROWS[:4])
    EmbeddingStore(tmp_path / "mixed", None, "float16").write(SHELF, 4, ROWS[4:])
    mixed = store.open(SHELF, len(ROWS))
    assert mixed is not None
    assert mixed[:].dtype == np.float32
    np.testing.assert_array_equal(mixed[:4], ROWS[:4])


def test_the_first_parts_alone_are_a_matrix_too(tmp_path: Path) -> None:
    _, store = kept(tmp_path)
    first = store.open(SHELF, 16)
    assert first is not None
    assert len(first) == 16
    np.testing.assert_array_equal(first[-3:], ROWS[13:16])
    assert store.open(SHELF, 15) is None


def test_a_gap_is_not_made_up_for_by_rows_behind_the_end(tmp_path: Path) -> None:
    store = EmbeddingStore(tmp_path, None)
    store.write(SHELF, 0, ROWS[:4])
    store.write(SHELF, 6, ROWS[6:10])
    assert store.open(SHELF, 8) is None
    assert store.read(SHELF, 8) is None


def test_a_file_is_hashed_once_while_it_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    digest = hashlib.file_digest
    monkeypatch.setattr(
        "hashlib.file_digest", lambda file, kind: (hashed.append(file.name), digest(file, kind))[1]
    )
    rows, store = kept(tmp_path)
    assert len(hashed) == len(PARTS)
    rows[:], rows[np.arange(23)]
    assert store.open(SHELF, len(ROWS)) is not None
    assert len(hashed) == len(PARTS)
    part = sorted(SHELF.folder(tmp_path).iterdir())[1]
    content = part.read_bytes()
    part.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(part, (1, 1))
    assert store.open(SHELF, len(ROWS)) is None
    assert store.gaps(SHELF, len(ROWS)) == [range(4, 5)]


def test_files_that_went_away_are_told(tmp_path: Path) -> None:
    rows, _ = kept(tmp_path)
    shutil.rmtree(tmp_path)
    with pytest.raises(HybridTuiError, match="cannot be read") as caught:
        rows[:3]
    assert "try again" in caught.value.hint


def test_memory_is_needed_for_the_rows_asked_for_alone(tmp_path: Path) -> None:
    values = np.zeros((40_000, 64), np.float32)
    store = EmbeddingStore(tmp_path, None)
    for start in range(0, len(values), 1000):
        store.write(SHELF, start, values[start : start + 1000])
    rows = store.open(SHELF, len(values))
    assert rows is not None
    rows[:1]
    tracemalloc.start()
    rows[20_100:20_400]
    rows[np.arange(0, 40_000, 200)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * values[:300].nbytes
    assert peak < values.nbytes / 20


def test_several_threads_read_at_once(stored: StoredRows) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda start: stored[start : start + 7], range(200)))
    for start, values in enumerate(found):
        np.testing.assert_array_equal(values, ROWS[start : start + 7])
