"""Lines in the order in which a terminal draws cells: from the left.

Terminals disagree on who reorders, so the app tells them not to (`terminal.EXPLICIT`) and does it itself,
line by line after wrapping (Unicode Standard Annex 9), unless a person leaves it to the terminal. What is
stored, searched and copied stays logical.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from hybrid_tui.tui.render.wrap import clusters

_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}


class Order:
    """Whether the app reorders lines and joins letters; else the terminal does, or nobody."""

    by_app = True


def needs_reordering(text: str) -> bool:
    """Whether `text` holds a right-to-left character, and the app is to reorder it."""
    return Order.by_app and bool(_RIGHT_TO_LEFT.search(text))


@lru_cache(4096)
def visual(line: str, *, right_to_left: bool) -> str:
    """Return one line, of a paragraph of that direction, reordered for display; its cell width stays."""
    parts = [cluster for cluster, _ in clusters(line)]
    return "".join(part for _, part in visual_order(parts, right_to_left=right_to_left))


def visual_order(parts: Sequence[str], *, right_to_left: bool) -> list[tuple[int, str]]:
    """Order grapheme clusters for display: the index of each and the cluster, brackets mirrored.

    Clusters move as a whole, by their first character, so that marks stay on their letters (rule L3).
    """
    from bidi import algorithm

    annex9: Any = algorithm  # the package has no types
    storage: dict[str, Any] = annex9.get_empty_storage()
    storage["base_level"] = int(right_to_left)
    storage["base_dir"] = "R" if right_to_left else "L"
    annex9.get_embedding_levels("".join(part[0] for part in parts), storage)
    for at, char in enumerate(storage["chars"]):
        char["at"] = at
        char["type"] = char["type"] or "L"  # not assigned yet
    annex9.explicit_embed_and_overrides(storage)
    chars: list[dict[str, Any]] = storage["chars"]
    annex9.resolve_weak_types(storage)
    _resolve_brackets(chars, storage["base_dir"])
    annex9.resolve_neutral_types(storage, debug=False)
    annex9.resolve_implicit_levels(storage, debug=False)
    annex9.reorder_resolved_levels(storage, debug=False)
    annex9.apply_mirroring(storage, debug=False)
    return [(char["at"], char["ch"] + parts[char["at"]][1:]) for char in chars]


def _resolve_brackets(chars: list[dict[str, Any]], embedding: str) -> None:
    """Give the two brackets of a pair one direction (rule N0, which the algorithm used leaves out)."""
    strong = [_STRONG.get(char["type"]) for char in chars]
    for start, end in _bracket_pairs([char["ch"] for char in chars]):
        inside = set(strong[start + 1 : end]) - {None}
        if not inside:
            continue
        before = next((kind for kind in reversed(strong[:start]) if kind), embedding)
        direction = embedding if embedding in inside else before
        for at in (start, end):
            chars[at]["type"] = strong[at] = direction


def _bracket_pairs(chars: list[str]) -> list[tuple[int, int]]:
    from bidi.mirror import MIRRORED

    pairs: list[tuple[int, int]] = []
    waiting: list[tuple[str, int]] = []
    for at, char in enumerate(chars):
        if unicodedata.category(char) == "Ps" and char in MIRRORED:
            waiting.append((MIRRORED[char], at))
        elif any(char == wanted for wanted, _ in waiting):
            while waiting:
                wanted, start = waiting.pop()
                if wanted == char:
                    pairs.append((start, at))
                    break
    return sorted(pairs)
