"""What is asked of every pane's model."""

from __future__ import annotations

from dataclasses import dataclass

from hybrid_tui.comparison.query_cleaning import clean_query
from hybrid_tui.engine import messages

AUTO = "auto"
K = 20
NO_CORRECTION = "none"
CORRECTIONS = {
    NO_CORRECTION: "embeddings as the model gives them",
    "center": "less the mean of their language",
    "shift": "passages moved to where English ones are",
    "lir": "without the direction that tells their language",
}
"""What can be done to embeddings before they are compared."""


@dataclass(frozen=True)
class SearchRequest:
    """A query to a collection, without the model.

    question: set when the text is one of the collection's own questions.
    query_lang: a code, or "auto". langs: of the passages; empty for all.
    """

    data: str
    text: str = ""
    question: messages.Question | None = None
    query_lang: str = AUTO
    langs: tuple[str, ...] = ()

    def of(self, system: str) -> messages.Search:
        """Return the request to a system, MODEL or MODEL+CORRECTION.

        Raises UsageError for a text that cannot be searched for.
        """
        question = self.question
        model, _, correction = system.partition("+")
        return messages.Search(
            data=self.data,
            model=model,
            correction=correction or NO_CORRECTION,
            query=question.text if question else clean_query(self.text),
            query_id=question.query_id if question else "",
            query_lang=question.lang if question else self.query_lang,
            langs=self.langs,
            k=K,
        )
