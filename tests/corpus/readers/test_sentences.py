from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.corpus.readers.sentences import sentences


@pytest.mark.parametrize(
    ("lang", "parts"),
    [
        ("en", ["It rose.", "It fell!", "Why?"]),
        ("en", ['He said "no."', "She left (late.)", "They stayed."]),
        ("en", ["J. R. Smith met U. Jones at 3.5 km.", "It rained."]),
        ("en", ["It costs approx. four pounds... or less.", "Good."]),
        ("de", ["Am 3. Oktober 1990 war es so weit.", "Danach nicht."]),
        ("en", ["They won 20 to 3.", "Then they lost."]),
        ("es", ["¿Dónde está?", "¡Aquí!", "Bien."]),
        ("ar", ["أين النهر؟", "هنا.", "نعم."]),
        ("hi", ["नदी कहाँ है?", "नदी यहाँ है।", "ठीक है।"]),
        ("vi", ["Sông ở đâu?", "Ở đây."]),
    ],
)
def test_each_script_ends_its_sentences(lang: str, parts: list[str]) -> None:
    text = " ".join(parts)
    assert [text[start:end] for start, end in sentences(text, lang)] == parts


def test_chinese_needs_no_space_between_sentences() -> None:
    text = "河在哪里？“在这里。”他说完就走了。好！"
    assert [text[a:b] for a, b in sentences(text, "zh")] == [
        "河在哪里？",
        "“在这里。”",
        "他说完就走了。",
        "好！",
    ]


def test_what_stands_before_and_after_the_last_mark_is_kept() -> None:
    text = "\n One. Two without a mark  "
    assert [text[a:b] for a, b in sentences(text, "en")] == ["One.", "Two without a mark"]


@given(st.text("aA .!?。।3\n\"'", max_size=60), st.sampled_from(["en", "de", "zh", "hi"]))
def test_sentences_are_in_order_and_lose_nothing_but_space(text: str, lang: str) -> None:
    spans = sentences(text, lang)
    position = 0
    for start, end in spans:
        assert position <= start < end
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()
