import pytest

from hybrid_tui import settings
from hybrid_tui.endpoints import Endpoint, endpoint, names
from hybrid_tui.errors import UsageError

from ..api_server import configured

URL = "http://localhost:8000/v1"
SECRET = "sk-very-secret"


def refused(**fields: object) -> str:
    configured(**({"url": URL} | fields))
    with pytest.raises(UsageError) as caught:
        endpoint("toy")
    assert SECRET not in caught.value.whole
    assert "[api.toy]" in str(caught.value)
    return caught.value.whole


def test_an_endpoint_is_read_by_its_name_with_or_without_api():
    configured(f"{URL}/", key_env="TOY_KEY", concurrency=8, price_per_million_tokens=0.15)
    read = Endpoint("toy", URL, "tiny", "TOY_KEY", concurrency=8, price_per_million_tokens=0.15)
    assert (names(), endpoint("toy"), endpoint("api:toy")) == (["toy"], read, read)


def test_an_unknown_one_is_told_with_those_that_there_are():
    with pytest.raises(UsageError, match="no endpoint named 'toy'") as caught:
        endpoint("toy")
    assert caught.value.hint == f"write [api.NAME], url and model into {settings.config_file()}"
    configured(URL)
    with pytest.raises(UsageError) as caught:
        endpoint("api:toys")
    assert caught.value.hint == "did you mean toy? known: toy"


@pytest.mark.parametrize(
    "url",
    [
        f"https://user:{SECRET}@host/v1",
        f"https://{SECRET}@host/v1",
        f"https://host/v1?key={SECRET}",
        f"https://host/v1?api_key={SECRET}",
        f"https://host/v1#{SECRET}",
    ],
)
def test_a_key_in_a_url_is_refused_and_not_shown(url: str):
    assert 'key_env = "MY_API_KEY"' in refused(url=url)


def test_a_key_in_the_file_is_refused_and_not_shown():
    for field in ("key", "api_key", "token_key"):
        assert f"unknown field `{field}`; put" in refused(**{field: SECRET}).replace(": put", "; put")
    assert "in capitals" in refused(key_env=SECRET)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"url": "localhost:8000/v1"}, "url is no http address"),
        ({"url": "http://localhost:port/v1"}, "url is no http address"),
        ({"url": f"{URL}/chat/completions"}, "url names one path"),
        ({"url": 3}, "Expected `str`, got `int` - at `url`"),
        ({"model": " "}, "model is empty"),
        ({"concurrency": 0}, "Expected `int` >= 1 - at `concurrency`"),
        ({"price_per_million_tokens": -1}, "at `price_per_million_tokens`"),
        ({"timeout": 0}, "at `timeout`"),
        ({"modle": "x"}, "unknown field `modle`: it may have url, model, key_env, batch"),
    ],
)
def test_what_cannot_be_used_is_named(fields: dict[str, object], said: str):
    assert said in refused(**fields)


@pytest.mark.parametrize("field", ["key", "api_key", "Authorization", "client-secret"])
def test_a_key_among_the_fields_that_are_sent_is_refused_and_not_shown(field: str):
    assert "a key by its name" in refused(query_fields={field: SECRET})


def test_fields_that_every_request_has_are_refused():
    assert "passage_fields cannot hold 'model'" in refused(passage_fields={"model": "x"})


def test_a_table_without_a_model_is_refused():
    configured(URL)
    settings.config_file().write_text(f'[api.toy]\nurl = "{URL}"', encoding="utf-8")
    with pytest.raises(UsageError, match="the table missing required field `model`"):
        endpoint("toy")


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    made = Endpoint("toy", URL, "tiny", "TOY_KEY")
    with pytest.raises(UsageError, match="api:toy: TOY_KEY is not set") as caught:
        made.key()
    assert caught.value.hint == "export TOY_KEY=…"
    monkeypatch.setenv("TOY_KEY", f" {SECRET}\n")
    assert made.key() == SECRET
    assert SECRET not in repr(made)
    assert Endpoint("toy", URL, "tiny").key() == ""
