"""Counter-based random numbers (Philox) keyed by seed, epoch and step.

What is drawn depends on its address alone, never on what was drawn before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 4


def stream(seed: int, *address: int) -> np.random.Generator:
    """Return the generator of an address: the same address gives the same numbers, and no two overlap.

    Philox 4x64 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
    seed: any whole number. address: up to three whole numbers in [0, 2**64).
    """
    first, second, third = (*address, *[0] * (3 - len(address)))
    key = np.array([seed % 2**64, first], np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=np.array([0, second, third, 0], np.uint64)))


def permuted(places: NDArray[np.int64], size: int, key: int) -> NDArray[np.int64]:
    """Return where a permutation of range(size) puts places, without making the whole of it; shape of places.

    A Feistel network of four rounds on the next power of four, walked until it lands below `size` (Black
    and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002, section 4).
    places: in [0, size), any shape. key: which permutation, in [0, 2**64).
    """
    half = max(((size - 1).bit_length() + 1) // 2, 1)
    keys = _scrambled(
        np.arange(1, _ROUNDS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(key)
    )
    found = _network(places.astype(np.uint64), half, keys)
    while (outside := found >= size).any():
        found[outside] = _network(found[outside], half, keys)
    return found.astype(np.int64)


def key_of(*address: int) -> int:
    """Return a key in [0, 2**64) for `permuted`, of an address of whole numbers."""
    key = np.array([0], np.uint64)
    for number in address:
        key = _scrambled(key ^ np.uint64(number % 2**64)) + np.uint64(0x9E3779B97F4A7C15)
    return int(key[0])


def _network(values: NDArray[np.uint64], half: int, keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    shift, low = np.uint64(half), np.uint64((1 << half) - 1)
    left, right = values >> shift, values & low
    for key in keys:
        left, right = right, left ^ (_scrambled(right ^ key) & low)
    return (left << shift) | right


def _scrambled(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix 64 bits (the finaliser of SplitMix64; Steele et al., OOPSLA 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
