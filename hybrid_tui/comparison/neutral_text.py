"""Text from data in documents: nothing in it is markup of Markdown, or a formula of a spreadsheet."""

from __future__ import annotations

import re

from hybrid_tui.controls import visible

_MARKUP = re.compile(
    r"""
    [\\`*~|$]                                          # code, emphasis, cells, formulas
    | (?<![^\W_])_ | _(?![^\W_])                       # emphasis; within a word it is none
    | \](?=[(\[:])                                     # links, images, their definitions
    | <(?=[A-Za-z/!?])                                 # HTML, addresses
    | &(?=\#?\w+;)                                     # entities
    | :(?=//) | (?<=www)\. | (?<=mailto): | (?<=xmpp): # addresses that become links by themselves
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BRACKETS = re.compile(rf"[\[\]] | {_MARKUP.pattern}", re.VERBOSE | re.IGNORECASE)
_OPENING = re.compile(r">|[-+=#](?=\s|[-+=>#]|$)|\d{1,9}(?=[.)](\s|$))")
"""What would make a paragraph a list, a quotation, a heading or a rule."""
_ENTITIES = {"<": "&lt;", "&": "&amp;"}
_FORMULA = re.compile(r"[=+\-@\t\r].", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(\d[\d,]*\.?\d*|\.\d+)(e[+-]?\d+)?\s*%?", re.IGNORECASE)


def markdown_text(text: str) -> str:
    """Return text for a heading or a cell of Markdown (GitHub's), on one line, seen as it is."""
    return _MARKUP.sub(_escaped, _line(text))


def markdown_caption(text: str) -> str:
    """Return text for the caption of an image: it does not end it, either."""
    return _BRACKETS.sub(_escaped, _line(text))


def markdown_paragraph(text: str) -> str:
    """Return text for a paragraph or an entry of a list: it does not begin another block, either."""
    line = markdown_text(text)
    opening = _OPENING.match(line)
    if not opening:
        return line
    mark = opening[0]
    return f"{mark}\\{line[len(mark) :]}" if mark.isdecimal() else f"\\{line}"


def code_block(text: str, language: str = "") -> str:
    """Return text as a block of code of Markdown, whose fence is longer than any in it.

    language: that readers colour it by, such as "python".
    """
    ticks = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, ticks + 1)
    return f"{fence}{language}\n{visible(text)}\n{fence}"


def csv_cell(value: object) -> object:
    """Return a value for a cell of CSV; a text that a spreadsheet takes for a formula gets a leading '."""
    if not isinstance(value, str):
        return value
    is_formula = _FORMULA.match(value) and not _NUMBER.fullmatch(value)
    return f"'{visible(value)}" if is_formula else visible(value)


def _line(text: str) -> str:
    return visible(" ".join(text.split()))


def _escaped(found: re.Match[str]) -> str:
    return _ENTITIES.get(found[0], f"\\{found[0]}")
