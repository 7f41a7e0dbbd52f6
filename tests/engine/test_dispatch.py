"""Every request has one handler and one reply."""

import inspect
from typing import get_args, get_type_hints

import pytest

from hybrid_tui.engine import dispatch, handlers, messages
from hybrid_tui.engine.dispatch import HANDLERS, Context, answers

REQUESTS = list(messages.kinds(messages.Request))


def reply_of(request: type[messages.Message]) -> object:
    (base,) = request.__orig_bases__
    (reply,) = get_args(base)
    return reply


def test_every_request_has_a_handler_and_every_handler_a_request():
    assert set(HANDLERS) == set(REQUESTS)
    assert len(set(HANDLERS.values())) == len(REQUESTS)


@pytest.mark.parametrize("request_", REQUESTS)
def test_a_request_names_the_reply_that_its_handler_returns(request_: type[messages.Message]):
    handler = HANDLERS[request_]
    hints = get_type_hints(handler)
    assert list(inspect.signature(handler).parameters) == ["service", "request", "context"]
    assert hints["request"] is request_
    assert hints["return"] is reply_of(request_)


@pytest.mark.parametrize("request_", REQUESTS)
def test_a_handler_stands_in_the_file_that_is_named_as_that_of_its_request(request_: type[messages.Message]):
    area = request_.__module__.rpartition(".")[2]
    assert HANDLERS[request_].__module__ == f"{handlers.__name__}.{area}"


def test_every_last_reply_answers_a_request():
    last = {reply for reply in messages.kinds(messages.Reply) if not issubclass(reply, messages.Interim)}
    assert last == {reply_of(request) for request in REQUESTS} | {messages.Failure}


def test_a_second_handler_of_a_request_is_refused():
    with pytest.raises(ValueError, match="GetStatus has a handler"):
        answers(messages.GetStatus)(lambda *_: None)


def test_all_that_a_handler_says_is_numbered_as_its_request(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dispatch, "PROGRESS_SECONDS", 1e9)
    said = []
    context = Context(7, said.append, lambda: False)
    report = context.counter("encoding")
    report(0, 9)
    report(1, 9)
    report(9, 9)
    context.tell(messages.Progress(step="loading"))
    assert [(each.id, each.step, each.done) for each in said] == [
        (7, "encoding", 0),
        (7, "encoding", 9),
        (7, "loading", 0),
    ]
    assert handlers.answer(Loaded(), messages.GetStatus(id=7), context).id == 7


class Loaded:
    def __init__(self):
        self.workspace = self

    def loaded(self):
        return ("m",)
