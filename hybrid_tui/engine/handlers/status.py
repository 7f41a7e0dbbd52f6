"""Handlers of requests about the engine itself."""

from __future__ import annotations

import os

from hybrid_tui.engine.dispatch import Context, answers
from hybrid_tui.engine.messages import GetStatus, Status
from hybrid_tui.engine.service import Service


@answers(GetStatus)
def status(service: Service, request: GetStatus, context: Context) -> Status:
    """Tell the engine's process id, memory and loaded models."""
    return Status(pid=os.getpid(), memory=_resident(), loaded=service.workspace.loaded())


def _resident() -> int:
    """Return this process's resident memory in bytes; its peak where /proc is absent."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
