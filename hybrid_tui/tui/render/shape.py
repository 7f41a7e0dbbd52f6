"""Arabic letters in their joining forms, which few terminals choose themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from hybrid_tui.tui.render.bidi import Order

_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff]+")


def shaped(text: str, *, ligatures: bool = True) -> str:
    """Return logical `text`, to be wrapped and reordered, with Arabic letters as presentation forms.

    Lam and alef become one character unless `ligatures` is false; then the length stays. As it is where
    the order is left to the terminal, which then joins letters too.
    """
    if not Order.by_app:
        return text
    return _ARABIC.sub(lambda run: _reshape(ligatures)(run[0]), text)


@lru_cache
def _reshape(ligatures: bool) -> Callable[[str], str]:
    from arabic_reshaper import ArabicReshaper  # type: ignore[import-untyped]

    # Fonts draw the ligature of the word Allah wider than its cell.
    wanted = {"delete_harakat": False, "support_ligatures": ligatures, "ARABIC LIGATURE ALLAH": False}
    reshape: Callable[[str], str] = ArabicReshaper(wanted).reshape
    return reshape
