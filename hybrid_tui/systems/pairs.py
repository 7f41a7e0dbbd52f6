"""Scores of a query and each of some passages, read together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_tui import settings
from hybrid_tui.errors import DataError
from hybrid_tui.retrieval.text_hashes import text_hashes
from hybrid_tui.systems import stage_times
from hybrid_tui.systems.kept_parts import KeptParts, Ragged
from hybrid_tui.systems.model_folders import ModelFolder
from hybrid_tui.systems.retrievers import late
from hybrid_tui.systems.stages.rerank import PairScores

_SCORES = "scores"
_ARCHITECTURES = ("ForSequenceClassification",)


def of(model: str) -> PairScores:
    """Return what a reranker scores by: a CrossEncoder, or `colbert:` and a model of late interaction.

    Raises UsageError for a name that can be no model's.
    """
    if model.startswith(late.KIND + ":"):
        return late.LatePairs(late.arrays(model.removeprefix(late.KIND + ":")))
    folder = ModelFolder("rerank", model)
    folder.check()
    return CrossScores(folder)


@dataclass(eq=False)
class CrossScores:
    """`PairScores` of a CrossEncoder: its logits, kept by the texts, so that a pair is never scored twice."""

    model: ModelFolder
    _known: dict[bytes, float] | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def fingerprint(self) -> str:
        """That of the model."""
        return f"cross {self.model.fingerprint}"

    def prepare(self) -> None:
        """Read the scores that are kept; the model is loaded for the first pair that is new."""
        with self._lock:
            self._read()

    def scores(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Return the logits. Raises DataError for one that is not finite."""
        hashes = text_hashes([f"{len(query)} {query}{passage}" for passage in passages])
        with self._lock:
            known = self._read()
            new = list({name: at for at, name in enumerate(hashes.tolist()) if name not in known}.values())
            if new:
                made = self._made([(query, passages[at]) for at in new])
                rows = Ragged(np.arange(len(new) + 1, dtype=np.int64), {_SCORES: made})
                self._kept.write(hashes[new], rows)
                known.update(zip(hashes[new].tolist(), made.tolist(), strict=True))
            return np.array([known[name] for name in hashes.tolist()], np.float32)

    def _made(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        import torch

        with stage_times.loading():
            encoder = self._encoder
        made: Any = encoder.predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False)
        scores = np.asarray(made, np.float32)
        if scores.shape != (len(pairs),):
            raise DataError(
                f"rerank:{self.model.name} gives {scores.shape[-1]} scores for a pair, and one is wanted",
                "name a reranker with num_labels = 1",
            )
        if not np.isfinite(scores).all():
            raise DataError(
                f"rerank:{self.model.name} gives scores that are not finite", "its weights are broken"
            )
        return scores

    def _read(self) -> dict[bytes, float]:
        if self._known is None:
            self._known = {}
            for hashes, rows in self._kept.read():
                self._known.update(zip(hashes.tolist(), rows.arrays[_SCORES].tolist(), strict=True))
        return self._known

    @cached_property
    def _kept(self) -> KeptParts:
        return KeptParts(settings.cache_dir() / "rerankers" / self.model.fingerprint, (_SCORES,))

    @cached_property
    def _encoder(self) -> Any:
        from sentence_transformers import CrossEncoder

        return self.model.load(CrossEncoder, _ARCHITECTURES)
