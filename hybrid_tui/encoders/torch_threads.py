"""How many threads torch uses for what: for short work, threads that wait for each other are slow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

EVERY = torch.get_num_threads()
"""As many as torch uses by itself."""


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Let torch use so many threads, here and in threads that first use it meanwhile.

    These keep that number: whoever has long work says how many it may use.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
