import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui import languages
from hybrid_tui.errors import UsageError

ELEVEN = ["ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh"]
CJK = ["en", "ja", "ko", "zh"]


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
    assert languages.language("ckb").right_to_left


def test_an_unknown_code_is_named_with_near_ones():
    with pytest.raises(UsageError, match="no language named 'dee1'") as caught:
        languages.language("dee1")
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


@pytest.mark.parametrize("order", [CJK, CJK[::-1]])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("哪种金属用来做电线？", "zh"),
        ("人口最多的国家是哪个", "zh"),
        ("誰發現了氧氣？", "zh"),
        ("銅は何に使われますか", "ja"),
        ("経済産業省", "ja"),
        ("ｶﾀｶﾅ", "ja"),
        ("대한민국의 首都", "ko"),
        ("어디에 있나요?", "ko"),
        ("ｗｈｉｃｈ ｒｉｖｅｒ ｉｓ ｔｈｅ ｌｏｎｇｅｓｔ", "en"),
    ],
)
def test_han_text_is_not_told_by_the_order_of_codes(text: str, code: str, order: list[str]):
    assert languages.detect(text, order) == code


@pytest.mark.parametrize("among", [["ja", "zh"], ["ko", "zh"], ["zh", "ja"], ["zh", "ko"]])
def test_han_text_beside_one_other(among: list[str]):
    assert languages.detect("哪种金属用来做电线？", among) == "zh"


def test_han_text_is_the_only_language_that_writes_it():
    assert languages.detect("大韓民國", ["en", "ko"]) == "ko"


def test_simplified_and_traditional_variants_are_told_apart():
    assert languages.detect("誰發現了氧氣？", ["zh", "zh-Hant"]) == "zh-Hant"
    assert languages.detect("谁发现了氧气？", ["zh-Hant", "zh-Hans"]) == "zh-Hans"


def test_a_second_script_does_not_rule_a_language_out():
    assert languages.detect("Ko je otkrio kiseonik i zašto?", ["en", "sr"]) == "sr"
    assert languages.detect("Ко је открио кисеоник?", ["en", "sr"]) == "sr"


@given(st.text(max_size=30), st.permutations([*CJK, "ar", "sr", "wo"]))
def test_one_of_the_languages_is_always_named(text: str, among: list[str]):
    assert languages.detect(text, among) in among


def test_half_width_forms_are_the_letters_that_they_are():
    assert languages.script_share("ｶﾀｶﾅ", "Jpan") == 1
    assert languages.script_share("ｆｕｌｌ", "Latn") == 1


def test_without_letters_a_text_is_taken_for_english_where_that_is_among_the_languages():
    assert languages.detect("1234 ?!", ["ar", "en", "th"]) == "en"
    assert languages.detect("1234 ?!", ["ru", "th"]) == "ru"


@pytest.mark.parametrize(
    ("code", "standard"),
    [
        ("de", "de"),
        ("deu", "de"),
        ("ger", "de"),
        ("deu_Latn", "de"),
        ("DE", "de"),
        ("de-DE", "de"),
        ("german", "de"),
        ("zh-CN", "zh"),
        ("zho_Hans", "zh"),
        ("cmn", "zh"),
        ("zh-Hant", "zh-Hant"),
        ("pt-br", "pt"),
        ("pt_PT", "pt-PT"),
        ("iw", "he"),
        ("nb", "no"),
        ("fil", "tl"),
        ("yue", "yue"),
        ("mt", "mt"),
        ("wo", "wo"),
        ("arb_Arab", "ar"),
        ("swh", "sw"),
        ("xx", None),
        ("und", None),
        ("", None),
        ("../x", None),
    ],
)
def test_codes_in_every_usual_form(code: str, standard: str | None):
    assert languages.standard(code) == standard


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ({"deu_Latn", "en"}, {"deu_Latn": "de", "en": "en"}),
        ({"zh_TW"}, {"zh_TW": "zh"}),
        ({"zho_Hans", "zho_Hant"}, {"zho_Hans": "zh-Hans", "zho_Hant": "zh-Hant"}),
        ({"zh", "zh-CN", "zh_TW"}, {"zh": "zh", "zh-CN": "zh", "zh_TW": "zh-TW"}),
        ({"pt_BR", "pt_PT"}, {"pt_BR": "pt-BR", "pt_PT": "pt-PT"}),
        ({"nb"}, {"nb": "no"}),
        ({"nb", "no"}, {"nb": "nb", "no": "no"}),
        ({"xx", "de"}, {"xx": None, "de": "de"}),
    ],
)
def test_script_and_region_stay_where_variants_differ(codes: set[str], told: dict[str, str | None]):
    assert languages.standard_codes(codes) == told


def test_a_language_that_is_not_in_the_table_has_name_and_script():
    found = languages.language("wo")
    assert (found.english, found.own, found.script) == ("Wolof", "Wolof", "Latn")
    assert languages.known("zh-Hant") == languages.Language(
        "zh-Hant", "Chinese (Traditional)", "中文（繁體）", "Hant"
    )
    assert languages.known("xx") is None
