import csv
from io import StringIO

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.matrix_text import matrix_csv, matrix_markdown


def test_one_line_a_cell_unrounded():
    third = 1 / 3
    matrix = Matrix("x", ("de", 'a "b", c'), ("en", "fr"), ((third, None), (1e-17, 2.0)), ((7, 0), (8, 9)))
    text = matrix_csv(matrix)
    assert text.splitlines()[:3] == ["row,column,value,count", f"de,en,{third!r},7", "de,fr,,0"]
    rows = list(csv.DictReader(StringIO(text)))
    assert len(rows) == 4
    assert rows[2] == {"row": 'a "b", c', "column": "en", "value": "1e-17", "count": "8"}
    assert float(rows[0]["value"]) == third


def test_a_table_with_means_and_what_its_sides_are():
    matrix = Matrix("mAP", ("de", "th|x"), ("de", "th|x"), ((0.5, 0.25), (None, 0.7)), ((7, 7), (0, 7)))
    assert matrix_markdown(matrix, "labse").splitlines() == [
        "# labse: mAP",
        "",
        "rows: query language, columns: passage language",
        "",
        r"|  | de | th\|x | mean |",
        "| --- | --: | --: | --: |",
        "| de | .500 | .250 | .250 |",
        r"| th\|x | · | .700 | · |",
        "| mean | · | .250 | .250 |",
    ]


def test_shares_have_no_means_of_rows():
    matrix = Matrix("mix", ("de", "th"), ("de", "th"), ((0.5, 0.5), (0.25, 0.75)), ((7, 7), (7, 7)))
    *_, head, _line, first, _second, last = matrix_markdown(matrix, "x").splitlines()
    assert [head, first, last] == ["|  | de | th |", "| de | .500 | .500 |", "| mean | .250 | .500 |"]
