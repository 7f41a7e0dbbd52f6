import sys
from threading import Event
from typing import Any

import pytest

from hybrid_tui.endpoints import client as module
from hybrid_tui.endpoints import endpoint
from hybrid_tui.endpoints.client import Client
from hybrid_tui.errors import HybridTuiError, UsageError

from ..api_server import Asked, Reply, configured, refusal, serving

SECRET = "sk-very-secret"


def post(url: str, kind: Any = dict[str, int], **fields: Any) -> Any:
    configured(url, **fields)
    return Client(endpoint("toy")).post("/embeddings", {"input": ["x"]}, kind)


def failed(reply: Reply, **fields: Any) -> str:
    with serving(lambda asked: reply) as server, pytest.raises(HybridTuiError) as caught:
        post(server.url, **fields)
    assert caught.value.__cause__ is None or SECRET not in str(caught.value.__cause__)
    assert SECRET not in caught.value.whole
    return caught.value.whole.replace(server.url, "URL")


def test_an_answer_is_decoded_and_the_model_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("OPENAI_ORG_ID", "org")
    with serving(lambda asked: Reply({"found": 3})) as server:
        assert post(server.url) == {"found": 3}
    (asked,) = server.asked
    assert (asked.path, asked.body) == ("/v1/embeddings", {"model": "tiny", "input": ["x"]})
    assert "authorization" not in asked.headers  # OpenAI's key is for no other server
    assert "openai-organization" not in asked.headers


def test_the_key_is_sent_where_one_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TOY_KEY", SECRET)
    with serving(lambda asked: Reply({})) as server:
        post(server.url, key_env="TOY_KEY")
    assert server.asked[0].headers["authorization"] == f"Bearer {SECRET}"


def test_a_refusal_for_a_while_is_waited_for():
    replies = iter([refusal(429, "slow down"), refusal(503, "busy"), Reply({"found": 1})])
    with serving(lambda asked: next(replies)) as server:
        assert post(server.url) == {"found": 1}
    assert len(server.asked) == 3


def test_too_many_requests_are_told_after_the_retries():
    said = failed(refusal(429, "slow down"))
    assert said.startswith("api:toy: URL still refuses so many requests: Error code: 429 - slow down")
    assert "lower concurrency in [api.toy]" in said


def test_a_wrong_key_is_told_and_never_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TOY_KEY", SECRET)
    said = failed(refusal(401, f"bad key {SECRET}"), key_env="TOY_KEY")
    assert said.startswith("api:toy: URL refused the key in TOY_KEY: Error code: 401 - bad key …")


def test_a_key_that_is_lacking_is_told():
    assert "wants a key: Error code: 401 - no key: name its variable by key_env" in failed(
        refusal(401, "no key")
    )


def test_an_unknown_model_is_told():
    said = failed(refusal(404, "no such model"))
    assert "URL has no /embeddings, or no model 'tiny': Error code: 404 - no such model" in said


def test_another_error_has_the_servers_own_words_in_short():
    said = failed(refusal(400, "input too long " * 100))
    assert "URL/embeddings failed: Error code: 400 - input too long" in said
    assert len(said) < 300


@pytest.mark.parametrize("content", [b"<html>hello</html>", b"", b'{"found": ', b'["x"]', b"\xff"])
def test_what_is_not_the_form_is_told(content: bytes):
    assert "URL/embeddings answered what is not OpenAI's form" in failed(Reply(content))


def test_an_endpoint_that_is_down_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "RETRIES", 0)
    with serving(lambda asked: Reply({})) as server:
        pass
    with pytest.raises(HybridTuiError, match=r"cannot be reached: .*refused") as caught:
        post(server.url)
    assert caught.value.hint == "is the server up, and its url right?"


def test_an_endpoint_that_is_slow_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "RETRIES", 0)
    told = Event()

    def slow(asked: Asked) -> Reply:
        told.wait(60)
        return Reply({})

    with serving(slow) as server:
        with pytest.raises(HybridTuiError, match=r"did not answer within 0.1 s, 1 times") as caught:
            post(server.url, timeout=0.1)
        told.set()
    assert "longer timeout in [api.toy]" in caught.value.hint


def test_the_package_is_an_extra(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    configured("http://localhost:1/v1")
    with pytest.raises(UsageError, match="need the package openai") as caught:
        Client(endpoint("toy"))
    assert caught.value.hint == "pip install 'hybrid-tui[api]'"
