"""Text from data in documents, as a reader of each form takes it."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from hybrid_tui.comparison import neutral_text as neutral
from hybrid_tui.controls import visible

HOSTILE = [
    "[click](http://evil.invalid)",
    "![pixel](http://evil.invalid/x.png)",
    "[a][b] [b]: http://evil.invalid",
    "[b]: http://evil.invalid",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<http://evil.invalid>",
    "<!-- hidden",
    "a | b | c",
    "`code` ``more`` ```",
    "**bold** __bold__ *it* _it_ ~~gone~~",
    "# heading",
    "- list",
    "1. list",
    "> quoted",
    "---",
    "===",
    "+ plus",
    "&lt;b&gt; &#60;",
    "back\\slash \\[x](y)",
    "$x^2$ $$y$$",
    "https://evil.invalid www.evil.invalid",
    "line\n\n# second\n\n| a | b |\n|---|---|",
    "trailing #",
    "]( ][ ]: ![",
    "~~~",
    "```",
]
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ANY = st.text(st.sampled_from("[]()!<>`*_~#|\\&;:/.-+=1 \nab$\"'"), max_size=20)


def inline(source: str, block: str) -> list[Token]:
    """The parts of the one block of a kind that a source should be; nothing else may be in it."""
    tokens = PARSER.parse(source)
    assert next(token.type for token in tokens if token.type.endswith("_open")) == block, tokens
    assert len([token for token in tokens if token.type == "inline"]) == 1, tokens
    assert not any(token.type in {"html_block", "fence", "code_block", "hr"} for token in tokens)
    return next(token.children or [] for token in tokens if token.type == "inline")


def seen(parts: list[Token]) -> str:
    assert {part.type for part in parts} <= {"text", "text_special"}, parts
    return "".join(part.content for part in parts)


def shown(text: str) -> str:
    return visible(" ".join(text.split()))


@pytest.mark.parametrize("text", HOSTILE)
def test_known_tricks_are_text(text: str) -> None:
    assert seen(inline(f"# x {neutral.markdown_text(text)}.", "heading_open")) == f"x {shown(text)}."
    assert seen(inline(neutral.markdown_paragraph(text), "paragraph_open")) == shown(text)
    table = f"| a |\n| --- |\n| {neutral.markdown_text(text)} |"
    cells = [token for token in PARSER.parse(table) if token.type == "inline"]
    assert [seen(cell.children or []) for cell in cells] == ["a", shown(text)]
    (image,) = inline(f"![{neutral.markdown_caption(text)}](file.svg)", "paragraph_open")
    assert (image.type, image.attrs["src"]) == ("image", "file.svg")


@given(ANY)
def test_any_text_is_seen_as_it_is(text: str) -> None:
    assert seen(inline(f"x{neutral.markdown_text(text)}x", "paragraph_open")) == f"x{shown(text)}x"
    if shown(text):
        assert seen(inline(neutral.markdown_paragraph(text), "paragraph_open")) == shown(text)


@given(st.text())
def test_no_code_ends_its_block(text: str) -> None:
    tokens = PARSER.parse(neutral.code_block(f"a{text}"))
    assert [token.type for token in tokens] == ["fence"]


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "=", "-x", "\r=1"])
def test_formulas_get_a_quotation_mark(text: str) -> None:
    (cell,) = next(csv.reader(StringIO(",".join([f'"{neutral.csv_cell(text)}"']))))
    assert cell == f"'{visible(text)}" or len(text) == 1


@pytest.mark.parametrize(
    "value", ["-1", "+.5", "-1e-3", "1,234", "plain", "a=b", "", 3, -0.25, None, "-12 %"]
)
def test_numbers_and_other_texts_stay(value: object) -> None:
    assert neutral.csv_cell(value) == value
