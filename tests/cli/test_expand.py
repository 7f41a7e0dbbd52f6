"""Queries written anew by a server of this process, and once by transformers' own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from hybrid_tui import settings
from hybrid_tui.corpus import catalog, variants
from hybrid_tui.corpus.collection import Collection

from ..api_server import ApiServer, Asked, Reply, chat, configured, refusal, serving
from ..toys import toy
from .conftest import Cli, Said

QUESTION = re.compile(r"(de|en|th) question (\d)")
END_SECONDS = 300.0
ASKED = ("expand", "--llm", "api:toy", "--data", "toy", "--yes")


def content(asked: Asked) -> str:
    return str(asked.body["messages"][-1]["content"])


def told(asked: Asked) -> Reply:
    """A text that says what was asked; translations are marked."""
    text = content(asked)
    found = QUESTION.search(text)
    assert found
    words = f"about {found[0]}"
    into = re.search(r"^Translate from \w+ into (\w+)", text)
    return chat(f'"{into[1]}: {words}"' if into else f" {words}\n")


@pytest.fixture
def collection() -> Collection:
    """Three items in de, en and th."""
    return toy(items=3, models=())


@contextmanager
def model(reply: Callable[[Asked], Reply] = told, **fields: Any) -> Iterator[ApiServer]:
    with serving(reply) as server:
        configured(server.url, **fields)
        yield server


def texts(variant: str, lang: str = "de") -> list[str]:
    forms = variants.forms(catalog.load("toy"), variant)
    return [form.text for query, form in forms.items() if query.startswith(f"{lang}-")]


def test_every_query_is_written_anew_with_what_wrote_it(cli: Cli, collection: Collection):
    with model(price_per_million_tokens=2000) as server:
        made = cli(*ASKED, "--prompt", "answer", "--json").json
    assert made == {
        "collection": "toy",
        "variant": "answer",
        "prompt": "answer",
        "model": "tiny",
        "texts": 9,
        "there": 0,
        "written": 9,
        "empty": 0,
        "cut": 0,
        "calls": 9,
        "prompt_tokens": 63,
        "answer_tokens": 27,
        "price": pytest.approx(0.18),
    }
    assert variants.forms(collection, "answer")["th-q2"] == ("about th question 2", "th")
    row = variants.read("toy", "answer").row(0, named=True)
    assert (row["prompt"], row["model"], len(row["prompt_hash"])) == ("answer", "tiny", 12)
    assert all(each.body["max_tokens"] == 128 for each in server.asked)
    assert any("in Thai" in content(each) for each in server.asked)


def test_what_was_answered_is_not_asked_again(cli: Cli, collection: Collection):
    with model() as server:
        assert cli(*ASKED, "--lang", "de", "--json").json["calls"] == 3
        again = cli(*ASKED, "--lang", "de,th", "--json").json
        assert (again["there"], again["calls"], again["written"]) == (3, 3, 3)
        variants.remove("toy", "zero-shot")
        kept = cli(*ASKED, "--lang", "de", "--lang", "th")
        assert "6 texts; every answer is kept, nothing is asked" in kept.err
        assert kept.out.startswith("zero-shot: 6 texts written, 0 there already\n0 calls of tiny")
        shutil.rmtree(settings.cache_dir() / "answers")  # what the variant has is not asked again, either
        assert cli(*ASKED, "--lang", "de,th", "--json").json["calls"] == 0
    assert len(server.asked) == 6


@pytest.mark.parametrize("order", ["expand-first", "translate-first"])
def test_a_translation_is_a_call_of_its_own(cli: Cli, collection: Collection, order: str):
    with model() as server:
        made = cli(*ASKED, "--prompt", "answer", "--to", "en", "--order", order, "--json").json
    assert (made["calls"], made["written"]) == (15, 9)  # none to translate English into English
    name = "answer-then-en" if order == "expand-first" else "en-then-answer"
    form = variants.forms(collection, name)
    if order == "expand-first":
        assert form["de-q1"] == ("English: about de question 1", "en")
    else:
        assert form["de-q1"] == ("about de question 1", "en")
        second = [content(each) for each in server.asked if "English: about de question 1" in content(each)]
        assert len(second) == 1
        assert "in English" in second[0]
    rows = variants.read("toy", name)
    prompts = {lang: set(part["prompt"]) for (lang,), part in rows.partition_by("lang", as_dict=True).items()}
    both = "answer+translate" if order == "expand-first" else "translate+answer"
    assert prompts == {"de": {both}, "en": {"answer"}, "th": {both}}


def test_empty_and_cut_answers_are_counted(cli: Cli, collection: Collection):
    def reply(asked: Asked) -> Reply:
        found = QUESTION.search(content(asked))
        assert found
        return {"0": chat(' ""\n'), "1": chat("cut", finish="length")}.get(found[2], chat("whole"))

    with model(reply) as server:
        said = cli(*ASKED)
        assert "note: 3 answers had no text, and were left out" in said.out
        assert "note: 3 texts end at the prompt's limit of tokens" in said.out
        assert texts("zero-shot") == ["cut", "whole"]
        assert cli(*ASKED, "--json").json["calls"] == 3  # the empty ones are asked again
    assert len(server.asked) == 12


def test_what_it_takes_is_told_before_and_without_a_terminal_nothing_is_asked(
    cli: Cli, collection: Collection
):
    with model(price_per_million_tokens=10) as server:
        said = cli(*ASKED[:-1], "--variant", "mine")
    assert (said.code, server.asked) == (2, [])
    assert re.search(
        r"mine for toy: 9 texts; 9 calls of tiny, about [\d,]+ tokens to read, at most 2,304 to write: "
        r"at most 0.0\d by its price\n",
        said.err,
    )
    assert "asking api:toy asks first, and there is no terminal\nhint: say --yes" in said.err
    assert variants.kept_names("toy") == []


def test_a_person_may_say_no(cli: Cli, collection: Collection, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hybrid_tui.cli.output.has_terminal", lambda: True)
    monkeypatch.setattr("hybrid_tui.cli.output.confirm", lambda question: False)
    with model() as server:
        assert cli(*ASKED[:-1]).code == 1
    assert server.asked == []


def test_texts_of_another_prompt_or_model_are_replaced_only_when_told_to(cli: Cli, collection: Collection):
    with model():
        cli(*ASKED, "--variant", "mine", "--lang", "de")
        said = cli(*ASKED, "--variant", "mine", "--prompt", "answer")
        assert said.code == 2
        assert "3 texts of the variant mine are of another prompt or model" in said.err
        made = cli(*ASKED, "--variant", "mine", "--prompt", "answer", "--overwrite", "--json").json
        assert made["written"] == 9
        assert set(variants.read("toy", "mine")["prompt"]) == {"answer"}
        assert cli(*ASKED, "--variant", "mine", "--prompt", "answer", "--json").json["there"] == 9


def test_a_split_is_written_into_the_variant_of_the_whole(cli: Cli, tmp_path: Path):
    rows = "".join(f"q{n},de,de question {n}?,answer {n},{'test' if n > 2 else 'train'}\n" for n in range(4))
    (tmp_path / "pairs.csv").write_text(f"item_id,lang,query,passage,split\n{rows}")
    catalog.add("toy", tmp_path / "pairs.csv")
    with model():
        assert cli(*ASKED[:3], "--data", "toy:test", "--yes", "--json").json["written"] == 1
    assert list(variants.forms(catalog.load("toy"), "zero-shot").values()) == [("about de question 3", "de")]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (refusal(401, "no key"), "api:toy: URL wants a key: Error code: 401 - no key"),
        (refusal(404, "no tiny"), "api:toy: URL has no /chat/completions, or no model 'tiny'"),
        (refusal(429, "slow down"), "api:toy: URL still refuses so many requests"),
        (Reply(b"<html>"), "api:toy: URL/chat/completions answered what is not OpenAI's form"),
    ],
)
def test_an_endpoint_that_fails_is_told_and_what_was_answered_is_kept(
    cli: Cli, collection: Collection, reply: Reply, said: str
):
    def fails(asked: Asked) -> Reply:
        return reply if "th question" in content(asked) else told(asked)

    with model(fails, concurrency=1) as server:
        failed = cli(*ASKED)
    assert failed.code == 1
    assert said in failed.err.replace(server.url, "URL")
    assert "note: what was answered is kept; the same command goes on from there" in failed.err
    assert len(texts("zero-shot")) == len(texts("zero-shot", "en")) == 3
    with model(concurrency=1):
        assert cli(*ASKED, "--json").json["calls"] == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--llm", "toy"), "'toy' is no endpoint\nhint: say api:NAME"),
        (("--llm", "api:tyo"), "no endpoint named 'tyo'\nhint: did you mean toy?"),
        (("--prompt", "zero"), "no prompt named 'zero'"),
        (("--lang", "de,fr"), "no query language named 'fr'"),
        (("--to", "no such"), "no language named 'no such'"),
        (
            ("--order", "translate-first"),
            "translate-first needs the language to translate into\nhint: add --to en",
        ),
        (("--variant", "de"), "'de' is a language (German), which names the versions in it"),
        (("--variant", "a:b"), "'a:b' cannot name a variant"),
        (("--data", "tyo"), "no collection named 'tyo'"),
    ],
)
def test_what_is_asked_wrongly_ends_with_2(
    cli: Cli, collection: Collection, words: tuple[str, ...], said: str
):
    configured("http://127.0.0.1:1/v1")
    found = cli(*ASKED, *words)
    assert found.code == 2
    assert said in found.err


def test_a_key_that_is_not_set_is_told_before_anything_is_asked(cli: Cli, collection: Collection):
    configured("http://127.0.0.1:1/v1", key_env="TOY_KEY")
    found = cli(*ASKED)
    assert found.code == 2
    assert "api:toy: TOY_KEY is not set\nhint: export TOY_KEY=…" in found.err


@pytest.mark.timeout(600)  # as below
def test_ctrl_c_keeps_what_is_answered(collection: Collection):
    third, never = Event(), Event()
    answered: list[Asked] = []

    def stalls(asked: Asked) -> Reply:
        answered.append(asked)
        if len(answered) == 3:
            third.set()
            never.wait(END_SECONDS)
        return told(asked)

    with model(stalls, concurrency=1):
        words = [sys.executable, "-m", "hybrid_tui", *ASKED]
        process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        assert third.wait(END_SECONDS)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=END_SECONDS)
        never.set()
    assert process.returncode == 130, said
    assert said.endswith("note: what was answered is kept; the same command goes on from there\n")
    assert texts("zero-shot") == ["about de question 0", "about de question 1"]


@pytest.mark.timeout(600)  # a process of its own takes long where there are many
def test_transformers_serve_writes_them(cli: Cli, collection: Collection, tmp_path: Path):
    with transformers_serve(language_model(tmp_path / "model")) as url:
        configured(url, model=str(tmp_path / "model"), concurrency=2)
        made: Said = cli(*ASKED, "--lang", "en", "--to", "de")
    assert made.code == 0, made.err
    assert "zero-shot-then-de: 3 texts written" in made.out
    words = {word for text in texts("zero-shot-then-de", "en") for word in text.split()}
    assert words
    assert words <= set(WORDS)


WORDS = ("river", "moon", "a", "the", "of", "and", "mountain", "sea")


def language_model(folder: Path) -> Path:
    """Write a tiny random language model, its tokenizer and a template of chats."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    special = {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    vocabulary = {word: number for number, word in enumerate((*special.values(), *WORDS))}
    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=512,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=512, **special)
    fast.chat_template = "{% for message in messages %}{{ message.content }} {% endfor %}"
    fast.save_pretrained(folder)
    return folder


@contextmanager
def transformers_serve(folder: Path) -> Iterator[str]:
    """Serve a model by `transformers serve` while the block runs; yields the url."""
    pytest.importorskip("uvicorn")
    pytest.importorskip("fastapi")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [Path(sys.executable).parent / "transformers", "serve", folder, "--device", "cpu"]
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*map(str, words), "--host", "127.0.0.1", "--port", str(port)],
            stdout=out,
            stderr=out,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
    try:
        while True:
            assert process.poll() is None, log.read_text()
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)  # it is loading
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait()
