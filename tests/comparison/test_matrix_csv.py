import csv
from io import StringIO

from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.matrix_csv import matrix_csv


def test_one_line_a_cell_unrounded():
    third = 1 / 3
    matrix = Matrix("x", ("de", 'a "b", c'), ("en", "fr"), ((third, None), (1e-17, 2.0)), ((7, 0), (8, 9)))
    text = matrix_csv(matrix)
    assert text.splitlines()[:3] == ["row,column,value,count", f"de,en,{third!r},7", "de,fr,,0"]
    rows = list(csv.DictReader(StringIO(text)))
    assert len(rows) == 4
    assert rows[2] == {"row": 'a "b", c', "column": "en", "value": "1e-17", "count": "8"}
    assert float(rows[0]["value"]) == third
