"""The written form of a system, `RETRIEVER{+STAGE}`, such as `me5-small+center:.75@starter+fuse:bm25`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from hybrid_tui.comparison.retriever_names import is_model, shortest
from hybrid_tui.errors import UsageError, unknown
from hybrid_tui.systems.stages import NAMES, Stage, read
from hybrid_tui.systems.stages.fuse import Fuse

S = TypeVar("S", bound=Stage)


@dataclass(frozen=True)
class SystemName:
    """A system in its parts; `str` gives the written form, which `parse` reads again.

    retriever: as typed, such as `me5-small`, `bm25:words`. stages: in the order in which they work.
    """

    retriever: str
    stages: tuple[Stage, ...] = ()

    def stage(self, kind: type[S]) -> S | None:
        """Return the stage of a kind; None where there is none."""
        return next((each for each in self.stages if isinstance(each, kind)), None)

    @property
    def models(self) -> tuple[str, ...]:
        """The dense models among its retrievers, by name."""
        fuse = self.stage(Fuse)
        return tuple(each for each in (self.retriever, fuse.retriever if fuse else "") if is_model(each))

    def __str__(self) -> str:
        return "+".join([self.retriever, *map(str, self.stages)])


def parse(text: str) -> SystemName:
    """Read the written form of a system.

    Raises UsageError that shows the place: for an unknown stage, a wrong argument, two stages of a kind, and
    stages in another order than that in which they work.
    """
    retriever, *written = text.strip().split("+")
    retriever = shortest(retriever)
    if not retriever:
        raise UsageError(f"{text!r} names no system", "write MODEL, or MODEL+STAGE, such as me5-small+center")
    stages: list[Stage] = []
    for number, each in enumerate(written, 1):
        where = f"{text!r}: stage {number}, {each!r},"
        name = each.partition(":")[0].partition("@")[0]
        if name not in NAMES:
            raise UsageError(f"{where} is unknown", unknown("stage", name, list(NAMES)).hint)
        try:
            stage = read(each)
        except UsageError as error:
            raise UsageError(f"{where} cannot be read: {error}", error.hint) from error
        if stage is not None:
            _check(stages, stage, retriever, where)
            stages.append(stage)
    return SystemName(retriever, tuple(stages))


def _check(before: list[Stage], stage: Stage, retriever: str, where: str) -> None:
    """Raise UsageError for a stage that cannot stand behind others."""
    if not before or before[-1].place < stage.place:
        return
    if any(each.place == stage.place for each in before):
        raise UsageError(f"{where} is a second {stage.kind}", f"a system has one {stage.kind}")
    ordered = sorted((*before, stage), key=lambda each: each.place)
    raise UsageError(
        f"{where} works before {before[-1]} and stands behind it",
        f"write {SystemName(retriever, tuple(ordered))}",
    )
