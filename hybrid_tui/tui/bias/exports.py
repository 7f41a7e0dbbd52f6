"""The files that a heatmap can be written to."""

from __future__ import annotations

from pathlib import Path

from hybrid_tui.comparison.cell_certainty import MatrixCertainty
from hybrid_tui.comparison.drawn_units import drawn_words
from hybrid_tui.comparison.heatmap_svg import heatmap_svg
from hybrid_tui.comparison.matrix_text import matrix_csv, matrix_markdown
from hybrid_tui.tui.bias.pictures import Picture
from hybrid_tui.tui.dialogs.export import Kind, stem_of


def heatmap_files(picture: Picture, certainty: MatrixCertainty | None, stem: str) -> list[Kind]:
    """Return Markdown, CSV and SVG of a heatmap; none where it has no matrix.

    certainty: of its cells. stem: the beginning of the files' names.
    """
    matrix, title = picture.matrix, picture.title
    if not matrix:
        return []
    path = str(Path.cwd() / stem_of(f"{stem}-{title}"))
    drawn = drawn_words([certainty.drawn]) if certainty else ""
    table = matrix_markdown(matrix, title, picture.marks, drawn, signed=picture.scale.diverging)
    picture_of_it = heatmap_svg(matrix, picture.scale, title, picture.marks, drawn)
    return [
        Kind("Markdown", Path(f"{path}.md"), table),
        Kind("CSV: a line a cell", Path(f"{path}.csv"), matrix_csv(matrix, certainty)),
        Kind("SVG: the heatmap", Path(f"{path}.svg"), picture_of_it),
    ]
