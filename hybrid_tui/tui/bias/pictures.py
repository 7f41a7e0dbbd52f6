"""Heatmaps to draw, made from matrices and the screen's settings; pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hybrid_tui.comparison.cell_certainty import MatrixCertainty
from hybrid_tui.comparison.colormap import Scale
from hybrid_tui.comparison.language_order import arranged, labels
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.errors import UsageError
from hybrid_tui.tui.bias.heatmap_choice import HeatmapChoice, HeatmapLayout

NO_SCALE = Scale(0, 1)


@dataclass(frozen=True)
class Picture:
    """A heatmap of these systems, or why there is none.

    systems: one, or two for the difference, the second less the first. labels: their names as they are shown.
    """

    systems: tuple[str, ...]
    labels: tuple[str, ...]
    matrix: Matrix | None = None
    scale: Scale = NO_SCALE
    marks: frozenset[tuple[int, int]] = frozenset()
    said: str = ""

    @property
    def title(self) -> str:
        """The systems' labels, as a difference where there are two."""
        return " − ".join(reversed(self.labels))


def pictures(
    shown: HeatmapChoice,
    systems: Sequence[str],
    matrices: Mapping[str, Matrix],
    said: Mapping[str, str],
    labels: Mapping[str, str],
    certainty: MatrixCertainty | None = None,
) -> list[Picture]:
    """Return the heatmaps of some systems, and of the difference of the first two where that is wanted.

    matrices, said: by system, where there is one. labels: of each system. certainty: of the difference.
    """
    ordered = in_order(shown, systems, matrices)
    scales = scales_of(shown, ordered)
    found = [
        Picture(
            (system,),
            (labels[system],),
            ordered.get(system),
            scales.get(system, NO_SCALE),
            said=said.get(system, ""),
        )
        for system in systems
    ]
    if shown.layout is HeatmapLayout.TWO and len(systems) > 1:
        one, two = systems[:2]
        named = Picture((one, two), (labels[one], labels[two]))
        found.append(_difference(shown, named, ordered, certainty))
    return found


def in_order(
    shown: HeatmapChoice, systems: Sequence[str], matrices: Mapping[str, Matrix]
) -> dict[str, Matrix]:
    """Return the systems' matrices with rows and columns ordered as chosen, all like the first one."""
    known = [matrices[system] for system in systems if system in matrices]
    if not known:
        return {}
    rows, columns = labels(known[0], shown.order)
    return {system: arranged(matrices[system], rows, columns) for system in systems if system in matrices}


def scales_of(shown: HeatmapChoice, matrices: Mapping[str, Matrix]) -> dict[str, Scale]:
    """Return the scale of each system: the same for all, or one each."""
    if shown.own_scale:
        return {name: Scale.of(each, colours=shown.colours) for name, each in matrices.items()}
    return dict.fromkeys(matrices, Scale.of(*matrices.values(), colours=shown.colours))


def _difference(
    shown: HeatmapChoice,
    pair: Picture,
    matrices: Mapping[str, Matrix],
    certainty: MatrixCertainty | None,
) -> Picture:
    """Return the difference of a pair, whose names are known."""
    first, second = (matrices.get(system) for system in pair.systems)
    if first is None or second is None:
        return replace(pair, said="waits for both")
    try:
        matrix = second.minus(first)
    except UsageError as error:
        return replace(pair, said=f"✗ {error.whole}")
    marks = certainty.marks(matrix) if certainty else frozenset()
    scale = Scale.of(matrix, diverging=True, colours=shown.colours)
    return replace(pair, matrix=matrix, scale=scale, marks=marks)
