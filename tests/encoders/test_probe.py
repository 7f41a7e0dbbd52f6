from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from hybrid_tui.encoders import model
from hybrid_tui.errors import DataError

from ..checkpoints import checkpoint


@pytest.mark.parametrize(
    ("layer", "value", "said"),
    [
        ("encoder.layer.1.output.LayerNorm", torch.nan, "not finite"),
        ("encoder.layer.1.output.LayerNorm", 0.0, "are zero"),
        ("embeddings", 0.5, "one embedding for every text"),
    ],
)
def test_a_model_without_sense_is_told_when_it_is_loaded(tmp_path: Path, layer: str, value: float, said: str):
    folder = checkpoint(tmp_path)
    weights = load_file(folder / "model.safetensors")
    for name, tensor in weights.items():
        if name.startswith(layer):
            tensor.fill_(value)
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(DataError, match=said) as caught:
        model.load(str(folder), "cpu")
    assert str(folder) in str(caught.value)


def test_a_model_that_tells_texts_apart_is_loaded(tmp_path: Path):
    assert model.load(str(checkpoint(tmp_path)), "cpu").dimension == 16
