"""Corrections: changes to embeddings after encoding that remove what only tells their language.

`CORRECTIONS` is the registry; `Correction` says what one must be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
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
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TAKEN = {bool: "that word", int: "a whole number", float: "a number", str: "a language's code"}


def parse(text: str) -> Correction:
    """Read a correction as typed: `center`, `center:.75`, `shift:de:both:all:.5`, `lir:2`.

    What stands behind the name may come in any order, each once. Raises UsageError that names what is wrong.
    """
    name, *told = text.strip().split(":")
    if name not in CORRECTIONS:
        raise unknown("correction", name, list(CORRECTIONS))
    kind = CORRECTIONS[name]
    kinds = {field.name: get_type_hints(kind)[field.name] for field in fields(kind)}
    found: dict[str, object] = {}
    for part in told:
        key, value = _parameter(part, kinds, text)
        if key in found:
            raise UsageError(f"correction {text!r}: {part!r} says {key} a second time")
        found[key] = value
    return replace(kind(), **found)


def _parameter(part: str, kinds: Mapping[str, type], text: str) -> tuple[str, object]:
    """Return which parameter a part of a correction tells, and its value."""
    if kinds.get(part) is bool:
        return part, True
    for key, kind in kinds.items():
        if kind in (int, float):
            with suppress(ValueError):
                return key, kind(part)
    for key, kind in kinds.items():
        if kind is str and LANGUAGE.fullmatch(part):
            return key, part
    name = text.partition(":")[0]
    takes = ", ".join(f"{key} ({_TAKEN[kind]})" for key, kind in kinds.items()) or "nothing"
    raise UsageError(f"correction {text!r}: {part!r} is no parameter", f"{name} takes {takes}")
