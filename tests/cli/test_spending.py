"""What endpoints cost is told before and asked for; what is kept costs nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import hybrid_tui as ht
from hybrid_tui.api.encoding_time import encoding_time
from hybrid_tui.api.workspace import Workspace
from hybrid_tui.encoders import api
from hybrid_tui.endpoints import spending
from hybrid_tui.jobs import notes

from ..api_server import ApiServer, configured, serving, vectors
from ..toys import toy
from .conftest import Cli

ASKED = ("evaluate", "--data", "toy", "-m", "api:toy+center")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiServer]:
    """Three items in de, en and th, and an endpoint with a price that was never asked."""
    monkeypatch.setattr(spending, "_spent", {})
    toy(items=3, models=())
    with serving(vectors) as served:
        configured(served.url, price_per_million_tokens=1000, query_prompt="query: ")
        yield served


def texts(server: ApiServer) -> list[str]:
    """What was embedded of the collection."""
    every = [text for asked in server.asked for text in asked.body["input"]]
    return [
        text
        for text in every
        if text.startswith(("query: de ", "query: en ", "query: th ", "de ", "en ", "th "))
    ]


def test_without_a_terminal_nothing_is_asked_unless_it_is_agreed_to(cli: Cli, server: ApiServer):
    refused = cli(*ASKED)
    # Passages have 11 letters, so 4 tokens; queries 26 with their prompt, so 9.
    assert "api:toy: 18 texts for tiny, about 117 tokens: 0.1170 by its price" in refused.err
    assert "asking api:toy asks first, and there is no terminal\nhint: say --yes" in refused.err
    assert (refused.code, server.asked) == (2, [])
    agreed = cli(*ASKED, "--yes")
    assert agreed.code == 0
    assert min(texts(server)) == "de answer 0"
    assert len(texts(server)) == 18
    told = spending.spent("toy")
    assert told.requests == len(server.asked)
    assert f"api:toy: it took {told.requests} requests, {told.tokens} tokens" in agreed.err
    assert "--yes" in notes.known("evaluation")[0].arguments


def test_what_is_kept_costs_nothing(cli: Cli, server: ApiServer):
    assert cli(*ASKED, "--yes").code == 0
    before = len(texts(server))
    for words in (ASKED, ("compare", "api:toy", "api:toy+center", "--data", "toy"), ("bias", *ASKED[1:])):
        said = cli(*words)
        assert (said.code, "api:toy: " in said.err) == (0, False)
    said = cli("search", "de question 1?", "--data", "toy", "-m", "api:toy", "--json")
    assert said.json["results"][0]["hits"][0]["lang"] == "de"
    assert texts(server)[before:] == ["query: de question 1?"]


def test_a_search_asks_for_the_passages_of_its_languages(cli: Cli, server: ApiServer):
    said = cli("search", "question", "--data", "toy", "-m", "api:toy", "--langs", "de")
    assert "api:toy: 3 texts for tiny, about 12 tokens" in said.err
    assert (said.code, server.asked) == (2, [])
    estimate = encoding_time(Workspace(), "toy", "api:toy", ["de"])
    assert (estimate.texts, estimate.needs) == (3, "about 12 tokens of api:toy, 0.0120 by its price")
    assert server.asked == []


def test_it_is_told_in_python(server: ApiServer):
    (planned,) = ht.plan_spending(["api:toy", "bm25"], "toy")
    assert (planned.endpoint, planned.texts, planned.tokens) == ("api:toy", 18, 117)
    assert planned.price == pytest.approx(0.117)
    assert ht.plan_spending(["bm25"], "toy") == ()
    assert ht.spent() == ()
    ht.load_model("api:toy").encode(["x"], "query")
    (done,) = ht.spent()
    assert done.requests == len(server.asked)
    assert server.asked[0].body["input"] == [api.PROBE]
