from __future__ import annotations

from rich.cells import cell_len

from hybrid_tui.cli.pane_text import LINES, SHOWN, pane_lines
from hybrid_tui.comparison.ranking import Hit, Ranking


def ranking(model: str, ids: str, text: str = "a passage") -> Ranking:
    hits = tuple(Hit(rank, each, "th", 0.5, text, each == "b") for rank, each in enumerate(ids, 1))
    return Ranking(model, "toy", "asked", "en", ("th",), 10, hits)


def test_each_line_is_as_wide_as_asked_whatever_the_script():
    text = "แม่น้ำ 河流 नदी река river " * 20
    panes = [(name, ranking(name, "abcdefgh", text)) for name in ("one", "two", "three")]
    for width in (40, 62, 100, 140):
        assert max(map(cell_len, pane_lines(panes, width))) <= width


def test_passages_are_compared_with_the_first_pane():
    lines = pane_lines([("one", ranking("one", "ab")), ("two", ranking("two", "ba"))], 80)
    heads = [line for line in lines if "th" in line.split()]
    assert heads[0].split() == ["1", "·", "th", "0.500", "1", "●", "th", "0.500", "▲1"]


def test_only_the_first_passages_are_shown_and_long_ones_are_cut():
    lines = pane_lines([("one", ranking("one", "abcdefgh", "word " * 100))], 80)
    assert len(lines) == 2 + SHOWN * (1 + LINES) + 1
    assert sum("…" in line for line in lines) == SHOWN


def test_a_pane_without_a_ranking_says_why():
    lines = pane_lines([("one", "not encoded yet"), ("two", ranking("two", "a"))], 80)
    assert lines[1].startswith("not encoded yet")
    assert "RBO" not in "\n".join(lines)


def test_nothing_in_a_passage_is_obeyed():
    text = "a\x1b]52;c;x\x07 b\u202e c\x9b31m"
    lines = pane_lines([("one", ranking("one", "a", text))], 80)
    assert not {char for line in lines for char in line} & set("\x1b\x07\u202e\x9b")
