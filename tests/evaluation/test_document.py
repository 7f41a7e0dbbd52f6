from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.controls import visible
from hybrid_tui.evaluation import document
from hybrid_tui.evaluation.document import Code, Figure, Heading, Paragraph, Part, Points, Table

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><text>mAP</text></svg>'
PARTS: list[Part] = [
    Heading("Results", 1),
    Heading("Retrieval"),
    Heading("Monolingual", 3),
    Paragraph("p < .05"),
    Code("hybrid-tui evaluate\nhybrid-tui report"),
    Points(["one", "two"]),
    Table(["system", "mAP", "R@1"], [["a|b", ".5", ".25"], ["c_d", "1", "−2"]]),
    Figure("map-a", "a: mAP", SVG),
]


class Balanced(HTMLParser):
    """Checks that every element is closed in its turn; collects what a reader sees."""

    VOID = ("meta",)

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_markdown():
    assert document.markdown(PARTS, "my figures") == (
        "# Results\n\n## Retrieval\n\n### Monolingual\n\np < .05\n\n"
        "```\nhybrid-tui evaluate\nhybrid-tui report\n```\n\n"
        "- one\n- two\n\n"
        "| system | mAP | R@1 |\n| --- | ---: | ---: |\n| a\\|b | .5 | .25 |\n| c_d | 1 | −2 |\n\n"
        "![a: mAP](my%20figures/map-a.svg)\n"
    )


def test_html_is_one_page_with_its_figures():
    page = document.html(PARTS, "Results <1>")
    assert page.startswith("<!doctype html>")
    assert "<title>Results &lt;1&gt;</title>" in page
    for piece in (
        "<h1>Results</h1>",
        "<h3>Monolingual</h3>",
        "<p>p &lt; .05</p>",
        "<li>one</li>",
        "<tr><th>system</th><th>mAP</th><th>R@1</th></tr>",
        "<tr><td>a|b</td><td>.5</td><td>.25</td></tr>",
        f"<figure>{SVG}<figcaption>a: mAP</figcaption></figure>",
    ):
        assert piece in page
    assert not re.search(r"(?:src|href)=", page)
    Balanced(page)


def test_wide_tables_are_split_in_latex():
    wide = Table(["system", *"abcdefghijk"], [["one", *map(str, range(11))], ["▲ †", *["2"] * 11]])
    text = document.latex([wide], "figures")
    assert [len(line.split(" & ")) for line in text.splitlines() if " & " in line] == [9] * 3 + [4] * 3
    assert text.count(r"$\blacktriangle$ $\dagger$") == 2
    assert "7 \\\\\n" in text


def test_latex():
    text = document.latex(PARTS, "figures")
    assert text.startswith("% needs: amssymb, booktabs, svg\n")
    for piece in (
        r"\section*{Results}",
        r"\subsection*{Retrieval}",
        r"\subsubsection*{Monolingual}",
        r"p \textless{} .05",
        "\\begin{verbatim}\nhybrid-tui evaluate\nhybrid-tui report\n\\end{verbatim}",
        "\\begin{itemize}\n\\item one\n\\item two\n\\end{itemize}",
        "\\begin{tabular}{lrr}\n\\toprule\nsystem & mAP & R@1 \\\\\n\\midrule\na|b & .5 & .25 \\\\\n",
        r"c\_d & 1 & $-$2 \\",
        r"\includesvg[width=\linewidth]{figures/map-a}",
    ):
        assert piece in text
    begun, ended = (re.findall(rf"\\{word}{{(\w+)}}", text) for word in ("begin", "end"))
    assert sorted(begun) == sorted(ended)


def test_nothing_ends_a_block_of_commands():
    text = "a\n```\n# x\n\\end{verbatim}\\input{secret}\x1b"
    shown = document.latex([Code(text)], "f")
    assert shown.count("\\end{verbatim}") == 1
    assert shown.endswith("\\end{verbatim}\n")
    assert document.markdown([Code(text)], "f").startswith("````\n")
    assert "\x1b" not in shown + document.markdown([Code(text)], "f") + document.html([Code(text)], "t")


def test_a_row_or_a_point_of_latex_begins_with_no_option():
    text = document.latex([Points(["[x] y"]), Table(["*", "b"], [["[1pt]", "2"], ["*", "3"]])], "f")
    assert "\\item {[}x{]} y" in text
    assert "\n{[}1pt{]} & 2" in text
    assert "{*} & 3" in text


HOSTILE = "<script>&</td> | 50 % of $x_1 #{a} \\end{document} ~^ \" '"


@pytest.mark.parametrize(
    "part", [Heading(HOSTILE), Paragraph(HOSTILE), Points([HOSTILE]), Table([HOSTILE, "b"], [["x", HOSTILE]])]
)
def test_text_is_never_markup(part: Part):
    shown = Balanced(document.html([part], HOSTILE))
    assert HOSTILE in shown.text
    assert "<script>" not in document.html([part], HOSTILE)
    text = document.latex([part], "f")
    assert r"\end{document}" not in text
    assert not re.search(r"(?<!\\)[$#](?!\\?-)", text)
    if isinstance(part, Table):
        lines = document.markdown([part], "f").splitlines()
        assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {3}


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30))
def test_html_shows_any_text_as_it_is(text: str):
    assert Balanced(document.html([Paragraph(text)], "t")).text.endswith(f"\n{visible(text)}\n\n")
