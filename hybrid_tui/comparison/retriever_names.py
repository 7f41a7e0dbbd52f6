"""How retrievers are written: a model by its name, others as `KIND` or `KIND:ARGUMENT`."""

from __future__ import annotations

OTHERS = ("bm25", "sparse", "colbert", "run")
"""What retrievers that are no dense models begin with."""
RUN = "run:"
"""What the written form of an imported run begins with."""
DEFAULTS = {"bm25": "words"}
"""The argument that is meant where none is written."""


def kind(retriever: str) -> str:
    """Return what kind a retriever is: "dense" for a model, else what it begins with, such as "bm25"."""
    return "dense" if is_model(retriever) else retriever.partition(":")[0]


def is_model(retriever: str) -> bool:
    """Tell whether a retriever is a dense model."""
    kind, colon, _ = retriever.partition(":")
    return bool(retriever) and not (kind in OTHERS and (colon or kind in DEFAULTS))


def shortest(retriever: str) -> str:
    """Return a retriever without an argument that need not be written."""
    kind, _, argument = retriever.partition(":")
    return kind if DEFAULTS.get(kind) == argument else retriever
