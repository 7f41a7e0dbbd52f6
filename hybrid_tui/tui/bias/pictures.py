"""Heatmaps to draw, made from matrices and the screen's settings; pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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

    systems: one, or two for the difference, the second less the first.
    """

    systems: tuple[str, ...]
    matrix: Matrix | None = None
    scale: Scale = NO_SCALE
    marks: frozenset[tuple[int, int]] = frozenset()
    said: str = ""

    @property
    def title(self) -> str:
        """The systems' names, as a difference where there are two."""
        return " − ".join(reversed(self.systems))


def pictures(
    shown: HeatmapChoice,
    systems: Sequence[str],
    matrices: Mapping[str, Matrix],
    said: Mapping[str, str],
    certainty: MatrixCertainty | None = None,
) -> list[Picture]:
    """Return the heatmaps of some systems, and of the difference of the first two where that is wanted.

    matrices, said: by system, where there is one. certainty: of the difference.
    """
    ordered = in_order(shown, systems, matrices)
    scales = scales_of(shown, ordered)
    found = [
        Picture((system,), ordered.get(system), scales.get(system, NO_SCALE), said=said.get(system, ""))
        for system in systems
    ]
    if shown.layout is HeatmapLayout.TWO and len(systems) > 1:
        found.append(_difference(shown, systems, ordered, certainty))
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
    systems: Sequence[str],
    matrices: Mapping[str, Matrix],
    certainty: MatrixCertainty | None,
) -> Picture:
    one, two = systems[:2]
    first, second = matrices.get(one), matrices.get(two)
    if first is None or second is None:
        return Picture((one, two), said="waits for both")
    try:
        matrix = second.minus(first)
    except UsageError as error:
        return Picture((one, two), said=f"✗ {error.whole}")
    marks = certainty.marks(matrix) if certainty else frozenset()
    return Picture((one, two), matrix, Scale.of(matrix, diverging=True, colours=shown.colours), marks)
