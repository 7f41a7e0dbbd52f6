"""Reports of keys, mouse, pastes and sizes by the terminal, of which no malformed one ends the app."""

from __future__ import annotations

import re
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Any

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._parser import Peek1, Read1, TokenCallback
from textual._xterm_parser import (
    BRACKETED_PASTE_END,
    BRACKETED_PASTE_START,
    XTermParser,
    _re_mouse_event,
    _re_terminal_mode_response,
)
from textual.keys import Keys
from textual.message import Message

LARGEST = 2000
"""Cells of a terminal across or down; what tells more than that is no terminal."""
_WHOLE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
"""A control sequence that has its last byte (ECMA-48, 5.4)."""
_BEGINNINGS = frozenset(
    known[:end] for known in (*ANSI_SEQUENCES_KEYS, "\x1b[M...") for end in range(len(known))
)
_KEY = re.compile(r"\x1b\[(\d*)(?::(\d*))?(?::(\d*))?(?:;(\d*)(?::(\d*))?)?(?:;([\d:]*))?([u~ABCDEFHPQRS])")
"""Kitty's report: key, shifted, base layout; modifiers, kind of event; text; last byte."""
_RELEASED = "3"
_SHORTCUT = 0b111110
"""The modifiers that make a shortcut of a letter: all but shift."""


class Reports(XTermParser):
    """Textual's parser, for reports that it takes for granted: those it cannot read are ignored."""

    _paste: str | None = None

    def feed(self, data: str) -> Iterable[Message]:
        """Yield what is reported; what stands between the marks of a paste is text, whatever it holds."""
        if not data:
            yield from super().feed(data)
        while data:
            if self._paste is None:
                before, begun, data = data.partition(BRACKETED_PASTE_START)
                yield from super().feed(before) if before else ()
                self._paste = "" if begun else None
            else:
                text, ended, data = (self._paste + data).partition(BRACKETED_PASTE_END)
                self._paste = None if ended else text
                if ended:
                    yield events.Paste(text.replace("\0", ""))

    def _parse_extended_key(  # type: ignore[override]  # theirs is cached
        self, sequence: str
    ) -> list[events.Key] | None:
        """Return the keys of Kitty's report; a shortcut by its key's place on the base layout."""
        match = _KEY.fullmatch(sequence)
        if not match:
            return None
        key, _, base, modifiers, event, text, last = (part or "" for part in match.groups())
        if event == _RELEASED:
            return [_ignored(sequence)]
        if base and modifiers and (int(modifiers) - 1) & _SHORTCUT:
            key, text = base, ""
        parts = [key, modifiers, text] if text else [key, modifiers] if modifiers else [key]
        try:
            found = super()._parse_extended_key(f"\x1b[{';'.join(parts)}{last}")
        except (ValueError, OverflowError):  # no character has that number
            return [_ignored(sequence)]
        return [each if _writable(each) else _ignored(sequence) for each in found or ()] or None

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        """Yield the keys of a sequence; for a whole one that is unknown, what is ignored."""
        found = list(super()._sequence_to_key_events(sequence, alt))
        known = (
            sequence in _BEGINNINGS
            or _re_mouse_event.match(sequence)
            or _re_terminal_mode_response.match(sequence)
        )
        if not found and _WHOLE.fullmatch(sequence) and not known:
            return [_ignored(sequence)]
        return found

    def parse_mouse_code(self, code: str) -> Message | None:
        """Return the event of a mouse report; None for one outside of any terminal."""
        try:
            event = super().parse_mouse_code(code)
        except (ValueError, OverflowError, ZeroDivisionError):
            return None
        inside = not isinstance(event, events.MouseEvent) or max(event.screen_x, event.screen_y) < LARGEST
        return event if inside else None

    def parse(self, token_callback: TokenCallback[Message]) -> Generator[Read1 | Peek1, str, None]:
        """Parse as Textual does, but for sizes that no terminal has."""

        def told(token: Message) -> None:
            if isinstance(token, events.Resize) and not all(0 < side < LARGEST for side in token.size):
                self.mouse_pixels = False
            else:
                token_callback(token)

        return super().parse(told)


def _ignored(sequence: str) -> events.Key:
    return events.Key(Keys.Ignore, sequence)


def _writable(key: events.Key) -> bool:
    """Whether what a key stands for can be written: no half of a surrogate pair."""
    return not re.search("[\ud800-\udfff]", f"{key.key}{key.character or ''}")


def _decoder(name: str) -> Callable[..., IncrementalDecoder]:
    """Return what `codecs.getincrementaldecoder` does, of decoders that replace bytes that are no text."""
    return partial(getincrementaldecoder(name), "replace")


def accept_any() -> None:
    """Let Textual's drivers read with `Reports`, and bytes that are no UTF-8 as replacement characters."""
    for name in ("linux_driver", "web_driver"):
        with suppress(ImportError):  # a system without terminals of this kind
            driver: Any = import_module(f"textual.drivers.{name}")
            driver.XTermParser = Reports
            driver.getincrementaldecoder = _decoder
