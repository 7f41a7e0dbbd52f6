import asyncio
import threading

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Label

from .waiting import settled, until, work_done


class Shown(App[None]):
    def compose(self) -> ComposeResult:
        yield Label("what is on screen")


async def test_what_never_comes_is_told_with_the_screen() -> None:
    never = False
    app = Shown()
    async with app.run_test() as pilot:
        app.notify("a note")
        with pytest.raises(AssertionError, match=r"(?s)it never came to: .*never.*a note.*what is on screen"):
            await until(pilot, lambda: never, looks=1)


async def test_what_moves_without_end_is_not_waited_for() -> None:
    moving = True

    async def move() -> None:
        while moving:
            await asyncio.sleep(0)

    task = asyncio.create_task(move())
    await settled()
    moving = False
    await task


async def test_work_in_threads_is_waited_for_and_what_does_not_end_is_told() -> None:
    go = threading.Event()
    app = Shown()
    async with app.run_test() as pilot:
        worker = app.run_worker(lambda: go.wait(60), thread=True, group="slow")
        with pytest.raises(AssertionError, match="slow RUNNING"):
            await work_done(pilot, looks=1)
        go.set()
        await work_done(pilot)
        assert worker.is_finished
