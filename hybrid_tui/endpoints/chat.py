"""Questions to a language model: `/chat/completions`."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from hybrid_tui.endpoints.client import Client


class ChatAnswer(NamedTuple):
    """What was answered; cut: at the limit of tokens. prompt_tokens, answer_tokens: 0 where not told."""

    text: str
    cut: bool
    prompt_tokens: int
    answer_tokens: int


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Completion(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None


def ask(client: Client, messages: list[dict[str, str]], parameters: dict[str, Any]) -> ChatAnswer:
    """Return the answer of an endpoint's model, empty where it gave none.

    messages: role and content of each. parameters: sent along as they are. Raises what `Client.post` does.
    """
    found = client.post("/chat/completions", parameters | {"messages": messages}, _Completion)
    usage = found.usage or _Usage()
    text, cut = "", False
    if found.choices:
        text = found.choices[0].message.content or ""
        cut = found.choices[0].finish_reason == "length"
    return ChatAnswer(text, cut, usage.prompt_tokens or 0, usage.completion_tokens or 0)
