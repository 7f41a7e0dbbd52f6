"""`hybrid-tui expand`: queries written anew by a language model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hybrid_tui.choices import ExpansionOrder
from hybrid_tui.cli import completion, escaping, output
from hybrid_tui.cli.options import Data, Json, Yes, listed

if TYPE_CHECKING:
    from hybrid_tui.api.expansions import ExpandedQueries, ExpansionPlan


def expand(
    llm: Annotated[
        str,
        typer.Option(
            help="api:NAME, an endpoint that [api.NAME] of the configuration names.",
            autocompletion=completion.endpoint,
        ),
    ],
    prompt: Annotated[
        str, typer.Option(help="zero-shot, few-shot, reasoning, answer, or one of your own.")
    ] = "zero-shot",
    data: Data = None,
    lang: Annotated[
        list[str] | None,
        typer.Option(
            "--lang", help="Query language, or several with commas; may be given again. [default: all]"
        ),
    ] = None,
    to: Annotated[str, typer.Option(help="Translate into this language. [default: no translation]")] = "",
    order: Annotated[ExpansionOrder, typer.Option(help="Translate after or before.")] = "expand-first",
    variant: Annotated[
        str, typer.Option(help="Name to keep it under. [default: of prompt, language and order]")
    ] = "",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace texts of it that are of other prompts or models.")
    ] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Write queries anew with a language model and keep them as a variant.

    What it takes is told before. What was answered is kept, and not asked again. The prompts are those of the
    package's prompts/expand.toml; such a file in the configuration folder replaces them and adds others.

    Example: hybrid-tui expand --data xquad-r --llm api:local --prompt answer --lang de,th
    """
    from dataclasses import asdict

    from hybrid_tui.api import expansions

    langs = [code for each in lang or [] for code in listed(each)]
    plan = expansions.plan_expansion(
        llm, prompt, data, langs=langs, to=to, order=order, variant=variant, overwrite=overwrite
    )
    output.say(_planned(plan))
    if plan.calls:
        output.agreed("Ask for them?", f"asking {llm}", yes=yes)
    try:
        with output.progress() as progress:
            made = expansions.expand(plan, progress=progress)
    except BaseException:
        output.note(["what was answered is kept; the same command goes on from there"])
        raise
    if json:
        output.as_json(asdict(made))
    else:
        _show(made)


def _planned(plan: ExpansionPlan) -> str:
    kept = f", {plan.there:,} of them there already" if plan.there else ""
    texts = f"{plan.variant} for {plan.collection}: {plan.texts:,} texts{kept}"
    if not plan.calls:
        return f"{texts}; every answer is kept, nothing is asked"
    limit = f"at most {plan.answer_tokens:,}" if plan.answer_tokens else "without a limit"
    price = f": at most {plan.price:.2f} by its price" if plan.price is not None else ""
    tokens = f"about {plan.prompt_tokens:,} tokens to read, {limit} to write"
    return f"{texts}; {plan.calls:,} calls of {plan.model}, {tokens}{price}"


def _show(made: ExpandedQueries) -> None:
    escaping.say(f"{made.variant}: {made.written:,} texts written, {made.there:,} there already")
    if made.empty:
        escaping.say(f"note: {made.empty:,} answers had no text, and were left out")
    if made.cut:
        escaping.say(f"note: {made.cut:,} texts end at the prompt's limit of tokens")
    price = f", {made.price:.4f} by its price" if made.price is not None else ""
    read, written = made.prompt_tokens, made.answer_tokens
    escaping.say(f"{made.calls:,} calls of {made.model}: {read:,} tokens read, {written:,} written{price}")
