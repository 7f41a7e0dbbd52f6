"""The encoder of multilingual-e5-small in torch, its word table left packed in 4 bits.

transformers' `BertModel` would do as well, but importing it takes longer than everything else that a
first search waits for; torch's own encoder layers compute the same.
"""

from __future__ import annotations

import re

import torch
from torch import Tensor, nn

from hybrid_tui.encoders.e5file import BLOCK_BYTES, E5File

_LAYER = {
    "self_attn.out_proj": "ao",
    "norm1": "aln",
    "linear1": "fi",
    "linear2": "fo",
    "norm2": "oln",
}
_PLACES = {
    "attention.self.query": ("self_attn.in_proj_weight", 0),
    "attention.self.key": ("self_attn.in_proj_weight", 1),
    "attention.self.value": ("self_attn.in_proj_weight", 2),
    "attention.output.dense": ("self_attn.out_proj.weight", None),
    "intermediate.dense": ("linear1.weight", None),
    "output.dense": ("linear2.weight", None),
}
"""Where the weights of transformers' modules are here, and which third of them."""


class PackedRows(nn.Module):
    """An embedding table of 4-bit blocks; only the rows that are asked for become float32."""

    blocks: Tensor

    def __init__(self, blocks: Tensor) -> None:
        """Take blocks of shape (rows, bytes per row), uint8; they may lie on disk."""
        super().__init__()
        self.register_buffer("blocks", blocks)

    def forward(self, ids: Tensor) -> Tensor:
        """Return rows of shape (*ids.shape, width), float32, for integer ids of any shape."""
        wanted, places = ids.unique(return_inverse=True)  # type: ignore[no-untyped-call]
        blocks = self.blocks[wanted].view(-1, BLOCK_BYTES)
        scales = blocks[:, :2].contiguous().view(torch.float16).float()
        nibbles = blocks[:, 2:]
        values = torch.cat((nibbles & 15, nibbles >> 4), dim=1).float().sub_(8).mul_(scales)
        return values.view(len(wanted), -1)[places]


class Bert(nn.Module):
    """A BERT encoder without pooler; words, positions, one token type."""

    def __init__(self, file: E5File) -> None:
        super().__init__()
        self.words = PackedRows(torch.from_numpy(file.packed("emb.word", file.rows)))
        positions = file.weights("emb.pos", file.positions, file.hidden)
        positions += file.weights("emb.type", 2, file.hidden)[0]
        self.positions = nn.Parameter(torch.from_numpy(positions))
        with torch.device("meta"):
            self.norm = nn.LayerNorm(file.hidden, eps=file.epsilon)
            layer = nn.TransformerEncoderLayer(
                file.hidden, file.heads, file.feed_forward, 0.0, "gelu", file.epsilon, batch_first=True
            )
            self.encoder = nn.TransformerEncoder(layer, file.layers, enable_nested_tensor=False)
        self.norm.load_state_dict(_pair(file, "emb.ln"), assign=True)
        for number, layer in enumerate(self.encoder.layers):
            layer.load_state_dict(_layer(file, f"l{number}"), assign=True)

    def forward(self, ids: Tensor, mask: Tensor | None) -> Tensor:
        """Return the last hidden states, shape (batch, length, hidden).

        ids: shape (batch, length), int64.
        mask: the same shape, bool, False at padding; None where there is no padding.
        """
        words = self.words(ids) + self.positions[: ids.shape[1]]
        hidden: Tensor = self.encoder(
            self.norm(words.to(self.norm.weight.dtype)), src_key_padding_mask=None if mask is None else ~mask
        )
        return hidden

    def weight(self, name: str) -> Tensor:
        """Return the weights, shape (out, in), of a linear layer by its name in transformers' `BertModel`.

        Writing into them changes this model. Raises KeyError where there is no such layer.
        """
        match = re.fullmatch(r"encoder\.layer\.(\d+)\.(.+)", name)
        if not match or int(match[1]) >= len(self.encoder.layers):
            raise KeyError(name)
        place, third = _PLACES[match[2]]
        weight: Tensor = self.encoder.layers[int(match[1])].get_parameter(place)
        return weight if third is None else weight.chunk(3)[third]


def _pair(file: E5File, name: str) -> dict[str, Tensor]:
    bias = torch.from_numpy(file.weights(f"{name}.b", -1))
    weight = file.weights(f"{name}.w", -1)
    if weight.size != bias.numel():
        weight = weight.reshape(bias.numel(), -1)
    return {"weight": torch.from_numpy(weight), "bias": bias}


def _layer(file: E5File, prefix: str) -> dict[str, Tensor]:
    state = {
        f"{ours}.{kind}": tensor
        for ours, theirs in _LAYER.items()
        for kind, tensor in _pair(file, f"{prefix}.{theirs}").items()
    }
    projections = [_pair(file, f"{prefix}.{name}") for name in "qkv"]
    for kind in ("weight", "bias"):
        state[f"self_attn.in_proj_{kind}"] = torch.cat([pair[kind] for pair in projections])
    return state
