"""Folders of documents: each form gives what a reader reads; what is left out is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_tui.corpus.documents import html_text, markdown_text
from hybrid_tui.corpus.documents.document import Document
from hybrid_tui.corpus.documents.folder import documents
from hybrid_tui.corpus.notes import Notes
from hybrid_tui.errors import DataError, UsageError
from tests.corpus.documents import pdfs


def read(path: Path) -> tuple[list[Document], str]:
    notes = Notes()
    return documents(path, notes), "\n".join(notes.lines)


def test_each_form_gives_its_text(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("Ein Fluß fließt.\n", "utf-8")
    (tmp_path / "b.md").write_text(
        "# A *title* #\n\nSome [link](http://x.y/z) and `code`.\n\n```\nx = 1\n```\n"
    )
    (tmp_path / "c.html").write_text(
        "<html><head><title>no</title><style>p {}</style></head><body><nav>Menu</nav>"
        "<p>Caf&eacute; &lt;b&gt;</p><script>var a</script><div>Two</div></body></html>"
    )
    pdfs.write(tmp_path / "d.pdf", "A river be-", "gins here", "and ends.")
    rows = [{"text": "Uno.", "lang": "spa"}, {"title": "T", "contents": "Due."}]
    (tmp_path / "e.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found, told = read(tmp_path)
    texts = {each.name: each.text for each in found}
    assert list(texts) == ["b.md", "c.html", "d.pdf", "e.jsonl:1", "e.jsonl:2", "sub/a.txt"]
    assert texts["b.md"].split() == ["A", "title", "Some", "link", "and", "code."]
    assert texts["c.html"].split() == ["Café", "<b>", "Two"]
    assert " ".join(texts["d.pdf"].split()) == "A river begins here and ends."
    assert texts["e.jsonl:2"] == "T\n\nDue."
    assert found[3].lang == "spa"
    assert not told


def test_what_cannot_be_read_is_left_out_and_told(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("There is text.")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    (tmp_path / "empty.md").touch()
    (tmp_path / "blank.html").write_text("<p> </p>")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    pdfs.write(tmp_path / "scan.pdf")
    (tmp_path / "rows.jsonl").write_text('{"text": "row"}\n{"number": 3}\n[1\n')
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / ".hidden.txt").write_text("no")
    found, told = read(tmp_path)
    assert [each.name for each in found] == ["good.txt", "rows.jsonl:1"]
    assert "3 files that cannot be read, left out" in told
    assert "1 file without text (pages that are pictures?), left out" in told
    assert "1 file without text, left out" in told
    assert "1 line without text" in told
    assert "1 line that cannot be read" in told
    assert "1 file of another form (.png), not read" in told
    assert "hidden" not in told


def test_nothing_to_read_is_an_error_that_says_why(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        documents(tmp_path / "nowhere", Notes())
    with pytest.raises(DataError, match="no document with text"):
        documents(tmp_path, Notes())
    pdfs.write(tmp_path / "scan.pdf")
    with pytest.raises(DataError, match="pictures"):
        documents(tmp_path, Notes())


@given(st.text(alphabet="ab #*_`[]()<>!|-~\n\\&;/é中", max_size=80))
def test_prose_keeps_letters_of_markdown_and_html_ends(text: str) -> None:
    assert isinstance(markdown_text.prose(text), str)
    assert isinstance(html_text.text_of(text), str)


@pytest.mark.parametrize("part", ["[", "[a](", "](", "# ", "#", "| ", "- ", "<a ", "*", " "])
def test_a_line_of_nothing_but_marks_takes_no_longer_than_it_is_long(part: str) -> None:
    assert len(markdown_text.prose(f"# {part * 50_000}x")) <= 200_010


def test_headings_keep_what_is_their_own() -> None:
    assert markdown_text.prose("# About C#\n## End ##\n[a](http://x/y_(z))").split() == [
        "About",
        "C#",
        "End",
        "a",
    ]


@pytest.mark.parametrize("text", ["snake_case_name stays", "2 * 3 * 4", "a - b", "don't | stop"])
def test_prose_that_only_looks_like_marks_stays(text: str) -> None:
    assert markdown_text.prose(text) == text
