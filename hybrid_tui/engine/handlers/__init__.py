"""The handlers of all requests, in files named as those of their messages."""

from __future__ import annotations

from typing import TypeVar, cast

import msgspec

from hybrid_tui.engine.dispatch import HANDLERS, Context
from hybrid_tui.engine.handlers import jobs, library, measuring, searching, status, training
from hybrid_tui.engine.messages import Reply, Request
from hybrid_tui.engine.service import Service

__all__ = ["answer", "jobs", "library", "measuring", "searching", "status", "training"]

ReplyT = TypeVar("ReplyT", bound=Reply)


def answer(service: Service, request: Request[ReplyT], context: Context) -> ReplyT:
    """Return the last reply to a request; raises what its handler raises."""
    reply = HANDLERS[type(request)](service, request, context)
    return cast("ReplyT", msgspec.structs.replace(reply, id=request.id))
