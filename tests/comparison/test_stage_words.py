"""What each part of a system took, in words."""

import pytest

from hybrid_tui.comparison.stage_words import by_part, stage_words, total_words

SEVERAL = {"encode": 0.0092, "search": 0.0028, "query": 0.003, "fuse": 0.0411}


@pytest.mark.parametrize(
    ("system", "kind"),
    [
        ("me5-small+query:en:.5", "dense"),
        ("api:x", "dense"),
        ("bm25:m", "bm25"),
        ("colbert:a/b+fuse:x", "colbert"),
    ],
)
def test_the_retriever_is_told_by_its_kind_and_stages_by_their_names(system: str, kind: str):
    assert stage_words(system, SEVERAL) == f"{kind} 12 · query 3 · fuse 41 ms"
    assert sum(by_part(system, SEVERAL).values()) == pytest.approx(1000 * sum(SEVERAL.values()))


def test_one_part_is_told_by_the_sum_alone():
    assert stage_words("me5-small", {"encode": 0.9, "search": 0.3}) == ""
    assert total_words({"encode": 0.9, "search": 0.3}) == "1,200 ms"
    assert total_words({}) == ""
