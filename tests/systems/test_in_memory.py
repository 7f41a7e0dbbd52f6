"""Systems that differ in how they are asked have what is made of passages together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from hybrid_tui.api.workspace import SharedEncoder, Workspace
from hybrid_tui.corpus.variants import QueryForm
from hybrid_tui.retrieval import index
from hybrid_tui.systems import retriever
from hybrid_tui.systems.in_memory import Shared
from hybrid_tui.systems.retrievers import bm25

from .. import toys


@dataclass
class Part:
    """Something to share."""

    name: str


class Letters:
    """An encoder that tells what it is asked for."""

    dimension = toys.DIMENSION
    fingerprint = "letters"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts, role, *, progress=None, cancelled=None):
        self.encoded += texts
        rows = np.array([[text.count(chr(97 + at)) for at in range(self.dimension)] for text in texts], float)
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def forms(text: str) -> dict[str, QueryForm]:
    return {"de": QueryForm(text, "de")}


@pytest.mark.parametrize("stages", ["+center{}", "+center{}+fuse:bm25"])
def test_another_weight_encodes_and_indexes_nothing_anew(stages: str, monkeypatch: pytest.MonkeyPatch):
    toys.toy()
    letters, workspace, made = Letters(), Workspace(), list[str]()
    shared = SharedEncoder(letters)
    monkeypatch.setattr(workspace, "encoder", lambda _: shared)
    monkeypatch.setattr(retriever, "build", lambda *parts: made.append("index") or index.build(*parts))
    monkeypatch.setattr(
        bm25, "words", lambda texts, lang: made.append(lang) or [text.split() for text in texts]
    )

    def ranked(weight: str) -> list[str]:
        system = f"me5-small{stages.format(f'+query:de:{weight}')}"
        found = workspace.retriever("toy", system).search("abc", query_lang="en", forms=forms("opq"), k=5)
        return [hit.passage_id for hit in found.hits]

    first = ranked("0.05")
    before = list(made)
    assert letters.encoded == ["abc", "opq"]
    others = [ranked(f"{step / 20:g}") for step in range(2, 20)]
    assert letters.encoded == ["abc", "opq"], "what is encoded stays, and only the mix is computed"
    assert set(made[len(before) :]) <= {"en"}, "of words those of the query alone"
    assert len({*map(tuple, [first, *others])}) > 1


def test_what_nobody_holds_is_forgotten():
    shared = Shared()
    held = shared("x", lambda: Part("first"))
    assert shared("x", lambda: Part("second")) is held
    assert shared("y", lambda: Part("other")) is not held
    del held
    assert shared("x", lambda: Part("third")).name == "third"
