from concurrent.futures import ThreadPoolExecutor

import pytest

from hybrid_tui import settings
from hybrid_tui.corpus.expansion.kept_answers import KeptAnswers
from hybrid_tui.corpus.expansion.prompts import Prompt
from hybrid_tui.errors import HybridTuiError

PROMPT = Prompt("toy", "{query}?")


def asked(text: str) -> list[dict[str, str]]:
    return PROMPT.messages(text, "en")


def test_an_answer_is_there_for_the_same_model_prompt_and_text_alone():
    KeptAnswers("tiny", PROMPT).put(asked("why"), "so\n", cut=True)
    kept = KeptAnswers("tiny", PROMPT).get(asked("why"))
    assert kept
    assert (kept.text, kept.cut) == ("so\n", True)
    assert KeptAnswers("tiny", PROMPT).get(asked("how")) is None
    assert KeptAnswers("other", PROMPT).get(asked("why")) is None
    assert KeptAnswers("tiny", Prompt("toy", "{query}!")).get(asked("why")) is None
    assert KeptAnswers("tiny", Prompt("toy", "{query}?", parameters={"seed": 1})).get(asked("why")) is None


def test_a_torn_line_loses_itself_alone():
    for text in ("one", "two"):
        KeptAnswers("tiny", PROMPT).put(asked(text), text, cut=False)
    (file,) = (settings.cache_dir() / "answers").iterdir()
    file.write_bytes(file.read_bytes()[:-9])
    torn = KeptAnswers("tiny", PROMPT)
    assert torn.get(asked("two")) is None
    torn.put(asked("three"), "3", cut=False)
    again = KeptAnswers("tiny", PROMPT)
    assert [bool(again.get(asked(text))) for text in ("one", "two", "three")] == [True, False, True]


def test_several_threads_keep_all():
    answers = KeptAnswers("tiny", PROMPT)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: answers.put(asked(str(n)), "x" * n, cut=False), range(200)))
    again = KeptAnswers("tiny", PROMPT)
    assert all(again.get(asked(str(n))).text == "x" * n for n in range(200))


def test_a_folder_that_cannot_be_written_is_told():
    settings.cache_dir().mkdir(parents=True)
    (settings.cache_dir() / "answers").write_text("")
    with pytest.raises(HybridTuiError, match="cannot write"):
        KeptAnswers("tiny", PROMPT).put(asked("why"), "so", cut=False)
