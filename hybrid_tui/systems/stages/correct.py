"""`center:.75@starter`: a correction of embeddings, fitted on the collection or on another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from hybrid_tui.errors import UsageError
from hybrid_tui.retrieval.corrections import NO_CORRECTION, Correction, parse


@dataclass(frozen=True)
class Correct:
    """A correction. fit_on: the collection, or the file or folder of texts, that it is fitted on.

    Empty for the collection that is searched.
    """

    kind: ClassVar[str] = "correction"
    place: ClassVar[int] = 1
    correction: Correction
    fit_on: str = ""

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read `CORRECTION` or `CORRECTION@COLLECTION`; None for `none`."""
        written, at, fit_on = text.partition("@")
        if at and not fit_on:
            raise UsageError("no collection stands behind @", f"write {written}@starter")
        correction = parse(written)
        return None if correction == NO_CORRECTION else cls(correction, fit_on)

    def __str__(self) -> str:
        return f"{self.correction}@{self.fit_on}" if self.fit_on else str(self.correction)
