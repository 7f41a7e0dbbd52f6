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

    def passage_inputs(self, lang: str) -> list[str]:
        """Return the passages of a language, in a fixed order."""
        ...
