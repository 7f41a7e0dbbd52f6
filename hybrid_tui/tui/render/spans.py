"""Durations and sizes in words: "12 s", "1.3 GB"."""

from __future__ import annotations

SIZES = ("bytes", "kB", "MB", "GB")


def span(seconds: float) -> str:
    """Return a time in its two largest units: 12 s, 3 min 05 s, 2 h 03 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60:02} min"


def rough(seconds: float) -> str:
    """Return an estimate of a time: about 5 s, about 12 min, about 2 h 03 min."""
    if seconds < 60:
        return f"about {max(5 * round(seconds / 5), 1)} s"
    return f"about {round(seconds / 60)} min" if seconds < 3600 else f"about {span(seconds)}"


def size(count: int) -> str:
    """Return a number of bytes with its unit, in thousands: 590 kB, 119 MB."""
    value, unit = float(count), 0
    while value >= 999.5 and unit < len(SIZES) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.0f} {SIZES[unit]}" if unit < 3 else f"{value:.1f} {SIZES[unit]}"
