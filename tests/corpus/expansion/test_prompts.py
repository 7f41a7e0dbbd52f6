from pathlib import Path

import pytest

from hybrid_tui import settings
from hybrid_tui.corpus.expansion import prompts
from hybrid_tui.errors import UsageError

STYLES = ["zero-shot", "few-shot", "reasoning", "answer"]


def own(text: str) -> Path:
    file = settings.config_file().parent / "prompts" / "expand.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_there_are_four_styles_and_each_says_the_query_and_its_language():
    assert prompts.names() == STYLES
    for name in STYLES:
        (message,) = prompts.prompt(name).messages("Wozu {language}?", "de")
        assert message["role"] == "user"
        assert "Wozu {language}?" in message["content"]
        assert "German" in message["content"]
        assert prompts.prompt(name).most_tokens > 0
    assert len({prompts.prompt(name).hash for name in STYLES}) == 4


def test_a_translation_says_both_languages():
    (message,) = prompts.translation().messages("Wozu?", "de", "th")
    assert "from German into Thai" in message["content"]
    with pytest.raises(UsageError, match="no prompt named 'translate'"):
        prompts.prompt("translate")


def test_ones_own_replace_the_packaged_and_add_to_them():
    before = prompts.prompt("answer").hash
    own('[answer]\nsystem = "Be brief."\nuser = "{query}?"\n[mine]\nuser = "{query}"\nparameters = {k = 3}')
    assert prompts.names() == [*STYLES, "mine"]
    assert prompts.prompt("answer").hash != before
    assert prompts.prompt("answer").messages("Why", "en") == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Why?"},
    ]
    assert (prompts.prompt("mine").parameters, prompts.prompt("mine").most_tokens) == ({"k": 3}, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[answer", "expand.toml: Expected"),
        ("answer = 3", "answer is no table"),
        ('[answer]\nuser = "no place"', "answer: user has no {query}"),
        ("[answer]\nuser = 3", "answer: Expected `str`, got `int` - at `user`"),
        (
            '[answer]\nuser = "{query}"\ntemperature = 0',
            "answer: the table contains unknown field `temperature`",
        ),
        ('[translate]\nuser = "{query}"', "translate: user has no {to}"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(text: str, said: str):
    file = own(text)
    with pytest.raises(UsageError) as caught:
        prompts.prompt("answer")
        prompts.translation()
    assert str(caught.value).startswith(str(file))
    assert said in str(caught.value)
