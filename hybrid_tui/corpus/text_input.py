"""Protocol of what has query and passage texts to encode."""

from __future__ import annotations

from typing import Protocol


class TextInput(Protocol):
    """Texts to encode, by language; the fingerprint names them all."""

    @property
    def name(self) -> str:
        """What they are called."""
        ...

    @property
    def fingerprint(self) -> str:
        """Equal for equal texts."""
        ...

    def query_inputs(self, lang: str) -> list[str]:
        """Return the queries of a language, in a fixed order."""
        ...

    def passage_inputs(self, lang: str, start: int = 0, stop: int | None = None) -> list[str]:
        """Return the passages of a language from `start` to `stop`, in a fixed order."""
        ...

    def passage_count(self, lang: str) -> int:
        """Return how many passages a language has, without reading their texts."""
        ...
