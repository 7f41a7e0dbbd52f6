import asyncio

from hybrid_tui.engine import messages
from hybrid_tui.tui.engine_link import EngineLink

from .conftest import FakeEngine


def make() -> tuple[EngineLink, FakeEngine, list[messages.Reply]]:
    engine = FakeEngine(lambda reply: None)
    engine.alive = True
    return EngineLink(engine), engine, []


def test_each_reply_goes_to_the_handler_of_its_request() -> None:
    link, _, first = make()
    second: list[messages.Reply] = []
    one = link.ask(messages.GetStatus(), first.append)
    two = link.ask(messages.GetStatus(), second.append)
    link.take(messages.Progress(id=two, step="on it"))
    link.take(messages.Done(id=two))
    link.take(messages.Done(id=one))
    assert [reply.id for reply in first] == [one]
    assert [type(reply) for reply in second] == [messages.Progress, messages.Done]


def test_after_the_final_reply_nothing_more_is_heard() -> None:
    link, _, heard = make()
    number = link.ask(messages.GetStatus(), heard.append)
    for reply in (messages.Done(id=number), messages.Done(id=number), messages.Done(id=99)):
        link.take(reply)
    assert len(heard) == 1


def test_a_cancelled_request_is_stopped_and_not_heard_of_again() -> None:
    link, engine, heard = make()
    number = link.ask(messages.GetStatus(), heard.append)
    link.cancel(number)
    link.cancel(number)
    link.take(messages.Failure(id=number, message="cancelled", cancelled=True))
    assert heard == []
    assert [request.target for request in engine.of(messages.Cancel)] == [number]


def test_what_an_engine_that_is_gone_was_asked_is_forgotten() -> None:
    link, _, heard = make()
    number = link.ask(messages.GetStatus(), heard.append)
    link.forget()
    link.take(messages.Done(id=number))
    assert heard == []


async def test_where_no_engine_runs_that_is_the_answer() -> None:
    link, engine, heard = make()
    engine.alive = False
    number = link.ask(messages.GetStatus(), heard.append)
    assert heard == []
    await asyncio.sleep(0)
    assert [(type(reply), reply.id) for reply in heard] == [(messages.Failure, number)]
    assert not link.waits(number)
