"""The small collection of `tests/retrieval`, and its encoder that counts letters."""

from ..retrieval.conftest import encoder, small, spec

__all__ = ["encoder", "small", "spec"]
