"""The messages between the app and the engine: one JSON object a line, each way.

Every request has an `id` that its sender counts up; every reply names the request that it answers, so that
replies to a request that no longer matters can be dropped. What they carry are records of the front door.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

import msgspec

from hybrid_tui.api.records import *
from hybrid_tui.engine.messages.base import *
from hybrid_tui.engine.messages.base import Cancel, Message, Reply, Request
from hybrid_tui.engine.messages.jobs import *
from hybrid_tui.engine.messages.library import *
from hybrid_tui.engine.messages.measuring import *
from hybrid_tui.engine.messages.searching import *
from hybrid_tui.engine.messages.status import *
from hybrid_tui.engine.messages.training import *


def kinds(of: type[Message]) -> Iterator[type[Message]]:
    """Yield the types of message below one that have none below themselves."""
    for each in of.__subclasses__():
        if each.__subclasses__():
            yield from kinds(each)
        else:
            yield each


def _union(*types: type[Message]) -> Any:
    return reduce(or_, types)


_encoder = msgspec.json.Encoder()
_requests: msgspec.json.Decoder[Request[Any] | Cancel] = msgspec.json.Decoder(_union(Cancel, *kinds(Request)))
_replies: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(_union(*kinds(Reply)))


def to_line(message: Message) -> bytes:
    """Encode a message as one line of JSON, newline included."""
    return _encoder.encode(message) + b"\n"


def request_from(line: bytes) -> Request[Any] | Cancel:
    """Decode a request; raises msgspec.ValidationError or msgspec.DecodeError for anything else."""
    return _requests.decode(line)


def reply_from(line: bytes) -> Reply:
    """Decode a reply; raises msgspec.ValidationError or msgspec.DecodeError for anything else."""
    return _replies.decode(line)
