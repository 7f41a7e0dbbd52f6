"""Damage to files, as transfers, editors, exports and malice do it."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Callable

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[object]], object]
_NUMBER = re.compile(rb"(?<![\w.])-?\d+(\.\d+)?(?![\w.])")
_STRING = re.compile(rb'"[^"\\\n]*"')
NUMBERS = (b"1e999", b"-1e999", b"NaN", b"Infinity", b"1" + b"0" * 400, b"-1", b"2147483648")
NUMBERS += (b"18446744073709551616", b"1.5", b"1e-400", b"0x10", b"-0", "٣".encode(), b"")
VALUES = (b"null", b"true", b"[]", b"{}", b'""', b'" "', b"7", b"1.5", b'["a", 1]', b'{"text": 1}')
VALUES += (b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\u0000"', b'"' + b"x" * 30_000 + b'"')
VALUES += (b"[" * 20_000, b'{"a":' * 20_000, b'[["a"]]', b'"\xed\xa0\x80"')
PIECES = (b"\x00", b"\r", b"\n", b"\t", b'"', b"\\", b"\xff", b"\xed\xa0\x80", b"\xf4\x90\x80\x80")
PIECES += (b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"{", b"}", b"[", b",", b"\x1b]52;c;eA==\x07", b"<", b"\x1a")
ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "shift_jis", "utf-7")


def _place(draw: Draw, data: bytes) -> int:
    return draw(st.integers(0, len(data)))  # type: ignore[return-value]


def _pick(draw: Draw, among: tuple[bytes, ...]) -> bytes:
    return draw(st.sampled_from(among))  # type: ignore[return-value]


def bits(draw: Draw, data: bytes) -> bytes:
    """Flip some bits."""
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 8))):  # type: ignore[call-overload]
        if changed:
            changed[_place(draw, data) % len(changed)] ^= 1 << draw(st.integers(0, 7))  # type: ignore[operator]
    return bytes(changed)


def truncated(draw: Draw, data: bytes) -> bytes:
    """Cut the end off, or the beginning."""
    at = _place(draw, data)
    return data[:at] if draw(st.booleans()) else data[at:]


def lines(draw: Draw, data: bytes) -> bytes:
    """Repeat, drop or exchange a line."""
    parts = data.split(b"\n")
    one, other = _place(draw, data) % len(parts), _place(draw, data) % len(parts)
    kind = draw(st.sampled_from("rdx"))
    if kind == "r":
        parts[other:other] = [parts[one]] * draw(st.integers(1, 3))  # type: ignore[operator]
    elif kind == "d":
        del parts[one]
    else:
        parts[one], parts[other] = parts[other], parts[one]
    return b"\n".join(parts)


def _replaced(draw: Draw, data: bytes, pattern: re.Pattern[bytes], among: tuple[bytes, ...]) -> bytes:
    found = [*pattern.finditer(data)]
    if not found:
        return data
    match = found[_place(draw, data) % len(found)]
    return data[: match.start()] + _pick(draw, among) + data[match.end() :]


def number(draw: Draw, data: bytes) -> bytes:
    """Put a strange number in the place of one."""
    return _replaced(draw, data, _NUMBER, NUMBERS)


def value(draw: Draw, data: bytes) -> bytes:
    """Put another value in the place of a quoted text: of another type, empty, huge, deep, not Unicode."""
    return _replaced(draw, data, _STRING, VALUES)


def piece(draw: Draw, data: bytes) -> bytes:
    """Put in a character that means something, or that is none."""
    at = _place(draw, data)
    return data[:at] + _pick(draw, PIECES) * draw(st.integers(1, 3)) + data[at:]  # type: ignore[operator]


def encoding(draw: Draw, data: bytes) -> bytes:
    """Write the text in another encoding, or lead it by a byte order mark."""
    kind = draw(st.sampled_from(("bom", *ENCODINGS)))
    if kind == "bom":
        return draw(st.sampled_from((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF32_BE))) + data  # type: ignore[operator]
    return data.decode(errors="replace").encode(str(kind), errors="replace")


def line_ends(draw: Draw, data: bytes) -> bytes:
    """End lines as other systems do."""
    return data.replace(b"\n", _pick(draw, (b"\r\n", b"\r", b"\n\n", b"\x0b", b"\xc2\x85")))


def noise(draw: Draw, data: bytes) -> bytes:
    """Put any bytes in the place of a part, or of all."""
    one, other = sorted((_place(draw, data), _place(draw, data)))
    given = draw(st.binary(max_size=200))
    return given if draw(st.booleans()) else data[:one] + given + data[other:]  # type: ignore[operator,return-value]


def packed(draw: Draw, data: bytes) -> bytes:
    """Pack it, or damage what is packed; its name stays."""
    found = gzip.compress(data, 1, mtime=0)
    kind = draw(st.sampled_from("ptb"))
    return found if kind == "p" else truncated(draw, found) if kind == "t" else bits(draw, found)


def unpacked(draw: Draw, data: bytes) -> bytes:
    """Damage the content of a packed file, and pack it again; others as they are."""
    try:
        content = gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return data
    change = draw(st.sampled_from([bits, lines, number, value, piece, encoding, line_ends]))
    return gzip.compress(change(draw, content), 1, mtime=0)  # type: ignore[operator]


MUTATIONS = (bits, truncated, lines, number, value, piece, encoding, line_ends, noise, packed, unpacked)
