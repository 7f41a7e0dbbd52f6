"""Options of reading a source, as `data add` takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from hybrid_tui import languages
from hybrid_tui.corpus.chunking import WORDS, Tokens
from hybrid_tui.errors import UsageError

ParallelBy = Literal["", "id", "item_id"]
COLUMNS = ("item_id", "lang", "query", "passage", "negative", "topic", "split", "context", "text")


@dataclass(frozen=True)
class ReadOptions:
    """How a source is read.

    columns: the source's names of columns, by ours (`{"query": "anchor"}`); numbers, from 1, are columns of a
    file without a first line of names. lang: the language of what does not tell its own,
    in any usual form of its code.
    corpus, qrels: of several corpora or judgements of a source, which; empty for the form's usual one.
    parallel_by: queries with the same id, or item_id, in several languages are one question, and what is
    relevant to one version is relevant to all; empty: only where the source says so.
    max_chars: longer passages are cut there; 0 for no limit. chunk: documents are cut into chunks of so many
    `tokens`, each beginning with the last `overlap` of the one before; 0 for documents as they are.
    drop_self: leave a passage that is a query out of that query's ranking.
    strict: refuse what else is noted as a fault.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    lang: str = ""
    corpus: str = ""
    qrels: str = ""
    parallel_by: ParallelBy = ""
    max_chars: int = 0
    chunk: int = 0
    overlap: int = 0
    tokens: Tokens = WORDS
    drop_self: bool = False
    strict: bool = False

    def __post_init__(self) -> None:
        """Bring `lang` into our code; refuse what cannot be: raises UsageError."""
        if self.lang:
            object.__setattr__(self, "lang", languages.language(self.lang).code)
        if not 0 <= self.max_chars < 1 << 31:
            raise UsageError(f"{self.max_chars} characters cannot be kept", "ask for 1 or more, below 2^31")
        if not 0 <= self.chunk < 1 << 31:
            raise UsageError(f"{self.chunk} tokens are no chunk", "ask for 1 or more, below 2^31")
        if self.overlap and not self.chunk:
            raise UsageError("documents are cut into chunks of a number of tokens", "add --chunk 256")
        if self.chunk and not 0 <= self.overlap < self.chunk:
            raise UsageError(
                f"chunks of {self.chunk} tokens cannot have {self.overlap} in common", "ask for fewer"
            )
        if self.parallel_by not in get_args(ParallelBy):
            raise UsageError(f"no queries are parallel by {self.parallel_by!r}", "say id or item_id")


def parse_columns(written: str) -> dict[str, str]:
    """Return columns as ReadOptions takes them from `query=anchor,passage=positive`; UsageError otherwise."""
    found = {}
    for part in filter(None, map(str.strip, written.split(","))):
        ours, equals, theirs = (each.strip() for each in part.partition("="))
        if not equals or not theirs or ours not in COLUMNS:
            known = ", ".join(COLUMNS)
            raise UsageError(f"columns: {part!r} is no OURS=THEIRS", f"OURS is one of {known}")
        found[ours] = theirs
    return found
