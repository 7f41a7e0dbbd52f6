"""Backbones in memory, each loaded once: encoders upon one share what they leave as it is."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain
from threading import Lock
from weakref import WeakValueDictionary

from tokenizers import Tokenizer
from torch import Tensor, nn

from hybrid_tui.encoders.lora import Lora
from hybrid_tui.encoders.torch_threads import torch_threads


class BackboneNetwork(nn.Module):
    """A module called with (ids, mask) that returns hidden states, shape (batch, length, `width`)."""

    width: int

    def weight(self, name: str) -> Tensor:
        """Return the weights, shape (out, in), of the module that transformers calls by a name: no copy.

        Raises KeyError or AttributeError where there is no such module.
        """
        raise NotImplementedError


class SharedTokenizer:
    """A tokenizer that several encoders and threads may call; pad_id: of what fills up a row."""

    def __init__(self, tokenizer: Tokenizer, pad_id: int) -> None:
        tokenizer.no_padding()
        self.pad_id = pad_id
        self._tokenizer = tokenizer
        self._lock = Lock()

    def ids(self, texts: list[str], limit: int) -> list[list[int]]:
        """Return the ids of each text, cut at `limit` of them."""
        with self._lock:
            self._tokenizer.enable_truncation(limit)
            return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]

    def copy(self) -> Tokenizer:
        """Return a tokenizer of the caller's own, which cuts nothing off."""
        with self._lock:
            tokenizer = Tokenizer.from_str(self._tokenizer.to_str())
        tokenizer.no_truncation()
        return tokenizer


@dataclass(frozen=True, eq=False)
class LoadedBackbone:
    """A network, float32 and on the CPU, and its tokenizer. notes: what of its files is not used."""

    network: BackboneNetwork
    tokenizer: SharedTokenizer
    notes: tuple[str, ...] = ()

    def adapted(self, lora: Lora) -> BackboneNetwork:
        """Return the network with an adapter merged: it shares every tensor that this leaves as it is.

        Raises DataError for an adapter that does not fit.
        """
        changed = {weight.untyped_storage().data_ptr() for _, weight in lora.weights(self.network.weight)}
        tensors = chain(self.network.parameters(), self.network.buffers())
        shared = {id(each): each for each in tensors if each.untyped_storage().data_ptr() not in changed}
        network = deepcopy(self.network, dict(shared))
        with torch_threads(1):
            lora.merge(network.weight)
        return network


_loaded: WeakValueDictionary[str, LoadedBackbone] = WeakValueDictionary()
_loading = Lock()


def loaded(fingerprint: str, load: Callable[[], LoadedBackbone]) -> LoadedBackbone:
    """Return the backbone that any encoder still holds under a fingerprint, else have it loaded."""
    with _loading:
        found = _loaded.get(fingerprint)
        if found is None:
            found = _loaded[fingerprint] = load()
        return found
