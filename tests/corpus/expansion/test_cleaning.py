import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.corpus.expansion.cleaning import cleaned


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("  A river.\n\n", "A river."),
        ("A\n  river\tflows.", "A river flows."),
        ('"A river."', "A river."),
        ("„Ein Fluss.“", "Ein Fluss."),
        ("「川」", "川"),
        ('"A" and "B"', '"A" and "B"'),
        ("'tis a river", "'tis a river"),
        ("```\nA river.\n```", "A river."),
        ('```text\n"A river."\n```\n', "A river."),
        ("`A river`", "A river"),
        ("<think>Hm, a river?</think>\n\nA river.", "A river."),
        ("Hm, a river?</think>A river.", "A river."),
        ("<think>Hm, a ri", ""),
        ("", ""),
        (' "" ', ""),
        ("```\n```", ""),
        ('"', '"'),
    ],
)
def test_what_is_around_a_text_is_taken_away(answer: str, text: str):
    assert cleaned(answer) == text


def test_what_follows_the_words_asked_for_is_taken_and_nothing_without_them():
    assert cleaned("First. Paragraph: no. Paragraph:\n'A river.'", "Paragraph:") == "A river."
    assert cleaned("I thought until my limit", "Paragraph:") == ""


@given(st.lists(st.sampled_from([*"ab `\"'\n“”«»<>/", "```", "<think>", "</think>"]), max_size=30))
def test_what_is_clean_stays_so(parts: list[str]):
    once = cleaned("".join(parts))
    assert cleaned(once) == once
    assert "\n" not in once
