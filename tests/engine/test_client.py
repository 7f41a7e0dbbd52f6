"""The client against small programs that play the engine."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hybrid_tui.engine import protocol
from hybrid_tui.engine.client import EngineClient, EngineLost

ECHO = """
import sys, json
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps({"type": "Done", "id": request["id"]}), flush=True)
"""
DEAF = "import time; time.sleep(60)"
DYING = "import sys; sys.stdin.readline(); sys.exit('no more memory')"
BABBLING = "print('hello', flush=True); import time; time.sleep(60)"


class Ear:
    """Collects what the client delivers."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[object] = asyncio.Queue()

    def __call__(self, reply: object) -> None:
        self.heard.put_nowait(reply)

    async def next(self) -> object:
        return await asyncio.wait_for(self.heard.get(), 20)


@pytest.fixture
def playing(tmp_path: Path) -> Callable[[str], tuple[EngineClient, Ear]]:
    def make(program: str) -> tuple[EngineClient, Ear]:
        ear = Ear()
        return EngineClient(ear, [sys.executable, "-c", program]), ear

    return make


async def test_each_request_has_its_number_and_its_reply(playing):
    client, ear = playing(ECHO)
    await client.start()
    numbers = [client.send(protocol.GetStatus()), client.send(protocol.ListCatalog())]
    assert [await ear.next(), await ear.next()] == [protocol.Done(id=number) for number in numbers]
    await client.close()


async def test_closing_ends_the_process_quietly(playing):
    client, ear = playing(ECHO)
    await client.start()
    process = client._process
    await client.close()
    assert process.returncode == 0
    assert ear.heard.empty()


async def test_an_engine_that_does_not_listen_is_ended(playing, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hybrid_tui.engine.client.FAREWELL_SECONDS", 0.2)
    client, _ = playing(DEAF)
    await client.start()
    process = client._process
    await client.close()
    assert process.returncode == -15


async def test_a_death_is_told_with_its_last_words(playing):
    client, ear = playing(DYING)
    await client.start()
    client.send(protocol.GetStatus())
    assert await ear.next() == EngineLost(1, "no more memory")
    assert client.send(protocol.GetStatus()) == 2
    await client.close()


async def test_an_engine_that_babbles_is_lost(playing):
    client, ear = playing(BABBLING)
    await client.start()
    lost = await ear.next()
    assert isinstance(lost, EngineLost)
    assert lost.exit_code == -9


async def test_it_can_be_started_again(playing):
    client, ear = playing(DYING)
    await client.start()
    client.send(protocol.GetStatus())
    assert isinstance(await ear.next(), EngineLost)
    await client.start()
    client.send(protocol.GetStatus())
    assert isinstance(await ear.next(), EngineLost)
    await client.close()
