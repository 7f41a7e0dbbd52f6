"""Another form of the query on the search screen: which panes are asked in it, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hybrid_tui.comparison.retriever_names import is_model
from hybrid_tui.tui.system_parts import Parts, number
from hybrid_tui.tui.widgets.form_bar import FormBar
from hybrid_tui.tui.widgets.pane import Pane

HALF = 0.5
NOT_WEIGHTS = ("concat", "rrf")


class QueryForm:
    """What the bar below the query sets in panes.

    It sets those whose system mixes in a form of the query; where there are none, all dense ones, which lose
    the form again when the bar is closed.
    """

    def __init__(self, bar: FormBar) -> None:
        self.bar = bar
        self._gained: list[Pane] = []

    @property
    def is_open(self) -> bool:
        """Whether the bar is in sight."""
        return self.bar.display

    def open(
        self, panes: Sequence[Pane], forms: dict[str, str], langs: Sequence[str], *, typed: bool
    ) -> None:
        """Show the form that panes have already, else a likely one.

        forms: texts by variant. langs: to choose from, the likely ones first. typed: whether the query was.
        """
        told = next((_told(pane.model) for pane in panes if _told(pane.model)), None)
        variant, how = told or (next(iter(forms), langs[0]), "")
        weight = HALF if how in ("", *NOT_WEIGHTS) else float(how)
        self.bar.open(variant, weight, forms.get(variant, ""), typed=typed)

    def typed_anew(self, forms: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """Return the forms of a query that is typed now: what stands in the bar, where that is new, too.

        forms: of the query before.
        """
        bar = self.bar
        if not self.is_open or not bar.text or bar.text == forms.get(bar.variant):
            return ()
        return ((bar.variant, bar.text),)

    def close(self) -> list[Pane]:
        """Hide the bar; return the panes that have lost the form."""
        self.bar.display = False
        lost = [pane for pane in self._gained if pane.is_attached and _told(pane.model)]
        self._gained = []
        for pane in lost:
            pane.model = str(Parts.of(pane.model).put("query", ""))
        return lost

    def set(self, panes: Sequence[Pane]) -> list[Pane]:
        """Give panes the form and the weight that the bar has; return those whose system has changed."""
        having = [pane for pane in panes if _told(pane.model)]
        if not having:
            having = [pane for pane in panes if not pane.run_on and is_model(Parts.of(pane.model).retriever)]
            self._gained = list(having)
        changed = []
        for pane in having:
            told = _told(pane.model)
            how = told[1] if told and told[1] in NOT_WEIGHTS else number(self.bar.weight)
            system = str(Parts.of(pane.model).put("query", f"query:{self.bar.variant}:{how}"))
            if system != pane.model:
                pane.follow(system)
                changed.append(pane)
        return changed


def lacking(panes: Sequence[Pane], forms: Mapping[str, str]) -> list[Pane]:
    """Return the panes that are asked in a form of a typed query, too, whose text is not there."""
    told = [(pane, _told(pane.model)) for pane in panes]
    return [pane for pane, form in told if form and form[0] not in forms]


def _told(system: str) -> tuple[str, str] | None:
    """Return the variant that a system takes, and its weight or how it is taken; None for none."""
    _, variant, how = [*Parts.of(system).stage("query").split(":"), "", ""][:3]
    return (variant, how) if variant else None
