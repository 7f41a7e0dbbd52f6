"""What a command asks of endpoints: told and agreed to before, told after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hybrid_tui.cli import output

if TYPE_CHECKING:
    from hybrid_tui.api.spending import Spending


@contextmanager
def agreed(
    systems: Sequence[str],
    data: str | None,
    *,
    yes: bool,
    langs: Sequence[str] = (),
    queries: bool = True,
    again: bool = False,
) -> Iterator[None]:
    """Tell what systems ask of endpoints, go on where a person agrees, and tell in the end what it took.

    Parameters are those of `plan_spending`. Nothing is said where there is nothing to ask for.
    """
    from hybrid_tui.api.spending import plan_spending

    with agreed_to(plan_spending(list(systems), data, langs=langs, queries=queries, again=again), yes=yes):
        yield


@contextmanager
def agreed_to(planned: Sequence[Spending], *, yes: bool) -> Iterator[None]:
    """Do the same for what is planned already."""
    from hybrid_tui.api.spending import spent

    for each in planned:
        tokens = f"about {each.tokens:,} tokens{_price(each)}"
        output.say(f"{each.endpoint}: {each.texts:,} texts for {each.model}, {tokens}")
    if planned:
        output.agreed("Ask for them?", f"asking {', '.join(each.endpoint for each in planned)}", yes=yes)
    try:
        yield
    finally:
        for each in spent() if planned else ():
            output.say(
                f"{each.endpoint}: it took {each.requests:,} requests, {each.tokens:,} tokens{_price(each)}"
            )


def _price(each: Spending) -> str:
    return "" if each.price is None else f": {each.price:.4f} by its price"
