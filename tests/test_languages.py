import pytest

from hybrid_tui import languages
from hybrid_tui.errors import UsageError

ELEVEN = ["ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh"]


def test_own_names_are_written_in_the_own_script():
    for language in languages.LANGUAGES.values():
        assert languages.script_share(language.own, language.script) == 1, language


def test_direction():
    assert {code for code, entry in languages.LANGUAGES.items() if entry.right_to_left} >= {
        "ar",
        "fa",
        "he",
        "ur",
    }
    assert not languages.language("th").right_to_left


def test_an_unknown_code_is_named_with_near_ones():
    with pytest.raises(UsageError, match="no language named 'deu'") as caught:
        languages.language("deu")
    assert "de" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Wer entdeckte den Sauerstoff?", "de"),
        ("Which river is the longest?", "en"),
        ("¿Quién descubrió el oxígeno?", "es"),
        ("Oksijeni kim keşfetti?", "tr"),
        ("Ai đã phát hiện ra oxy?", "vi"),
        ("谁发现了氧气？", "zh"),
        ("من اكتشف الأكسجين؟", "ar"),
        ("Кто открыл кислород?", "ru"),
        ("Ποιος ανακάλυψε το οξυγόνο;", "el"),
        ("ऑक्सीजन की खोज किसने की?", "hi"),
        ("ใครค้นพบออกซิเจน", "th"),
    ],
)
def test_detection(text: str, code: str):
    assert languages.detect(text, ELEVEN) == code


def test_without_letters_a_text_is_taken_for_english_where_that_is_among_the_languages():
    assert languages.detect("1234 ?!", ["ar", "en", "th"]) == "en"
    assert languages.detect("1234 ?!", ["ru", "th"]) == "ru"
