"""What is asked of every pane's model."""

from __future__ import annotations

from dataclasses import dataclass

from hybrid_tui.comparison.query import clean_query
from hybrid_tui.engine import protocol

AUTO = "auto"
K = 20


@dataclass(frozen=True)
class Asked:
    """A query to a collection, without the model.

    question: set when the text is one of the collection's own questions.
    query_lang: a code, or "auto". langs: of the passages; empty for all.
    """

    data: str
    text: str = ""
    question: protocol.Question | None = None
    query_lang: str = AUTO
    langs: tuple[str, ...] = ()

    def of(self, model: str) -> protocol.Search:
        """Return the request to one model; UsageError for a text that cannot be searched for."""
        question = self.question
        return protocol.Search(
            data=self.data,
            model=model,
            query=question.text if question else clean_query(self.text),
            query_id=question.query_id if question else "",
            query_lang=question.lang if question else self.query_lang,
            langs=self.langs,
            k=K,
        )
