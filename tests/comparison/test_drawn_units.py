import pytest

from hybrid_tui.comparison.drawn_units import DrawnUnits, drawn_words


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        ([DrawnUnits("article", 48, 2.24)], "48 articles drawn, design effect 2.2"),
        ([DrawnUnits("item", 120, too_few="12 topics")], "12 topics are fewer than 20: 120 questions drawn"),
        ([DrawnUnits("item", 30, too_few="1 topic")], "1 topic is fewer than 20: 30 questions drawn"),
        (
            [DrawnUnits("language", 7, smallest_p=2.0**-6)],
            "7 languages drawn, smallest possible p .016",
        ),
        ([DrawnUnits("item", 17, smallest_p=2.0**-16)], "17 questions drawn"),
        (
            [DrawnUnits("article", 48, effect) for effect in (2.2, 1.41, None, 1.8)],
            "48 articles drawn, design effect 1.4 to 2.2",
        ),
        (
            [DrawnUnits("article", 48, 1.52), DrawnUnits("article", 48, 1.48)],
            "48 articles drawn, design effect 1.5",
        ),
        ([DrawnUnits("article", 48), DrawnUnits("item", 9)], "48 articles drawn; 9 questions drawn"),
        ([DrawnUnits()], ""),
        ([], ""),
    ],
)
def test_what_was_drawn_is_told_with_its_design_effect(drawn: list[DrawnUnits], words: str) -> None:
    assert drawn_words(drawn) == words
