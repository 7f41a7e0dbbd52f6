"""What is asked of a system: a query, and its other forms where a stage takes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hybrid_tui.corpus.variants import QueryForm


@dataclass(frozen=True)
class Asked:
    """A query. lang: its language's code. query_id: the collection's query that it is, or empty.

    forms: other forms of a query that was typed, by variant; those of a collection's queries are kept.
    """

    text: str
    lang: str
    query_id: str = ""
    forms: Mapping[str, QueryForm] = field(default_factory=dict)
