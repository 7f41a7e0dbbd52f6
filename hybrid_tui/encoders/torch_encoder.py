"""Running a torch model over texts: what every torch encoder shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from hybrid_tui.encoders.backbones import MaxTokens, Prompts
from hybrid_tui.encoders.batching import batches, encodable
from hybrid_tui.encoders.encoder import Progress, Role
from hybrid_tui.encoders.loaded_backbones import LoadedBackbone, loaded
from hybrid_tui.encoders.lora import Lora
from hybrid_tui.encoders.pooling import PoolingHead
from hybrid_tui.encoders.torch_threads import EVERY, torch_threads
from hybrid_tui.errors import Cancelled, UsageError

TOKEN_BUDGET = {"cpu": 1024, "cuda": 32_768}
"""Rows x longest row of a batch. Larger ones only add padding on a CPU; a GPU wants to be filled."""

_AT_ONCE = 1024
"""Texts that are tokenised between two questions whether to stop; a query waits for no more."""


class Placement(NamedTuple):
    """Where a model runs and in which precision: single on a CPU, half on a GPU."""

    device: torch.device
    dtype: torch.dtype

    @property
    def shares(self) -> bool:
        """Whether models run on the tensors that were loaded, which others may run on too."""
        return self.device.type == "cpu" and self.dtype is torch.float32

    def shared_backbone(self, fingerprint: str, load: Callable[[], LoadedBackbone]) -> LoadedBackbone:
        """Return a backbone, the one in memory where models share it; else have it loaded."""
        return loaded(fingerprint, load) if self.shares else load()


class TorchEncoder:
    """An `Encoder` over a torch model; several threads may call it.

    backbone: gives hidden states, shape (batch, length, width). adapter: merged into it, None for none.
    head: what makes unit vectors of length `dimension` of them.
    max_tokens: longest input by role, special tokens included; the rest of a text is cut off.
    """

    def __init__(
        self,
        backbone: LoadedBackbone,
        adapter: Lora | None,
        head: PoolingHead,
        *,
        prompts: Prompts,
        max_tokens: MaxTokens,
        dimension: int,
        fingerprint: str,
        place: Placement,
    ) -> None:
        self.dimension = dimension
        self.fingerprint = fingerprint
        self.prompts = prompts
        self.max_tokens = max_tokens
        self.notes = backbone.notes
        self._device = place.device
        self._budget = TOKEN_BUDGET[place.device.type]
        network = backbone.adapted(adapter) if adapter else backbone.network
        self._model = network.to(place.device, place.dtype).eval().requires_grad_(False)
        self._head = head.to(self._device).eval().requires_grad_(False)
        self.tokenizer = backbone.tokenizer
        self._shared = backbone if place.shares else None
        """Held for others, as long as this encoder is."""

    def encode(
        self,
        texts: Sequence[str],
        role: Role,
        *,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> NDArray[np.float32]:
        """Return embeddings of shape (len(texts), dimension), float32, each row of length 1.

        Raises Cancelled when `cancelled()` turns true, which is asked between batches.
        """
        ids = self._tokenise(texts, role, cancelled)
        values = np.empty((len(texts), self.dimension), np.float32)
        done = 0
        # One text leaves a core to whoever waits for it.
        with torch_threads(max(EVERY - 1, 1) if len(texts) == 1 else EVERY):
            for rows in batches([len(row) for row in ids], self._budget):
                if cancelled and cancelled():
                    raise Cancelled
                values[rows] = self._run([ids[row] for row in rows])
                done += len(rows)
                if progress:
                    progress(done, len(texts))
        return values

    def _tokenise(
        self, texts: Sequence[str], role: Role, cancelled: Callable[[], bool] | None
    ) -> list[list[int]]:
        prompt = getattr(self.prompts, role)
        ids: list[list[int]] = []
        for start in range(0, len(texts), _AT_ONCE):
            if cancelled and cancelled():
                raise Cancelled
            inputs = [prompt + encodable(text) for text in texts[start : start + _AT_ONCE]]
            ids += self.tokenizer.ids(inputs, getattr(self.max_tokens, role))
        return ids

    @torch.inference_mode()
    def _run(self, rows: list[list[int]]) -> NDArray[np.float32]:
        lengths = np.array([len(row) for row in rows])
        inside = np.arange(lengths.max()) < lengths[:, None]
        padded = np.full(inside.shape, self.tokenizer.pad_id, np.int64)
        padded[inside] = np.concatenate(rows)
        ids = torch.from_numpy(padded).to(self._device)
        mask = None if inside.all() else torch.from_numpy(inside).to(self._device)
        vectors: NDArray[np.float32] = self._head(self._model(ids, mask), mask).cpu().numpy()
        return vectors


def place(device: str | None) -> Placement:
    """Return where to run (None: a GPU if there is one); UsageError when that is not there."""
    if device is None:
        device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        found = torch.device(device)
    except RuntimeError:
        found = torch.device("meta")
    if found.type not in TOKEN_BUDGET:
        raise UsageError(f"no device named {device!r}", "use cpu, cuda, or cuda:1 for the second GPU")
    if found.type == "cpu":
        return Placement(found, torch.float32)
    if (found.index or 0) >= torch.cuda.device_count():
        raise UsageError(
            f"no GPU for the device {device!r}: torch sees {torch.cuda.device_count()}", "use cpu"
        )
    half = torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    return Placement(found, half)
