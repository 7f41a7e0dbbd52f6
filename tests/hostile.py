"""Texts that would have a terminal do something, and what of them would reach it."""

from __future__ import annotations

import random
import re

CONTROLS = [
    chr(code)
    for first, last in (
        (0, 8),
        (11, 31),
        (127, 159),
        (0x61C, 0x61C),
        (0x200E, 0x200F),
        (0x202A, 0x202E),
        (0x2066, 0x2069),
    )
    for code in range(first, last + 1)
]
"""C0 but tab and newline, DEL, C1, bidi controls."""
SEQUENCES = [
    "\x1b]52;c;aGFybQ==\x07",  # writes the clipboard
    "\x9d52;c;aGFybQ==\x9c",  # the same in C1
    "\x1b]0;title\x1b\\",
    "\x1b]8;;http://example.invalid\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H",
    "\x9b2J",
    "\x1b[31mred\x1b[0m",
    "\x1b[?1049h",
    "\x1bP+q544e\x1b\\",  # asks for a capability
    "\x1b[6n",  # asks for the cursor
    "\x1b[21t",  # asks for the title
    "\x1bc",
    "ok\rerror: all is lost",
    "abc\b\b\bdef",
    "\u202egnp.exe",
    "\u2066\u2067\u2068x\u2069\u2069\u2069",
    "\x07" * 20,
    "\x00\x1b\x7f\x80\x9f",
]
RAW = re.compile(f"[{re.escape(''.join(CONTROLS))}]")


def messages(count: int = 200) -> list[str]:
    """Every control and sequence within words, then random mixtures of them."""
    every = [*CONTROLS, *SEQUENCES]
    chance = random.Random(17)
    told = [f"n {each} m" for each in every]
    told += ["".join(chance.choices([*every, "a", " ", "ب", "語"], k=12)) for _ in range(count - len(told))]
    return told[:count]


def raw(text: str) -> list[str]:
    """What a terminal would obey."""
    return RAW.findall(text)
