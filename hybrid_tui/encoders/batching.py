"""Texts as tokenizers take them, and the batches in which they are encoded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Yield lists of row numbers, longest rows first, each row once.

    A batch is padded to its longest row, so it costs rows x longest, which stays within `budget` (in the
    unit of `lengths`: tokens) unless one row alone is over it. Rows of equal length keep their order.
    """
    order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    start = 0
    while start < len(order):
        longest = max(lengths[order[start]], 1)
        end = start + max(budget // longest, 1)
        yield order[start:end]
        start = end


def encodable(text: str) -> str:
    """Return the text with pairs of surrogates joined and lone ones replaced by U+FFFD.

    No tokenizer accepts a surrogate: it has no UTF-8 form.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
