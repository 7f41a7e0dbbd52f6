from __future__ import annotations

import msgspec
import pytest

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.errors import UsageError

ONE = Matrix("mAP", ("de", "en"), ("de", "es"), ((0.75, 0.5), (None, 0.25)), ((3, 4), (0, 2)), digits=2)


def test_a_difference_keeps_gaps_and_the_smaller_counts() -> None:
    other = Matrix("mAP", ("de", "en"), ("de", "es"), ((0.5, None), (0.5, 0.5)), ((2, 0), (1, 9)))
    assert ONE.minus(other) == Matrix(
        "mAP, difference",
        ("de", "en"),
        ("de", "es"),
        ((0.25, None), (None, -0.25)),
        ((2, 0), (0, 2)),
        digits=2,
    )


def test_matrices_of_other_languages_are_refused() -> None:
    other = Matrix("mAP", ("de", "en"), ("de", "th"), ((0.0, 0.0),) * 2, ((1, 1),) * 2)
    with pytest.raises(UsageError, match="passage language: de es against de th") as error:
        ONE.minus(other)
    assert "same collection" in error.value.hint


def test_it_travels_as_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(ONE), type=Matrix) == ONE
