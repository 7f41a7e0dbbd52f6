"""What encoders upon one backbone share, and that none of them changes it."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from hybrid_tui.encoders import lora, model, transformer
from hybrid_tui.encoders.encoder import Encoder
from hybrid_tui.encoders.loaded_backbones import BackboneNetwork, LoadedBackbone, SharedTokenizer, loaded
from hybrid_tui.encoders.packaged import e5_file
from hybrid_tui.encoders.packaged.e5_network import E5Network
from hybrid_tui.encoders.packaged.me5_small import WEIGHTS
from hybrid_tui.errors import DataError

from .. import trained_models
from ..checkpoints import TEXTS, checkpoint

CHANGED = {"encoder.layer.0.attention.self.query": (16, 16), "encoder.layer.1.output.dense": (16, 24)}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("tiny"), "xlm-roberta")


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders whose network has been loaded since."""
    gc.collect()  # an encoder of another test may be there still
    found: list[Path] = []
    load = transformer._model

    def counted(folder: Path) -> object:
        found.append(folder)
        return load(folder)

    monkeypatch.setattr(transformer, "_model", counted)
    return found


def backbone(network: BackboneNetwork) -> LoadedBackbone:
    return LoadedBackbone(network, SharedTokenizer(Tokenizer(WordLevel({"a": 0}, unk_token="a")), 0))


def tensors(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    return dict(network.state_dict(keep_vars=True))


def test_a_backbone_is_loaded_once_for_all_that_runs_upon_it(tiny: Path, tmp_path: Path, loads: list[Path]):
    folders = [trained_models.lora(tmp_path / name, str(tiny), CHANGED) for name in ("one", "two")]
    alone = model.load(str(folders[0]), "cpu").encode(TEXTS, "passage")
    gc.collect()
    base = model.load(str(tiny), "cpu")
    assert loads == [tiny, tiny], "what nobody holds any more is gone"
    before = base.encode(TEXTS, "query")
    adapted = [model.load(str(folder), "cpu") for folder in folders]
    assert len(loads) == 2
    for encoder in adapted:
        assert np.abs(encoder.encode(TEXTS, "passage") - alone).max() <= 1e-6
    np.testing.assert_array_equal(base.encode(TEXTS, "query"), before)
    assert np.abs(base.encode(TEXTS, "passage") - alone).max() > 1e-3


def test_an_adapter_has_tensors_of_its_own_where_it_changes_them_alone(tiny: Path, tmp_path: Path):
    adapter = lora.read(trained_models.lora(tmp_path / "lora", str(tiny), CHANGED))
    network = transformer.HiddenStates(transformer.network(tiny))
    found = backbone(network).adapted(adapter)
    mine, theirs = tensors(network), tensors(found)
    assert {name for name in mine if mine[name] is not theirs[name]} == {
        f"model.{name}.weight" for name in CHANGED
    }


def test_an_adapter_that_does_not_fit_changes_nothing(tiny: Path, tmp_path: Path):
    shapes = CHANGED | {"encoder.layer.7.output.dense": (16, 24)}
    adapter = lora.read(trained_models.lora(tmp_path / "lora", str(tiny), shapes))
    network = transformer.HiddenStates(transformer.network(tiny))
    before = {name: tensor.clone() for name, tensor in tensors(network).items()}
    with pytest.raises(DataError, match=r"encoder\.layer\.7\.output\.dense"):
        backbone(network).adapted(adapter)
    assert all(tensor.equal(before[name]) for name, tensor in tensors(network).items())


def test_the_packaged_network_takes_an_adapter_as_its_weights_by_name_do(me5_small: Encoder, tmp_path: Path):
    adapter = lora.read(trained_models.lora(tmp_path / "lora"))
    shared = loaded(WEIGHTS.sha256, lambda: pytest.fail(f"{me5_small.fingerprint} was loaded anew"))
    file = e5_file.read(WEIGHTS.verified())
    weights = dict(file.weights())
    adapter.merge(lambda name: weights[f"{name}.weight"])
    wanted, found = tensors(E5Network(file, weights)), shared.adapted(adapter)
    for name, tensor in tensors(found).items():
        if name != "words.blocks":
            torch.testing.assert_close(tensor, wanted[name], atol=1e-6, rtol=0)
    own = {name for name, tensor in tensors(found).items() if tensor is not tensors(shared.network)[name]}
    kinds = ("self_attn.in_proj_weight", "self_attn.out_proj.weight", "linear1.weight", "linear2.weight")
    assert own == {f"encoder.layers.{layer}.{kind}" for layer in range(12) for kind in kinds}


@pytest.mark.parametrize(
    "name",
    ["pooler.dense", "encoder.layer.99.output.dense", "encoder.layer.0.nothing", "embeddings.LayerNorm"],
)
def test_a_module_that_the_packaged_network_lacks_is_told(me5_small: Encoder, name: str):
    network: BackboneNetwork = me5_small._model  # type: ignore[attr-defined]
    with pytest.raises((KeyError, AttributeError)):
        network.weight(name)
