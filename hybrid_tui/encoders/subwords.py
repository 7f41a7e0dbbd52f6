"""The subwords that a model cuts texts into."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hybrid_tui.encoders import model
from hybrid_tui.encoders.batching import encodable
from hybrid_tui.errors import UsageError


def subwords(name: str) -> Callable[[Sequence[str]], list[list[str]]]:
    """Return what gives the subwords of texts, as text, without prompts, special tokens or a limit.

    name: of a model, as `model.resolve` takes it. Raises what that raises, and UsageError for a model that
    has no tokenizer of the kind.
    """
    from hybrid_tui.encoders.torch_encoder import TorchEncoder

    spec = model.resolve(name)
    encoder = model.load(spec.base or spec)
    if not isinstance(encoder, TorchEncoder):
        raise UsageError(f"{name} does not tell its subwords", "name a transformer, such as me5-small")
    tokenizer = encoder.tokenizer.copy()

    def cut(texts: Sequence[str]) -> list[list[str]]:
        inputs = [encodable(text) for text in texts]
        return [each.tokens for each in tokenizer.encode_batch(inputs, add_special_tokens=False)]

    return cut
