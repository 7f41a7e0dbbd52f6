"""Adapters merged here against peft's own merge, and adapters that cannot be merged."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModel

from hybrid_tui.encoders import lora
from hybrid_tui.errors import DataError

from ..checkpoints import checkpoint

pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    torch.manual_seed(1)
    save_file(
        {
            "base_model.model.a.b.lora_A.weight": torch.randn(2, 5),
            "base_model.model.a.b.lora_B.weight": torch.randn(3, 2),
            "base_model.model.pooler.dense.lora_A.weight": torch.randn(2, 5),
            "base_model.model.pooler.dense.lora_B.weight": torch.randn(3, 2),
        },
        tmp_path / "adapter_model.safetensors",
    )
    configure(tmp_path)
    return tmp_path


def configure(folder: Path, **told: object) -> None:
    config = {"peft_type": "LORA", "lora_alpha": 8, "r": 2} | told
    (folder / "adapter_config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(("rooted", "factor"), [(False, 4.0), (True, 8 / 2**0.5)])
def test_the_product_is_added_scaled(adapter: Path, rooted: bool, factor: float):
    configure(adapter, use_rslora=rooted)
    weights = {"a.b": torch.ones(3, 5)}
    lora.read(adapter).merge(weights.__getitem__)
    tensors = load_file(adapter / "adapter_model.safetensors")
    down, up = (tensors[f"base_model.model.a.b.lora_{side}.weight"] for side in "AB")
    torch.testing.assert_close(weights["a.b"], 1 + factor * up @ down)


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta"])
def test_the_merge_is_pefts(tmp_path: Path, kind: str):
    import peft

    base = checkpoint(tmp_path / "base", kind)
    settings = peft.LoraConfig(r=4, lora_alpha=6, target_modules="all-linear", use_rslora=kind == "bert")
    tuned = peft.get_peft_model(AutoModel.from_pretrained(base), settings)
    for name, weights in tuned.named_parameters():
        if "lora" in name:
            torch.nn.init.normal_(weights, std=0.5)
    tuned.save_pretrained(tmp_path / "adapter")
    ours = AutoModel.from_pretrained(base)
    lora.read(tmp_path / "adapter").merge(lambda name: ours.get_submodule(name).weight)
    theirs = tuned.merge_and_unload().state_dict()
    for name, weights in ours.state_dict().items():
        if not name.startswith("pooler"):
            torch.testing.assert_close(weights, theirs[name], atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("peft_type", "LOHA"),
        ("use_dora", True),
        ("bias", "all"),
        ("modules_to_save", ["pooler"]),
        ("alpha_pattern", {"query": 3}),
        ("lora_alpha", "many"),
        ("lora_alpha", None),
    ],
)
def test_adapters_of_other_kinds_are_refused(adapter: Path, key: str, value: object):
    configure(adapter, **{key: value})
    with pytest.raises(DataError, match=r"adapter_config\.json"):
        lora.read(adapter)
    with pytest.raises(DataError, match=r"adapter_config\.json"):
        lora.fingerprint_of(adapter)


@pytest.mark.parametrize("how", ["torn", "gone", "half", "rank", "other key"])
def test_damaged_weights_are_named(adapter: Path, how: str):
    file = adapter / "adapter_model.safetensors"
    tensors = load_file(file)
    if how == "half":
        del tensors["base_model.model.a.b.lora_A.weight"]
    if how == "rank":
        tensors["base_model.model.a.b.lora_B.weight"] = torch.randn(3, 4)
    if how == "other key":
        tensors["base_model.model.a.b.lora_magnitude_vector"] = torch.randn(3)
    save_file(tensors, file)
    if how == "torn":
        file.write_bytes(file.read_bytes()[:-20])
    if how == "gone":
        file.unlink()
    with pytest.raises(DataError, match=r"adapter_model\.safetensors"):
        lora.read(adapter)


def test_a_model_that_the_adapter_does_not_fit_is_told_by_module(adapter: Path):
    for weights in ({}, {"a.b": torch.ones(3, 6)}, {"a.b": torch.ones(4, 5)}):
        with pytest.raises(DataError, match=r"a\.b"):
            lora.read(adapter).merge(weights.__getitem__)


def test_the_fingerprint_follows_weights_and_scale(adapter: Path):
    first = lora.fingerprint_of(adapter)
    configure(adapter, lora_dropout=0.3, base_model_name_or_path="elsewhere")
    assert lora.fingerprint_of(adapter) == first
    configure(adapter, lora_alpha=9)
    assert lora.fingerprint_of(adapter) != first
