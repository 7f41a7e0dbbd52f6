"""The limit on address space (`ulimit -v`), under which libraries end without a word."""

from __future__ import annotations

from collections.abc import Iterator

from hybrid_tui.errors import HybridTuiError

LEAST = 2 << 30
"""Bytes that the libraries take before any work: what they cannot map, some of them do not check."""
ENOUGH = 4 << 30


def notes() -> Iterator[str]:
    """Yield what a low limit may lead to; raises HybridTuiError for one with which nothing can be done."""
    try:
        import resource
    except ImportError:  # no such limit on this system
        return
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit in {resource.RLIM_INFINITY, -1} or limit >= ENOUGH:
        return
    told = f"ulimit -v leaves {limit >> 20:,} MiB of address space; libraries that lack it end without a word"
    if limit < LEAST:
        raise HybridTuiError(
            told,
            "ulimit -v unlimited; memory itself is bounded by systemd-run --user -p MemoryMax=2G COMMAND",
        )
    yield told
