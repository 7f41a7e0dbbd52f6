"""Exported corrections, by sentence-transformers and by the ten lines alone, against our own vectors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

import hybrid_tui as ht
from hybrid_tui.api.workspace import default
from hybrid_tui.encoders.encoder import Role
from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.integrations import load
from hybrid_tui.systems.system import system

from ..checkpoints import TEXTS, checkpoint
from ..toys import ROLES, toy

CORRECTIONS = ["center:.75", "shift:de:.5", "shift:de:both", "lir:2", "dim:8", "dim:8+center", "dim:8+lir"]
LANGS = ["de", "en", "th", "fr", "th", "de", "en"]  # French is in no collection here
Written = tuple[str, Path]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("base"), "xlm-roberta")


@pytest.fixture
def written(base: Path, tmp_path: Path) -> Callable[[str], Written]:
    """Export the model with stages, which are fitted on the toy collection; what it is called, and where."""
    toy(items=6, models=())

    def export(stages: str) -> Written:
        name = f"{base}+{stages}" + ("" if stages == "dim:8" else "@toy")
        return name, ht.export_model(name, tmp_path / "out").folder

    return export


def ours(name: str, role: Role) -> NDArray[np.float32]:
    """The vectors of the texts as a system compares them, each in its language."""
    found = system(name, "toy", default()).texts
    assert found
    found.prepare(["de"], lambda _: lambda *_: None)
    made = found.encoder().encode(TEXTS, role)
    rows = [found.changed(row[np.newaxis], role, lang)[0] for row, lang in zip(made, LANGS, strict=True)]
    return np.stack(rows)


@pytest.mark.parametrize("stages", CORRECTIONS)
def test_vectors_are_ours(written: Callable[[str], Written], stages: str, monkeypatch: pytest.MonkeyPatch):
    name, folder = written(stages)
    whole, plain = load(folder, "cpu"), SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    card = (folder / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(import json, pathlib\n.*?)```", card, re.DOTALL)
    assert code
    assert len(code[1].splitlines()) == 10
    monkeypatch.chdir(folder)
    lines: dict[str, Any] = {}
    exec(code[1], lines)
    for role in ROLES:
        wanted = ours(name, role)
        encode, below = (
            each.encode_query if role == "query" else each.encode_document for each in (whole, plain)
        )
        assert np.abs(encode(TEXTS, langs=LANGS) - wanted).max() <= 1e-5
        as_they_are = below(TEXTS)
        if "dim" not in stages and not (role == "query" and stages == "shift:de:.5"):
            assert np.abs(as_they_are[:2] - wanted[:2]).max() > 1e-3
        for row, lang in enumerate(LANGS):
            (moved,) = lines["corrected"](as_they_are[row : row + 1], role, lang)
            assert np.abs(moved - wanted[row]).max() <= 1e-5


def test_languages_are_told_or_detected(written: Callable[[str], Written]):
    _, folder = written("center")
    loaded = load(folder, "cpu")
    texts = ["Der Fluss und der Berg sind ruhig", "แม่น้ำ"]
    assert np.allclose(loaded.encode_query(texts), loaded.encode_query(texts, langs=["de", "th"]), atol=1e-6)
    one = loaded.encode_query(texts[0], langs="de")
    assert np.allclose(one, loaded.encode_query(texts)[0], atol=1e-6)
    assert loaded.encode_document(texts, convert_to_tensor=True).shape == (2, 16)
    assert loaded.encode_document([]).shape == (0, 16)
    with pytest.raises(UsageError, match="1 languages for 2 texts"):
        loaded.encode_query(texts, langs=["de"])
    with pytest.raises(UsageError, match="corrected apart"):
        loaded.encode(texts)


def test_the_module_is_saved_and_loaded(written: Callable[[str], Written], tmp_path: Path):
    _, folder = written("center")
    loaded = load(folder, "cpu")
    loaded.save(str(tmp_path / "saved"), create_model_card=False)
    again = SentenceTransformer(str(tmp_path / "saved"), device="cpu", local_files_only=True)
    made = again.encode_query(["a river"], lang="de")
    assert np.allclose(made, loaded.encode_query(["a river"], langs="de"), atol=1e-6)
    with pytest.raises(UsageError, match="language of each text"):
        again.encode_query(["a river"])


def test_what_is_damaged_is_told(written: Callable[[str], Written], base: Path):
    with pytest.raises(DataError, match=r"no offsets\.json"):
        load(base)
    _, folder = written("center")
    about = json.loads((folder / "offsets.json").read_text())
    (folder / "offsets.json").write_text(json.dumps(about | {"dimensions": 12}))
    with pytest.raises(DataError, match="shape"):
        load(folder)
    (folder / "offsets.json").write_text(json.dumps(about | {"dimensions": "x"}))
    with pytest.raises(DataError, match="dimensions"):
        load(folder)
    (folder / "offsets.json").write_text(json.dumps(about))
    (folder / "offsets.safetensors").write_bytes(b"\x80\x04no tensors")
    with pytest.raises(DataError, match=r"offsets\.safetensors cannot be read"):
        load(folder)


@pytest.mark.parametrize(
    ("stages", "problem", "instead"),
    [
        ("center", "fitted on the collection that is searched", "+center@starter"),
        ("dim:8+center@toy+fuse:bm25", "fuse:bm25 works when a query is answered", "+dim:8+center@toy"),
        ("query:en", "query:en:.5 works when a query", "export"),
        ("rerank:a/b", "works when a query", "export"),
        ("dim:16", "16 dimensions", "fewer"),
        ("center@nowhere", "nowhere", ""),
    ],
)
def test_what_a_folder_cannot_do_is_refused(
    base: Path, tmp_path: Path, stages: str, problem: str, instead: str
):
    toy(items=2, models=())
    with pytest.raises(UsageError, match=re.escape(problem)) as caught:
        ht.export_model(f"{base}+{stages}", tmp_path / "out")
    assert instead in caught.value.hint
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "problem"),
    [("bm25", "no embeddings"), ("run:mine", "no embeddings"), ("api:mine", "with its server")],
)
def test_what_is_no_model_here_is_refused(tmp_path: Path, name: str, problem: str):
    with pytest.raises(UsageError, match=problem):
        ht.export_model(name, tmp_path / "out")
