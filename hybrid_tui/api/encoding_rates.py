"""The speed of encoding on this machine, measured whenever something is encoded, and kept."""

from __future__ import annotations

import contextlib
import json
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from hybrid_tui import settings
from hybrid_tui.encoders.encoder import Encoder, Progress, Role
from hybrid_tui.errors import HybridTuiError
from hybrid_tui.systems.scorer import Named

LEAST_SECONDS, KNOWN_SECONDS = 0.2, 2.0
"""What takes less tells too little of the speed, and where one is known already."""
PORTION, ENOUGH_SECONDS = 8, 3.0
"""Texts that are timed together to measure a speed, and after which time no more are."""


def measured_as(spec: Named) -> str:
    """Return the name under which a model's speed is kept: models on one backbone are about as fast."""
    return spec.provenance.backbone or spec.name


class EncodingRates:
    """UTF-8 bytes of text encoded in a second, by backbone; safe to use from several threads.

    Bytes and not texts: a byte costs about the same in a long text and a short one, in any script.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._rates: dict[str, float] = {}

    def get(self, name: str) -> float | None:
        """Return a rate measured here, now or earlier; None where there is none."""
        return self._rates.get(name) or _kept().get(name)

    def note(self, name: str, texts: Sequence[str], seconds: float) -> None:
        """Take what an encoding took; where it cannot be kept, go on without."""
        if seconds >= (KNOWN_SECONDS if self.get(name) else LEAST_SECONDS):
            self._keep(name, _size(texts) / seconds)

    def _keep(self, name: str, rate: float) -> None:
        with self._lock:
            self._rates[name] = rate
            with contextlib.suppress(HybridTuiError), settings.replacing(_file()) as file:
                json.dump({platform.node(): _kept() | self._rates}, file)

    def measure(self, name: str, encoder: Encoder, texts: Sequence[str]) -> float:
        """Return the rate at which an encoder, which is loaded, encodes some passages; keep it.

        It is that of the quickest portion: others may have been slowed by models that were being loaded
        beside. What is too quick to tell much is kept as long as this process lives, to be told alike.
        """
        encoder.encode(texts[:1], "passage")  # the first batch sets things up
        took, best = 0.0, 0.0
        for start in range(0, len(texts), PORTION):
            portion = texts[start : start + PORTION]
            started = time.perf_counter()
            encoder.encode(portion, "passage")
            seconds = time.perf_counter() - started
            took, best = took + seconds, max(best, _size(portion) / max(seconds, 1e-6))
            if took > ENOUGH_SECONDS:
                break
        if took >= LEAST_SECONDS:
            self._keep(name, best)
        with self._lock:
            return self._rates.setdefault(name, best)


class TimedEncoder:
    """An encoder whose speed is noted under a name, whenever it encodes more than a query."""

    def __init__(self, encoder: Encoder, name: str, rates: EncodingRates) -> None:
        self.dimension = encoder.dimension
        self.fingerprint = encoder.fingerprint
        self._encoder = encoder
        self._name = name
        self._rates = rates

    def encode(
        self,
        texts: Sequence[str],
        role: Role,
        *,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> NDArray[np.float32]:
        """Return embeddings as `Encoder.encode` does."""
        started = time.perf_counter()
        vectors = self._encoder.encode(texts, role, progress=progress, cancelled=cancelled)
        if len(texts) > 1:
            self._rates.note(self._name, texts, time.perf_counter() - started)
        return vectors


def _size(texts: Sequence[str]) -> int:
    return sum(len(text.encode(errors="replace")) for text in texts)


def _file() -> Path:
    return settings.cache_dir() / "encoding_rates.json"


def _kept() -> dict[str, float]:
    """Return the rates kept of this machine; folders may be shared by several."""
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))[platform.node()]
        return {str(name): float(rate) for name, rate in found.items() if rate > 0}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
