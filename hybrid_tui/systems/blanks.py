"""A system with one number left open, `me5-small+center:?`, and the systems that numbers make of it."""

from __future__ import annotations

from dataclasses import dataclass

from hybrid_tui.errors import UsageError
from hybrid_tui.retrieval.corrections.correction import short
from hybrid_tui.systems import stages, written
from hybrid_tui.systems.stages import Stage
from hybrid_tui.systems.stages.correct import Correct
from hybrid_tui.systems.stages.query import QueryVariant
from hybrid_tui.systems.written import SystemName

BLANK = "?"
_PROBE = 0.257
"""A number that no stage takes unless it is told."""
_EXAMPLE = "leave a strength or a weight open: me5-small+center:?, me5-small+query:en:?"


@dataclass(frozen=True)
class Blank:
    """A system whose strength or weight is open; make one with `read`.

    text: as typed. place: which of its stages. what: "strength" or "weight".
    """

    text: str
    place: int
    what: str

    def at(self, value: float) -> SystemName:
        """Return the system with a number in the place; without the stage for 0, which does nothing.

        Raises UsageError for a number that the stage does not take.
        """
        name = written.parse(self.text.replace(BLANK, repr(float(value))))
        if value:
            return name
        return SystemName(name.retriever, (*name.stages[: self.place], *name.stages[self.place + 1 :]))


def read(text: str) -> Blank:
    """Read a system in its written form with `?` in the place of one strength or weight.

    Raises UsageError that shows the place where there is no `?`, more than one, or one that stands for
    something else, and what `written.parse` raises.
    """
    text = text.strip()
    count = text.count(BLANK)
    if count != 1:
        told = f"has {count} open places (?)" if count else "has no open place (?)"
        raise UsageError(f"{text!r} {told}, and one number is chosen", _EXAMPLE)
    number = text[: text.index(BLANK)].count("+")
    part = text.split("+")[number]
    where = f"{text!r}: stage {number}, {part!r}," if number else f"{text!r}: the retriever"
    refused = UsageError(f"{where} takes no strength or weight where ? stands", _EXAMPLE)
    if not number or not _takes_number(part):
        raise refused
    try:
        found = written.parse(text.replace(BLANK, short(_PROBE)))
    except UsageError as error:
        raise UsageError(
            *(each.replace(short(_PROBE), BLANK) for each in (str(error), error.hint))
        ) from error
    for place, stage in enumerate(found.stages):
        what, value = _number(stage)
        if value == _PROBE:
            return Blank(text, place, what)
    raise refused


def _takes_number(part: str) -> bool:
    """Tell whether a stage takes a number in the open place; true for an unknown one, which is told later."""
    if part.replace(":", "@").partition("@")[0] not in stages.NAMES:
        return True
    try:
        found = [stages.read(part.replace(BLANK, str(value))) for value in (_PROBE, 1.0)]
    except UsageError:
        return False
    return [_number(each)[1] for each in found if each] == [_PROBE, 1.0]


def _number(stage: Stage) -> tuple[str, float | None]:
    """Return what the number of a stage is called, and the number; None for a stage without one."""
    if isinstance(stage, QueryVariant):
        return "weight", stage.weight if stage.how == "mix" else None
    return "strength", getattr(stage.correction, "strength", None) if isinstance(stage, Correct) else None
