"""A document of headings, paragraphs, tables and figures, as Markdown, HTML or LaTeX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape as escaped
from urllib.parse import quote

from hybrid_tui.comparison.neutral_text import (
    code_block,
    markdown_caption,
    markdown_paragraph,
    markdown_text,
)
from hybrid_tui.controls import visible


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the title."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain text, on one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Commands, or code in a language, line by line."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences, a line each."""

    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; all columns but the first are figures."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Figure:
    """An SVG drawing; `name` is that of its file, without suffix."""

    name: str
    caption: str
    svg: str


Part = Heading | Paragraph | Code | Points | Table | Figure


def markdown(parts: Sequence[Part], figures: str) -> str:
    """Return Markdown (GitHub's); figures are linked from the folder `figures`."""

    def of(part: Part) -> str:
        match part:
            case Heading():
                return f"{'#' * part.level} {markdown_text(part.text)}"
            case Paragraph():
                return markdown_paragraph(part.text)
            case Code():
                return code_block(part.text, part.language)
            case Points():
                return "\n".join(f"- {markdown_paragraph(text)}" for text in part.texts)
            case Table():
                rule = ["---", *["---:"] * (len(part.header) - 1)]
                header, *rows = ([markdown_text(cell) for cell in row] for row in (part.header, *part.rows))
                lines = [header, rule, *rows]
                return "\n".join(f"| {' | '.join(line)} |" for line in lines)
            case Figure():
                return f"![{markdown_caption(part.caption)}]({quote(f'{figures}/{part.name}.svg')})"

    return "\n\n".join(map(of, parts)) + "\n"


def html(parts: Sequence[Part], title: str) -> str:
    """Return one HTML page that holds all it shows."""

    def of(part: Part) -> str:
        match part:
            case Heading():
                return f"<h{part.level}>{escape(part.text)}</h{part.level}>"
            case Paragraph():
                return f"<p>{escape(part.text)}</p>"
            case Code():
                return f"<pre><code>{escape(part.text)}</code></pre>"
            case Points():
                items = "\n".join(f"<li>{escape(text)}</li>" for text in part.texts)
                return f"<ul>\n{items}\n</ul>"
            case Table():
                head = "".join(f"<th>{escape(cell)}</th>" for cell in part.header)
                rows = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in part.rows]
                body = "\n".join(f"<tr>{row}</tr>" for row in rows)
                return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
            case Figure():
                return f"<figure>{part.svg}<figcaption>{escape(part.caption)}</figcaption></figure>"

    body = "\n".join(map(of, parts))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def escape(text: str) -> str:
    """Return text for HTML, controls in it as escapes."""
    return escaped(visible(text))


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}table{border-collapse:collapse;margin:1rem 0}"
    "th,td{padding:.2rem .7rem;border-bottom:1px solid #ddd;text-align:right}"
    "th:first-child,td:first-child{text-align:left}pre{background:#f4f4f4;padding:.7rem;overflow:auto}"
    "figure{margin:1rem 0}figcaption{color:#555}svg{max-width:100%;height:auto}"
)


def latex(parts: Sequence[Part], figures: str) -> str:
    """Return LaTeX to be set with amssymb, booktabs and svg; wide tables are split.

    Figures are taken from the folder `figures`.
    """

    def of(part: Part) -> str:
        match part:
            case Heading():
                command = {1: "section*", 2: "subsection*"}.get(part.level, "subsubsection*")
                return f"\\{command}{{{_tex(part.text)}}}"
            case Paragraph():
                return _tex(part.text)
            case Code():
                return f"\\begin{{verbatim}}\n{_verbatim(part.text)}\n\\end{{verbatim}}"
            case Points():
                items = "\n".join(f"\\item {_tex(text)}" for text in part.texts)
                return f"\\begin{{itemize}}\n{items}\n\\end{{itemize}}"
            case Table():
                return "\n\n".join(map(_tabular, _narrow(part)))
            case Figure():
                drawn = f"\\includesvg[width=\\linewidth]{{{figures}/{part.name}}}"
                return f"\\begin{{figure}}\n{drawn}\n\\caption{{{_tex(part.caption)}}}\n\\end{{figure}}"

    return "% needs: amssymb, booktabs, svg\n" + "\n\n".join(map(of, parts)) + "\n"


COLUMNS = 8
"""So many figures stand side by side on a page of LaTeX."""


def _narrow(table: Table) -> list[Table]:
    """Return the table in parts of at most COLUMNS figures, each with the first column."""
    size = len(table.header)
    parts = [range(start, min(start + COLUMNS, size)) for start in range(1, size, COLUMNS)] or [range(0)]
    return [
        Table(
            [table.header[0], *(table.header[at] for at in part)],
            [[row[0], *(row[at] for at in part)] for row in table.rows],
        )
        for part in parts
    ]


def _tabular(table: Table) -> str:
    lines = [" & ".join(map(_tex, row)) + r" \\" for row in (table.header, *table.rows)]
    lines.insert(1, r"\midrule")
    columns = "l" + "r" * (len(table.header) - 1)
    body = "\n".join(lines)
    return f"\\begin{{tabular}}{{{columns}}}\n\\toprule\n{body}\n\\bottomrule\n\\end{{tabular}}"


_TEX = str.maketrans(
    {
        **{char: f"\\{char}" for char in "&%$#_{}"},
        **{char: f"{{{char}}}" for char in "[]*"},  # at the beginning of a row or a point, they are options
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "−": "$-$",
        "▲": r"$\blacktriangle$",
        "▼": r"$\blacktriangledown$",
        "†": r"$\dagger$",
        "×": r"$\times$",
        "·": r"$\cdot$",
        "→": r"$\rightarrow$",
    }
)


def _tex(text: str) -> str:
    return visible(" ".join(text.split())).translate(_TEX)


def _verbatim(text: str) -> str:
    """Return text of which no line ends the environment: LaTeX looks for exactly that command."""
    return visible(text).replace("\\end{verbatim}", "\\end {verbatim}")
