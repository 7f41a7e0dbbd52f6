"""Exported folders run by sentence-transformers against the models here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules

from hybrid_tui.encoders import manifest as manifests
from hybrid_tui.encoders import model
from hybrid_tui.encoders.encoder import Encoder
from hybrid_tui.encoders.export import export
from hybrid_tui.errors import DataError, UsageError

from .. import trained_models
from ..checkpoints import TEXTS, checkpoint

TINY = {f"encoder.layer.{layer}.attention.self.value": (16, 16) for layer in range(2)}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("tiny"), "xlm-roberta")


def check(ours: Encoder, folder: Path, texts: list[str]) -> None:
    theirs = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    assert np.abs(ours.encode(texts, "query") - theirs.encode_query(texts)).max() <= 1e-5
    for wanted in (theirs.encode(texts, prompt_name="passage"), theirs.encode_document(texts)):
        assert np.abs(ours.encode(texts, "passage") - wanted).max() <= 1e-5


def exported(folder: Path, to: Path, texts: list[str] = TEXTS) -> Path:
    """Export a trained model, compare, and load the export here as well."""
    spec = model.resolve(str(folder))
    ours = model.load(spec, "cpu")
    assert export(spec, to) == to
    check(ours, to, texts)
    if spec.provenance.backbone == "me5-small":  # large; loading such a folder is tested elsewhere
        return to
    again = model.load(str(to), "cpu")
    assert np.abs(again.encode(texts, "query") - ours.encode(texts, "query")).max() <= 1e-5
    return to


def test_an_adapter_on_me5_small(tmp_path: Path, sentences: tuple[str, ...]):
    exported(trained_models.lora(tmp_path / "a"), tmp_path / "out", list(sentences[:3]))


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta"])
@pytest.mark.parametrize("pooling", ["mean", "cls + mean"])
def test_an_adapter_on_a_transformer(tmp_path: Path, kind: str, pooling: str):
    base = checkpoint(tmp_path / "base", kind)
    exported(trained_models.lora(tmp_path / "a", str(base), TINY, pooling=pooling), tmp_path / "out")


def test_a_head_on_a_model_with_a_dense_layer(tiny: Path, tmp_path: Path):
    layers = [modules.Transformer(str(tiny)), modules.Pooling(16, "cls"), modules.Dense(16, 12)]
    base = tmp_path / "base"
    SentenceTransformer(modules=layers, device="cpu").save(str(base), create_model_card=False)
    folder = trained_models.head(tmp_path / "a", str(base), 12)
    out = exported(folder, tmp_path / "out")
    names = sorted(path.name for path in out.iterdir() if path.is_dir())
    assert names == ["1_Pooling", "2_Dense", "3_Normalize", "4_Dense", "5_Normalize"]


def test_a_whole_encoder(tiny: Path, tmp_path: Path):
    layers = [modules.Transformer(str(tiny)), modules.Pooling(16, "mean"), modules.Normalize()]
    folder = tmp_path / "a"
    SentenceTransformer(modules=layers, device="cpu").save(str(folder / "encoder"), create_model_card=False)
    manifests.write(trained_models.manifest("a", str(tiny), "full", query_prompt="a moon "), folder)
    exported(folder, tmp_path / "out")


def test_a_plain_backbone(tiny: Path, tmp_path: Path):
    exported(tiny, tmp_path / "out")


def test_a_full_folder_is_left_unless_told(tiny: Path, tmp_path: Path):
    spec = model.resolve(str(trained_models.lora(tmp_path / "a", str(tiny), TINY)))
    out = tmp_path / "out"
    out.mkdir()
    export(spec, out)
    (out / "mine.txt").touch()
    with pytest.raises(UsageError, match="not empty") as caught:
        export(spec, out)
    assert "--overwrite" in caught.value.hint
    assert (out / "mine.txt").exists()
    export(spec, out, overwrite=True)
    assert not (out / "mine.txt").exists()
    assert (out / "modules.json").exists()


def test_what_is_no_export_is_never_replaced(tiny: Path, tmp_path: Path):
    spec = model.resolve(str(tiny))
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter").touch()
    (tmp_path / "file").touch()
    for name in ("thesis", "file"):
        with pytest.raises(UsageError, match=name):
            export(spec, tmp_path / name, overwrite=True)
    assert (tmp_path / "thesis" / "chapter").exists()


def test_nothing_is_left_of_an_export_that_failed(tiny: Path, tmp_path: Path):
    wrong = {"encoder.layer.9.attention.self.value": (16, 16)}
    spec = model.resolve(str(trained_models.lora(tmp_path / "a", str(tiny), wrong)))
    with pytest.raises(DataError, match=r"layer\.9"):
        export(spec, tmp_path / "out" / "b")
    assert list((tmp_path / "out").iterdir()) == []


def test_use_m3_cannot_be_exported(tmp_path: Path):
    for name in ("use-m3", str(trained_models.head(tmp_path / "a", "use-m3", 512))):
        with pytest.raises(UsageError, match="use-m3 cannot be exported"):
            export(model.resolve(name), tmp_path / "out")
    assert not (tmp_path / "out").exists()
