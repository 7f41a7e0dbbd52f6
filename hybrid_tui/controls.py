"""Control characters of text from data: shown as escapes, so that no terminal obeys them."""

from __future__ import annotations

import json
import re
from typing import Any

_OBEYED = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
"""C0 but tab and newline, DEL, C1, bidi controls, line separators, and surrogates, which cannot be written.

Joiners (U+200C, U+200D) are not among them: scripts need these.
"""
_CONTROL = re.compile(f"[{_OBEYED}]")
_CONTROL_OR_BREAK = re.compile(f"[\t\n{_OBEYED}]")


def visible(text: str) -> str:
    r"""Return `text` with controls as escapes such as \x1b or \u202e; tabs and newlines stay."""
    return _CONTROL.sub(_escape, text)


def one_line(text: str) -> str:
    r"""Return `text` with controls, tabs and newlines as escapes such as \n."""
    return _CONTROL_OR_BREAK.sub(_escape, text)


def without(text: str) -> str:
    """Return `text` without controls, for where its width must stay: none of them has one."""
    return _CONTROL_OR_BREAK.sub("", text)


def as_json(value: Any, *, indent: int = 2, ascii_only: bool = False) -> str:
    r"""Return a value as JSON, readable in every script but for controls, which are \u-escaped.

    ascii_only: for where other letters cannot be written.
    """
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _escape(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]
