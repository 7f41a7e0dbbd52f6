"""The calls that write one query anew: expansion, and translation before or after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hybrid_tui.choices import ExpansionOrder
from hybrid_tui.corpus.expansion.cleaning import cleaned
from hybrid_tui.corpus.expansion.kept_answers import KeptAnswers, Messages
from hybrid_tui.corpus.expansion.prompts import Prompt
from hybrid_tui.endpoints import chat
from hybrid_tui.endpoints.client import Client
from hybrid_tui.endpoints.spending import BYTES_PER_TOKEN


class Step(NamedTuple):
    """One call: a prompt, the language of the text that it gets, and that wanted of a translation."""

    prompt: Prompt
    lang: str
    to: str = ""


class Written(NamedTuple):
    """A text, empty where an answer was. cut: whether one was at its limit. fresh: answers that were new."""

    text: str
    cut: bool
    fresh: list[chat.ChatAnswer]


class Chain:
    """Asks one model, but for what it answered before; safe to use from several threads.

    translate: the prompt of translations into `to`, where this is not empty.
    """

    def __init__(
        self, client: Client, prompt: Prompt, translate: Prompt, to: str, order: ExpansionOrder
    ) -> None:
        self.client = client
        self.to = to
        self._prompt, self._translate, self._order = prompt, translate, order
        used = [prompt, translate] if to else [prompt]
        self._answers = {each.hash: KeptAnswers(client.endpoint.model, each) for each in used}

    def steps(self, lang: str) -> tuple[Step, ...]:
        """Return the calls for a query of a language, one after the other."""
        if self.to in {"", lang}:
            return (Step(self._prompt, lang),)
        translation = Step(self._translate, lang, self.to)
        if self._order == "translate-first":
            return translation, Step(self._prompt, self.to)
        return Step(self._prompt, lang), translation

    def origin(self, lang: str) -> tuple[str, str, str]:
        """Return the prompts' names and hashes, joined by +, and the model."""
        prompts = [step.prompt for step in self.steps(lang)]
        model = self.client.endpoint.model
        return "+".join(each.name for each in prompts), "+".join(each.hash for each in prompts), model

    def write(self, text: str, lang: str) -> Written:
        """Return what comes of a query; answers are kept. Raises HybridTuiError where an endpoint fails."""
        cut, fresh = False, []
        for prompt, spoken, to in self.steps(lang):
            messages, answers = prompt.messages(text, spoken, to), self._answers[prompt.hash]
            kept = answers.get(messages)
            if not kept:
                answer = chat.ask(self.client, messages, prompt.parameters)
                fresh.append(answer)
                if not cleaned(answer.text, prompt.after):
                    return Written("", cut or answer.cut, fresh)
                kept = answers.put(messages, answer.text, cut=answer.cut)
            text, cut = cleaned(kept.text, prompt.after), cut or kept.cut
        return Written(text, cut, fresh)

    def calls(self, text: str, lang: str) -> Iterator[tuple[int, int]]:
        """Yield the tokens of each call that a query still needs: about so many asked, at most answered."""
        unknown = 0  # tokens of an answer that is not there yet, and is part of the next question
        for prompt, spoken, to in self.steps(lang):
            messages = prompt.messages(text, spoken, to)
            kept = None if unknown else self._answers[prompt.hash].get(messages)
            if kept:
                text = cleaned(kept.text, prompt.after)
                continue
            yield _tokens(messages) + unknown, prompt.most_tokens
            text, unknown = "", prompt.most_tokens or 1


def _tokens(messages: Messages) -> int:
    return sum(len(each["content"].encode()) for each in messages) // BYTES_PER_TOKEN + 1
