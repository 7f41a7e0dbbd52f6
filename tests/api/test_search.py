from __future__ import annotations

import pytest

from hybrid_tui.api.search import search
from hybrid_tui.encoders import model
from tests.retrieval.conftest import LetterEncoder
from tests.toys import toy

Told = list[tuple[str, int, int]]


def told_of(data: str) -> Told:
    told: Told = []
    search("x", "me5-small", data, query_id="de-q0", progress=lambda *step: told.append(step))
    return told


def test_where_nothing_is_encoded_nothing_is_said_of_it():
    toy()
    assert told_of("toy") == [("me5-small: searching", 0, 0)]


def test_what_is_encoded_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(model, "load", lambda *_: LetterEncoder())
    toy("bare", models=())
    assert told_of("bare")[:2] == [
        ("me5-small: searching", 0, 0),
        ("me5-small: encoding passages of bare", 0, 36),
    ]
