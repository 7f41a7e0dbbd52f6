"""Model names shortened to fit narrow places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile


def apart(names: Sequence[str]) -> list[str]:
    """Return names without the parts, ended by hyphens, that all begin with; whole where one has no other.

    me5-small-lora-mono, me5-small-lora-cross: mono, cross. me5-small, me5-small-lora-mono: me5-small,
    lora-mono. The names as they are, where they would not stay apart.
    """
    parts = [name.split("-") for name in names]
    shared = sum(1 for _ in takewhile(lambda each: len(set(each)) == 1, zip(*parts, strict=False)))
    short = ["-".join(each[shared:] or each) for each in parts]
    return short if len(set(short)) == len(set(names)) else list(names)
