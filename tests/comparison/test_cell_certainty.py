from __future__ import annotations

import msgspec

from hybrid_tui.comparison.cell_certainty import NOTHING_SURE, CellCertainty, MatrixCertainty
from hybrid_tui.comparison.matrix import Matrix

FOUND = MatrixCertainty(
    ("de", "en"),
    ("de", "en"),
    low=((-0.1, 0.1), (None, 0.2)),
    high=((0.1, 0.3), (None, 0.4)),
    p=((0.6, 0.001), (None, 0.04)),
    holm=((0.6, 0.004), (None, 0.12)),
)


def test_a_cell_is_found_by_its_labels() -> None:
    assert FOUND.at("de", "en") == CellCertainty(0.1, 0.3, 0.001, 0.004)
    assert FOUND.at("en", "de") == FOUND.at("de", "th") == FOUND.at("th", "de") == NOTHING_SURE


def test_only_the_adjusted_p_makes_a_mark_wherever_the_cell_stands() -> None:
    shown = Matrix("x", ("en", "de"), ("en", "de", "th"), ((0.0,) * 3,) * 2, ((1,) * 3,) * 2)
    assert FOUND.marks(shown) == {(1, 0)}


def test_one_system_has_intervals_alone() -> None:
    alone = MatrixCertainty(("de",), ("de",), ((0.1,),), ((0.2,),))
    assert alone.at("de", "de") == CellCertainty(0.1, 0.2)
    assert not alone.at("de", "de").significant


def test_it_travels_as_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(FOUND), type=MatrixCertainty) == FOUND
