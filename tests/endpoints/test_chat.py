import pytest

from hybrid_tui.endpoints import endpoint
from hybrid_tui.endpoints.chat import ChatAnswer, ask
from hybrid_tui.endpoints.client import Client
from hybrid_tui.errors import HybridTuiError

from ..api_server import Reply, chat, configured, serving

MESSAGES = [{"role": "user", "content": "Warum?"}]


def answer(reply: Reply) -> ChatAnswer:
    with serving(lambda asked: reply) as server:
        configured(server.url)
        found = ask(Client(endpoint("toy")), MESSAGES, {"max_tokens": 9, "model": "other"})
    assert server.asked[0].path == "/v1/chat/completions"
    assert server.asked[0].body == {"model": "tiny", "messages": MESSAGES, "max_tokens": 9}
    return found


def test_an_answer_comes_with_its_tokens():
    assert answer(chat("Darum.", finish="length")) == ChatAnswer("Darum.", True, 7, 3)


@pytest.mark.parametrize(
    "content",
    [
        {"choices": []},
        {"choices": [{"message": {"content": None, "refusal": "no"}, "finish_reason": "content_filter"}]},
        {"choices": [{"message": {}}], "usage": {"prompt_tokens": None}},
    ],
)
def test_no_answer_is_an_empty_one(content: dict[str, object]):
    assert answer(Reply(content)) == ChatAnswer("", False, 0, 0)


@pytest.mark.parametrize("content", [{}, {"choices": [{"text": "x"}]}, {"choices": 3}, []])
def test_another_form_is_told(content: object):
    with pytest.raises(HybridTuiError, match="/chat/completions answered what is not OpenAI's form"):
        answer(Reply(content))
