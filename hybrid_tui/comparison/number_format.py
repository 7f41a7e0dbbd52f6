"""How figures are written, the same in the terminal, in SVG and in the app."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hybrid_tui.comparison.matrix import Matrix

ABSENT = "·"
NOTHING = "nothing to measure"


def figure(value: float | None, digits: int, *, signed: bool = False, width: int | None = None) -> str:
    """Return a value with `digits` decimals: .640, 1,214.0, +.012 where signed, `·` for None.

    Where that is longer than `width` characters: fewer decimals, then thousands (12.3k), millions and so
    on; the shortest form where none fits. What rounds to zero has no sign.
    """
    if value is None:
        return ABSENT
    if width is None:
        return _plain(value, digits, signed)
    forms = list(_forms(value, digits, signed))
    return next((form for form in forms if len(form) <= width), min(forms, key=len))


def told_by(known: int, queries: int) -> str:
    """Return how many queries tell a figure, ` (n=1,190)`, where they are not all; else ""."""
    return f" (n={known:,})" if known < queries else ""


def p_text(p: float) -> str:
    """Return a p value as it is written: ".021", "< .001"."""
    return figure(p, 3) if p >= 0.0005 else "< .001"


def shared_digits(values: Iterable[float | None], digits: int, *, signed: bool, width: int) -> int:
    """Return the most decimals, up to `digits`, with which every value fits in `width`; 0 if none do."""
    known = [value for value in values if value is not None]
    for places in range(digits, 0, -1):
        if all(len(_plain(value, places, signed)) <= width for value in known):
            return places
    return 0


def cell_words(matrix: Matrix, row: int, column: int, *, signed: bool = False) -> str:
    """Return one cell in words: "query de -> passage en: .640 (n = 1,190)"."""
    value = matrix.values[row][column]
    names = (
        f"{axis.removesuffix(' language')} {label}"
        for axis, label in (
            (matrix.row_axis, matrix.rows[row]),
            (matrix.column_axis, matrix.columns[column]),
        )
    )
    known = f"{figure(value, matrix.digits, signed=signed)} (n = {matrix.counts[row][column]:,})"
    return f"{' -> '.join(names)}: {NOTHING if value is None else known}"


def _forms(value: float, digits: int, signed: bool) -> Iterator[str]:
    """Yield ways to write a value, most exact first."""
    for places in range(digits, -1, -1):
        yield _plain(value, places, signed)
    for power, suffix in enumerate("kMGT", start=1):
        scaled = value / 1000**power
        if abs(scaled) < 999.5:
            yield from (_plain(scaled, places, signed) + suffix for places in (1, 0))
    yield f"{value:{'+' if signed else ''}.0e}"


def _plain(value: float, digits: int, signed: bool) -> str:
    text = f"{value:{'+' if signed else ''}z,.{digits}f}"
    sign, number = (text[0], text[1:]) if text[0] in "+-" else ("", text)
    if not number.strip("0."):
        sign = ""
    # Shares and means of them are told apart by their decimals; a rank of 0.4 keeps its zero.
    return sign + (number.removeprefix("0") if digits > 1 else number)
