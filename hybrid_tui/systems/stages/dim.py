"""`dim:128`: embeddings cut to their first dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from hybrid_tui.errors import UsageError


@dataclass(frozen=True)
class Dim:
    """The first `size` dimensions alone, scaled to length 1 again, as Matryoshka models are trained for."""

    kind: ClassVar[str] = "dimension"
    place: ClassVar[int] = 0
    size: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `dim:SIZE`."""
        size = text.partition(":")[2]
        if not (size.isascii() and size.isdigit() and int(size)):
            raise UsageError(f"{size!r} is no number of dimensions", "write dim:128")
        return cls(int(size))

    def __str__(self) -> str:
        return f"dim:{self.size}"
