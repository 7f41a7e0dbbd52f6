"""Exported corrections, by sentence-transformers and by the ten lines alone, against our own vectors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

import hybrid_tui as ht
from hybrid_tui import settings
from hybrid_tui.api.workspace import default
from hybrid_tui.corpus import catalog
from hybrid_tui.encoders.encoder import Role
from hybrid_tui.errors import DataError, UsageError
from hybrid_tui.integrations import load
from hybrid_tui.systems.system import system

from ..checkpoints import TEXTS, WORDS, checkpoint
from ..toys import ROLES, toy

CORRECTIONS = ["center:.75", "shift:de:.5", "shift:de:both", "lir", "dim:8", "dim:8+center"]
LANGS = ["de", "en", "th", "fr"]  # French is not in the collection
Written = tuple[str, Path]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("base"), "xlm-roberta")


@pytest.fixture
def written(base: Path, tmp_path: Path) -> Callable[[str], Written]:
    """Export the model with stages, which are fitted on the toy collection; what it is called, and where."""
    words()

    def export(stages: str) -> Written:
        name = f"{base}+{stages}" + ("" if stages == "dim:8" else "@words")
        return name, ht.export_model(name, tmp_path / "out").folder

    return export


def words() -> None:
    """Add a collection whose languages have words of their own."""
    own = {"de": "Der Fluss", "en": "a river and a mountain", "th": "moon moon"}
    folder = settings.cache_dir() / "words"
    folder.mkdir(parents=True)
    texts = [(lang, n, f"{text} {WORDS[n]}") for lang, text in own.items() for n in range(4)]
    tables = {
        "queries": [
            {"query_id": f"{lang}-q{n}", "item_id": f"item{n}", "lang": lang, "text": f"{text} Query"}
            for lang, n, text in texts
        ],
        "passages": [{"passage_id": f"{lang}-p{n}", "lang": lang, "text": text} for lang, n, text in texts],
        "relevance": [{"item_id": f"item{n}", "passage_id": f"{lang}-p{n}"} for lang, n, _ in texts],
    }
    for table, rows in tables.items():
        (folder / f"{table}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    catalog.add("words", folder)


def ours(name: str, role: Role, lang: str) -> NDArray[np.float32]:
    """The vectors of the texts in a language as a system compares them."""
    found = system(name, "words", default()).texts
    assert found
    found.prepare(["de"], lambda _: lambda *_: None)
    return found.changed(found.encoder().encode(TEXTS, role), role, lang)


@pytest.fixture
def ten_lines(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Callable[..., Any]]:
    """Run the ten lines in a folder's README.md, in that folder; give what they define."""

    def run(folder: Path) -> Callable[..., Any]:
        card = (folder / "README.md").read_text(encoding="utf-8")
        code = re.search(r"```python\n(import json, pathlib\n.*?)```", card, re.DOTALL)
        assert code
        assert len(code[1].splitlines()) == 10
        monkeypatch.chdir(folder)
        names: dict[str, Any] = {}
        exec(code[1], names)
        return names["corrected"]

    return run


@pytest.mark.parametrize("stages", CORRECTIONS)
def test_vectors_are_ours(
    written: Callable[[str], Written], ten_lines: Callable[[Path], Callable[..., Any]], stages: str
):
    name, folder = written(stages)
    whole, plain = load(folder, "cpu"), SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    corrected = ten_lines(folder)
    # Of the random model's texts lir leaves a hundredth, whose scaling to length 1 makes rounding larger.
    most = 1e-4 if stages == "lir" else 1e-5
    for role in ROLES:
        encode, below = (
            each.encode_query if role == "query" else each.encode_document for each in (whole, plain)
        )
        vectors = below(TEXTS)
        for lang in LANGS:
            wanted = ours(name, role, lang)
            assert np.abs(encode(TEXTS, langs=lang) - wanted).max() <= most
            assert np.abs(corrected(vectors, role, lang) - wanted).max() <= most
        if "dim" not in stages and (role == "passage" or stages != "shift:de:.5"):
            assert np.abs(vectors - ours(name, role, "en")).max() > 1e-3


@pytest.mark.parametrize("stages", ["lir:3", "dim:12+lir:2", "shift:en:both:2"])
def test_the_ten_lines_are_ours_on_any_vectors(
    written: Callable[[str], Written], ten_lines: Callable[[Path], Callable[..., Any]], stages: str
):
    name, folder = written(stages)
    corrected = ten_lines(folder)
    texts = system(name, "words", default()).texts
    assert texts
    texts.prepare(["de"], lambda _: lambda *_: None)
    vectors = np.random.default_rng(0).normal(size=(20, 16))
    vectors = np.float32(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    for role, lang in product(ROLES, LANGS):
        wanted = texts.changed(vectors, role, lang)
        assert np.abs(corrected(vectors, role, lang) - wanted).max() <= 1e-6


def test_languages_are_told_or_detected(written: Callable[[str], Written]):
    _, folder = written("center")
    loaded = load(folder, "cpu")
    texts = ["Der Fluss und der Berg sind ruhig", "แม่น้ำ", "a river and a mountain", "der Fluss ist ein Fluss"]
    told = loaded.encode_query(texts, langs=["de", "th", "en", "de"])
    assert np.array_equal(loaded.encode_query(texts), told)
    for row, lang in enumerate(["de", "th", "en", "de"]):
        assert np.abs(loaded.encode_query(texts, langs=lang)[row] - told[row]).max() < 1e-3
    one = loaded.encode_query(texts[0], langs="de")
    assert np.allclose(one, loaded.encode_query(texts)[0], atol=1e-6)
    assert loaded.encode_document(texts, convert_to_tensor=True).shape == (4, 16)
    assert loaded.encode_document([]).shape == (0, 16)
    with pytest.raises(UsageError, match="1 languages for 4 texts"):
        loaded.encode_query(texts, langs=["de"])
    with pytest.raises(UsageError, match="corrected apart"):
        loaded.encode(texts)


def test_what_sentence_transformers_would_not_load_is_not_saved(
    written: Callable[[str], Written], tmp_path: Path
):
    _, folder = written("center")
    with pytest.raises(UsageError, match="not saved again"):
        load(folder, "cpu").save(str(tmp_path / "saved"), create_model_card=False)


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
