"""Rows of the table of evaluated systems, and the same figures in words."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from textual.content import Content

from hybrid_tui.comparison import trained_mark
from hybrid_tui.comparison.drawn_units import drawn_words
from hybrid_tui.comparison.number_format import ABSENT, figure, p_text
from hybrid_tui.comparison.setting_summary import RANK_DISTANCE, Difference, EvaluatedSystem, SettingFigure
from hybrid_tui.comparison.verdicts import DOWN, UP
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.render.wrap import padded

SETTINGS = ("monolingual", "cross-lingual", "multilingual", RANK_DISTANCE)
MARKS = {"not worse": "=", "undecided": "?"}
STYLES = {UP: "$text-success bold", DOWN: "$text-error bold"}
MARKED = "●"
WIDEST_NAME = 40
VALUE, INTERVAL, DIFFERENCE, MARK = 7, 15, 8, 2
"""Cells of the parts of a figure, the space before each included."""


def columns(width: int, names: int) -> tuple[int, bool, bool]:
    """Return the cells of a name, and whether intervals and differences have room beside the values.

    width: of a line. names: cells of the longest name.
    """
    fewest = min(names, WIDEST_NAME) + 2
    room = (width - fewest) // len(SETTINGS) - VALUE - MARK
    interval, difference = room >= INTERVAL, room >= INTERVAL + DIFFERENCE
    taken = VALUE + MARK + INTERVAL * interval + DIFFERENCE * difference
    return max(width - taken * len(SETTINGS), 12), interval, difference


def header(width: int, names: int) -> str:
    """Return the line above the systems."""
    room, interval, difference = columns(width, names)
    taken = VALUE + MARK + INTERVAL * interval + DIFFERENCE * difference
    titles = SETTINGS if interval else ("mono", "cross", "multi", "distance")
    return padded("", room) + "".join(padded(f"{title:>{VALUE}}", taken)[:taken] for title in titles)


def row(
    system: EvaluatedSystem,
    figures: Mapping[str, SettingFigure] | None,
    width: int,
    names: int,
    *,
    marked: bool,
) -> Content:
    """Return a system with its figures, exactly as wide as asked; its values alone for None."""
    room, interval, difference = columns(width, names)
    seen = trained_mark.marked("", system.seen)
    name = padded(one_line(system.name, width=room - 3 - len(seen)) + seen, room - 2)
    parts: list[tuple[str, str]] = [(f"{MARKED} " if marked else "  ", "$text-accent bold"), (name, "")]
    for setting in SETTINGS:
        value = system.values.get(setting)
        each = (
            SettingFigure(value, None, None)
            if value is not None and figures is None
            else (figures or {}).get(setting)
        )
        parts += _cell(setting, each, interval, difference)
    return Content.assemble(*parts)


def _cell(
    setting: str, each: SettingFigure | None, interval: bool, difference: bool
) -> list[tuple[str, str]]:
    if each is None:
        taken = VALUE + MARK + INTERVAL * interval + DIFFERENCE * difference
        return [(padded(f"{ABSENT:>{VALUE}}", taken), "$text-muted")]
    against = each.against
    mark = (against.judged.mark or MARKS[against.verdict]) if against else " "
    parts = [(f"{_value(setting, each.value):>{VALUE}}", "")]
    if interval:
        parts.append((f" {_interval(setting, each.low, each.high):<{INTERVAL - 1}}", "$text-muted"))
    if difference:
        text = _value(setting, against.difference, signed=True) if against else ""
        parts.append((f"{text:>{DIFFERENCE}}", STYLES.get(mark, "")))
    parts.append((f" {mark}", STYLES.get(mark, "$text-muted")))
    return parts


def words(
    system: EvaluatedSystem, base: EvaluatedSystem | None, figures: Mapping[str, SettingFigure]
) -> list[str]:
    """Return a line a setting: value, interval, how that stands to the base; then what was drawn."""
    apart = base is not None and base.languages != system.languages
    name = f"{system.name} {'not ' * apart}against {base.name}" if base else system.name
    lines = [one_line(" · ".join(filter(None, (name, trained_mark.trained_words(system.seen)))))]
    for setting in SETTINGS:
        if each := figures.get(setting):
            told = f"{_value(setting, each.value):>5} {_interval(setting, each.low, each.high):<14}"
            lines.append(f"{setting:<14}{told} {_against(setting, each.against)}")
    if base and apart:
        both = (f"{each.name} ranked passages in {' '.join(each.languages)}" for each in (system, base))
        lines.insert(1, one_line(f"not compared: {', '.join(both)}"))
    drawn = drawn_words(each.drawn for each in figures.values())
    return [*lines, *filter(None, (drawn, one_line(system.note)))]


def _against(setting: str, each: Difference | None) -> str:
    if each is None:
        return ""
    interval = _interval(setting, each.low, each.high, signed=True)
    told = f"{_value(setting, each.difference, signed=True):>6} {interval:<14}"
    lacking = f" · {each.left_out:,} questions that both do not have left out" if each.left_out else ""
    return f"{told} p {p_text(each.p):<6} {each.judged.words}{lacking}"


def _value(setting: str, value: float | None, *, signed: bool = False) -> str:
    return figure(value, 0 if setting == RANK_DISTANCE else 3, signed=signed)


def _interval(setting: str, low: float | None, high: float | None, *, signed: bool = False) -> str:
    if low is None or high is None:
        return ""
    return f"[{_value(setting, low, signed=signed)}, {_value(setting, high, signed=signed)}]"


def longest(systems: tuple[EvaluatedSystem, ...]) -> int:
    """Return the cells of the longest name."""
    return max((cell_len(one_line(system.name)) + 2 * bool(system.seen) for system in systems), default=0)
