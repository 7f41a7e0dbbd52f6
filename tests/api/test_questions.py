from collections.abc import Callable

import pytest

from hybrid_tui.api import questions
from hybrid_tui.comparison.ranking import Hit, Ranking


def searched(pool: int, asked: list[int]) -> Callable[[int], Ranking]:
    def search(k: int) -> Ranking:
        asked.append(k)
        hits = tuple(Hit(rank, f"p{rank}", "de", 0.0, "") for rank in range(1, min(k, pool) + 1))
        return Ranking("m", "d", "q", "de", ("de",), pool, hits)

    return search


def test_it_looks_only_as_deep_as_it_must() -> None:
    asked: list[int] = []
    search = searched(5000, asked)
    assert questions.ranks(search, search(20), {"p3", "p1999"}) == {"p3": 3, "p1999": 1999}
    assert asked == [20, 200, 2000]


@pytest.mark.parametrize(("pool", "deepest"), [(300, 300), (10**6, questions.DEEPEST)])
def test_what_is_not_there_or_too_deep_is_not_found(pool: int, deepest: int) -> None:
    asked: list[int] = []
    search = searched(pool, asked)
    assert questions.ranks(search, search(20), {"p3", "nowhere"}) is None
    assert asked[-1] == deepest


def test_figures() -> None:
    found = questions.rank_figures([5, 2, 100])
    assert found.ap == pytest.approx((1 / 2 + 2 / 5 + 3 / 100) / 3)
    assert (found.best, found.distance, found.relevant) == (2, 98, 3)
