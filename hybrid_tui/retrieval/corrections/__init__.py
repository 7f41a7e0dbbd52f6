"""Corrections: changes to embeddings after encoding that remove what only tells their language.

`CORRECTIONS` is the registry; `Correction` says what one must be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import get_type_hints

from hybrid_tui.errors import UsageError, unknown
from hybrid_tui.retrieval.corrections.center import Center
from hybrid_tui.retrieval.corrections.correction import (
    AlignedPassages,
    Correction,
    FittedCorrection,
    FittingSample,
)
from hybrid_tui.retrieval.corrections.lir import Lir
from hybrid_tui.retrieval.corrections.none import NoCorrection
from hybrid_tui.retrieval.corrections.shift import Shift

__all__ = [
    "CORRECTIONS",
    "NO_CORRECTION",
    "AlignedPassages",
    "Correction",
    "FittedCorrection",
    "FittingSample",
    "parse",
]

CORRECTIONS: Mapping[str, type[Correction]] = MappingProxyType(
    {each.name: each for each in (NoCorrection, Center, Shift, Lir)}
)
NO_CORRECTION = NoCorrection()


def parse(text: str) -> Correction:
    """Read a correction as typed: `center`, `shift:pivot=de,alpha=0.5`, `shift:all`, `lir:rank=2`.

    Raises UsageError that names what is wrong in it.
    """
    name, _, rest = text.strip().partition(":")
    if name not in CORRECTIONS:
        raise unknown("correction", name, list(CORRECTIONS))
    found = CORRECTIONS[name]()
    kinds = {field.name: get_type_hints(CORRECTIONS[name])[field.name] for field in fields(found)}
    for part in filter(None, rest.split(",")):
        key, equals, value = part.partition("=")
        if key not in kinds or bool(equals) == (kinds[key] is bool):
            takes = ", ".join(kinds) or "nothing"
            raise UsageError(f"correction {text!r}: {part!r} is not a parameter", f"{name} takes {takes}")
        try:
            found = replace(found, **{key: kinds[key](value) if equals else True})
        except ValueError as error:
            raise UsageError(f"correction {text!r}: {key} cannot be {value!r}") from error
    return found
