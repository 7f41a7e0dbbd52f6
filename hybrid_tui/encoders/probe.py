"""A few words that every encoder must tell apart, encoded before a model is used."""

from __future__ import annotations

from hybrid_tui.encoders.encoder import Encoder
from hybrid_tui.errors import DataError

WORDS = ("a river", "the moon", "Der Fluss fließt ins Meer.", "луна", "山と川", "نهر")
_SAME = 1e-6


def check(encoder: Encoder, name: str) -> None:
    """Raise DataError for embeddings that are not finite, are zero, or are the same for all of `WORDS`.

    name: of the model, for the message.
    """
    import numpy as np

    values = encoder.encode(WORDS, "query")
    if not np.isfinite(values).all():
        problem = "its embeddings are not finite, so its weights are broken"
    elif not values.any(axis=1).all():
        problem = "its embeddings are zero, so its weights are broken"
    elif np.ptp(values, axis=0).max() < _SAME:
        problem = "it has one embedding for every text: its weights or its tokenizer are broken"
    else:
        return
    raise DataError(f"{name}: {problem}", "fetch or copy the model again")
