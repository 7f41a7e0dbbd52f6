"""The encoder of multilingual-e5-small in torch, its word table left packed in 4 bits.

An ordinary folder of transformers would do as well, but a first search then takes twice the processor time
(to import transformers), 170 MB more of memory and 460 MB of disk. torch's own layers compute the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from hybrid_tui.encoders.loaded_backbones import BackboneNetwork
from hybrid_tui.encoders.packaged.e5_file import BLOCK_BYTES, E5File

_LAYER = {
    "self_attn.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "linear1": "intermediate.dense",
    "linear2": "output.dense",
    "norm2": "output.LayerNorm",
}
"""torch's names of a layer's modules, and those of transformers' `BertModel`."""
_PROJECTIONS = ("query", "key", "value")
"""In the order in which torch keeps them in one matrix."""
_MODULE = re.compile(r"encoder\.layer\.(\d+)\.(.+)")


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


class E5Network(BackboneNetwork):
    """A BERT encoder without pooler; words, positions, one token type."""

    def __init__(self, file: E5File, weights: Mapping[str, Tensor]) -> None:
        """Take the file's sizes and word table, and `weights` by transformers' names, float32."""
        super().__init__()
        self.width = file.hidden
        self.words = PackedRows(file.word_blocks())
        positions = weights["embeddings.position_embeddings.weight"]
        self.positions = nn.Parameter(positions + weights["embeddings.token_type_embeddings.weight"][0])
        with torch.device("meta"):
            self.norm = nn.LayerNorm(file.hidden, eps=file.epsilon)
            layer = nn.TransformerEncoderLayer(
                file.hidden, file.heads, file.feed_forward, 0.0, "gelu", file.epsilon, batch_first=True
            )
            self.encoder = nn.TransformerEncoder(layer, file.layers, enable_nested_tensor=False)
        norm = {kind: weights[f"embeddings.LayerNorm.{kind}"] for kind in ("weight", "bias")}
        self.norm.load_state_dict(norm, assign=True)
        for number, layer in enumerate(self.encoder.layers):
            layer.load_state_dict(_layer(weights, f"encoder.layer.{number}"), assign=True)

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
        """Return the weights of a layer's module, as `BackboneNetwork` says."""
        match = _MODULE.fullmatch(name)
        if not match:
            raise KeyError(name)
        layer, module = f"encoder.layers.{match[1]}", match[2]
        projection = module.removeprefix("attention.self.")
        if projection in _PROJECTIONS:
            together = self.get_parameter(f"{layer}.self_attn.in_proj_weight")
            return together.detach().chunk(3)[_PROJECTIONS.index(projection)]
        ours = {theirs: ours for ours, theirs in _LAYER.items()}[module]
        return self.get_parameter(f"{layer}.{ours}.weight")


def _layer(weights: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    state: dict[str, Tensor] = {}
    for kind in ("weight", "bias"):
        state |= {f"{ours}.{kind}": weights[f"{prefix}.{theirs}.{kind}"] for ours, theirs in _LAYER.items()}
        projections = [weights[f"{prefix}.attention.self.{name}.{kind}"] for name in _PROJECTIONS]
        state[f"self_attn.in_proj_{kind}"] = torch.cat(projections)
    return state
