"""Arrays of texts are found again by the texts' hashes; a part that is damaged is as if it were not there."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.retrieval.text_hashes import text_hashes
from hybrid_tui.systems.kept_parts import MOST_PARTS, KeptParts, Ragged, joined


def ragged(rows: list[list[int]]) -> Ragged:
    starts = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    return Ragged(starts, {"values": np.array([value for row in rows for value in row], np.int32)})


def plain(found: Ragged) -> list[list[int]]:
    return [
        found.arrays["values"][a:b].tolist() for a, b in zip(found.starts, found.starts[1:], strict=False)
    ]


rows = st.lists(st.lists(st.integers(0, 99), max_size=4), min_size=1, max_size=6)


@given(st.lists(rows, min_size=1, max_size=4), st.data())
def test_rows_are_taken_and_joined(parts: list[list[list[int]]], data: st.DataObject):
    every = [row for part in parts for row in part]
    found = joined([ragged(part) for part in parts])
    assert plain(found) == every
    wanted = data.draw(st.lists(st.integers(0, len(every) - 1), max_size=9))
    assert plain(found.take(np.array(wanted, np.int64))) == [every[at] for at in wanted]


def test_parts_are_read_again_and_many_become_one(tmp_path: Path):
    kept, texts = KeptParts(tmp_path, ("values",)), [f"text {n}" for n in range(MOST_PARTS + 1)]
    for number, text in enumerate(texts):
        kept.write(text_hashes([text]), ragged([[number] * (number % 3)]))
    for _ in range(2):
        found = {
            name: row
            for hashes, part in kept.read()
            for name, row in zip(hashes.tolist(), plain(part), strict=True)
        }
        wanted = [[number] * (number % 3) for number in range(len(texts))]
        assert [found[name] for name in text_hashes(texts).tolist()] == wanted
        assert len(list(tmp_path.iterdir())) == 1


def test_a_damaged_part_is_passed_over(tmp_path: Path):
    kept = KeptParts(tmp_path, ("values",))
    file = kept.write(text_hashes(["a"]), ragged([[1, 2]]))
    kept.write(text_hashes(["b"]), ragged([[3]]))
    file.write_bytes(file.read_bytes()[:-5])
    (tmp_path / "other.safetensors").write_bytes(b"")
    assert [plain(part) for _, part in kept.read()] == [[[3]]]
    assert list(KeptParts(tmp_path, ("weights",)).read()) == []
    assert list(KeptParts(tmp_path / "nothing", ("values",)).read()) == []
