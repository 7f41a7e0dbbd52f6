"""Variants of queries written by a language model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hybrid_tui import languages
from hybrid_tui.api.defaults import data_name
from hybrid_tui.api.progress import Cancelled, Progress, steps
from hybrid_tui.choices import ExpansionOrder
from hybrid_tui.corpus import catalog, variants
from hybrid_tui.corpus.expansion import prompts
from hybrid_tui.corpus.expansion.chain import Chain
from hybrid_tui.corpus.expansion.expansion import Expansion
from hybrid_tui.corpus.expansion.prompts import Prompt
from hybrid_tui.endpoints import PREFIX, endpoint
from hybrid_tui.endpoints.client import Client
from hybrid_tui.errors import UsageError, unknown


@dataclass(frozen=True)
class ExpansionPlan:
    """What `expand` would do; nothing was asked yet.

    texts: queries that are asked for; `there`: those that the variant has. calls: at most, but for those of
    which the answer is kept. prompt_tokens: about. answer_tokens: at most; 0 where the prompt sets no limit.
    price: at most, in the unit that the configuration has; None where it has none, or there is no limit.
    """

    collection: str
    variant: str
    prompt: str
    model: str
    texts: int
    there: int
    calls: int
    prompt_tokens: int
    answer_tokens: int
    price: float | None
    expansion: Expansion = field(repr=False)


@dataclass(frozen=True)
class ExpandedQueries:
    """What came of it.

    written: new texts. empty: answers without a text, left out. cut: texts that end at the prompt's limit of
    tokens. calls, prompt_tokens, answer_tokens, price: what it took, as the endpoint told.
    """

    collection: str
    variant: str
    prompt: str
    model: str
    texts: int
    there: int
    written: int
    empty: int
    cut: int
    calls: int
    prompt_tokens: int
    answer_tokens: int
    price: float | None


def prompt_names() -> list[str]:
    """Return the names of the prompts, those of the package first."""
    return prompts.names()


def plan_expansion(
    llm: str,
    prompt: str = "zero-shot",
    data: str | None = None,
    *,
    langs: Sequence[str] = (),
    to: str = "",
    order: ExpansionOrder = "expand-first",
    variant: str = "",
    overwrite: bool = False,
) -> ExpansionPlan:
    """Return what writing a collection's queries anew would take, asking nothing.

    llm: `api:NAME`, an endpoint of the configuration. prompt: zero-shot, few-shot, reasoning, answer, or one
    of the user's. langs: of the queries, by default all. to: translate into this language, before or after
    the expansion by `order`. variant: its name, by default made of the prompt, language and order.
    overwrite: replace texts of it that are of other prompts or models. Raises UsageError for unknown names, a
    key that is not set, and texts that would be replaced.
    """
    if not llm.startswith(PREFIX):
        raise UsageError(f"{llm!r} is no endpoint", f"say {PREFIX}NAME, with [api.NAME] in the configuration")
    target = languages.language(to).code if to else ""
    if order == "translate-first" and not target:
        raise UsageError("translate-first needs the language to translate into", "add --to en")
    collection = catalog.load(data_name(data))
    asked = sorted(collection.queries["lang"].unique())
    for lang in langs:
        if lang not in asked:
            raise unknown("query language", lang, asked)
    chosen = prompts.prompt(prompt)
    name = variant or _name(chosen, target, order)
    variants.check_name(name)
    client = Client(endpoint(llm))
    chain = Chain(client, chosen, prompts.translation(), target, order)
    expansion = Expansion(collection, chain, name, tuple(langs or asked), overwrite)
    found = expansion.estimate()
    limited = bool(found.answer_tokens) or not found.calls
    return ExpansionPlan(
        collection.name,
        name,
        chosen.name,
        client.endpoint.model,
        found.texts,
        found.there,
        found.calls,
        found.prompt_tokens,
        found.answer_tokens,
        _price(expansion, found.prompt_tokens + found.answer_tokens) if limited else None,
        expansion,
    )


def expand(
    plan: ExpansionPlan, *, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> ExpandedQueries:
    """Write a collection's queries anew and keep them as a variant.

    What was answered is kept however it ends, and not asked again. Raises HybridTuiError for an endpoint that
    fails, Cancelled when `cancelled()` turns true.
    """
    expansion = plan.expansion
    counter = steps(progress)(f"asking {PREFIX}{expansion.chain.client.endpoint.name}")
    made = expansion.run(counter, cancelled)
    return ExpandedQueries(
        plan.collection,
        plan.variant,
        plan.prompt,
        plan.model,
        plan.texts,
        plan.there,
        made.written,
        made.empty,
        made.cut,
        made.calls,
        made.prompt_tokens,
        made.answer_tokens,
        _price(expansion, made.prompt_tokens + made.answer_tokens),
    )


def _name(prompt: Prompt, to: str, order: ExpansionOrder) -> str:
    if not to:
        return prompt.name
    return f"{to}-then-{prompt.name}" if order == "translate-first" else f"{prompt.name}-then-{to}"


def _price(expansion: Expansion, tokens: int) -> float | None:
    price = expansion.chain.client.endpoint.price_per_million_tokens
    return None if price is None else tokens * price / 1e6
