"""What panes show of their answers, without a screen."""

from dataclasses import replace

import msgspec

from hybrid_tui.tui.search.comparison import Comparison

from .linked import ASKED, BASE, OTHER, found


def shown(content) -> list[tuple[str, str]]:
    return [(row.hit.lang, row.move) for row in content.rows]


def test_each_answer_is_held_against_the_first() -> None:
    base, other = Comparison().contents([BASE, OTHER], "de-1")
    assert shown(base) == [(lang, "") for lang in ("ar", "de", "el", "en")]
    assert shown(other) == [("de", "▲1"), ("ar", "▼1"), ("el", "="), ("th", "new"), ("en", "gone")]
    assert other.foot == "gone: 1, in the top 4 of me5-small only"
    assert base.facts[-1] == "base"
    assert "3/4 shared" in other.facts
    assert [row.hit.lang for row in (*base.rows, *other.rows) if row.pinned] == ["de", "de"]


def test_a_system_of_several_stages_tells_what_each_took() -> None:
    seconds = {"encode": 0.012, "search": 0.003, "query": 0.003, "fuse": 0.041}
    staged = replace(OTHER.ranking, system="use-m3+query:en:.5+fuse:bm25", seconds=seconds)
    base, other = Comparison().contents([BASE, msgspec.structs.replace(OTHER, ranking=staged)])
    assert other.facts[-1] == "dense 15 · query 3 · fuse 41 ms"
    assert not any(fact.endswith("ms") for fact in base.facts), "its sum stands in the head"


def test_one_answer_is_no_base() -> None:
    (only,) = Comparison().contents([BASE])
    assert "base" not in only.facts


def test_what_is_missing_or_answers_something_else_is_not_compared() -> None:
    elsewhere = found("use-m3", replace(ASKED, langs=("de", "ar")))
    for other in (None, elsewhere):
        base, second = Comparison().contents([BASE, other])
        assert "base" not in base.facts
        assert second is None or {move for _, move in shown(second)} == {""}
    assert Comparison().contents([None, OTHER])[0] is None


def test_only_differences_leaves_out_what_stands_the_same_in_all() -> None:
    comparison = Comparison()
    comparison.only_differences = True
    base, other = comparison.contents([BASE, OTHER])
    assert [lang for lang, _ in shown(base)] == ["ar", "de", "en"]
    assert ("el", "=") not in shown(other)
    assert other.facts[-1] == "differences only"
    assert comparison.contents([BASE, BASE])[1].facts[-1] == "no differences"
