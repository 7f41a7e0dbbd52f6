import os
import signal
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from hybrid_tui import settings
from hybrid_tui.engine import client, messages
from hybrid_tui.engine.client import EngineClient, EngineLost

from ..processes import until_async

HEAD = """
import json, os, signal, subprocess, sys, time
def say(**reply):
    print(json.dumps(reply), flush=True)
"""
ECHO = """
print("here I am", file=sys.stderr, flush=True)
for line in sys.stdin:
    request = json.loads(line)
    say(type="Progress", id=request["id"], step="on it", done=1, total=2)
    say(type="Status", id=request["id"], pid=os.getpid(), memory=1, loaded=["m"])
"""


class Listener:
    """Starts a fake engine and collects what the client delivers."""

    def __init__(self, tmp_path: Path) -> None:
        self.heard: list[messages.Reply | EngineLost] = []
        self._script = tmp_path / "engine.py"
        self.client = EngineClient(self.heard.append, [sys.executable, "-S", str(self._script)])

    async def start(self, body: str) -> EngineClient:
        self._script.write_text(HEAD + textwrap.dedent(body))
        await self.client.start()
        return self.client

    async def hear(self, number: int = 1) -> list[messages.Reply | EngineLost]:
        await until_async(lambda: len(self.heard) >= number)
        return self.heard


@pytest.fixture
async def listener(tmp_path: Path):
    listener = Listener(tmp_path)
    yield listener
    await listener.client.close()


async def pid_of(listener: Listener) -> int:
    heard = await listener.hear()
    assert isinstance(heard[-1], messages.Done)
    return heard[-1].id


async def test_requests_are_numbered_and_replies_come_in_order(listener: Listener) -> None:
    engine = await listener.start(ECHO)
    assert [engine.send(messages.GetStatus()) for _ in range(3)] == [1, 2, 3]
    heard = await listener.hear(6)
    assert [(type(reply), reply.id) for reply in heard] == [
        (kind, number) for number in (1, 2, 3) for kind in (messages.Progress, messages.Status)
    ]


async def test_a_line_of_several_mebibytes_arrives(listener: Listener) -> None:
    await listener.start("say(type='Failure', id=1, message='x' * (10 << 20)); sys.stdin.read()")
    (failure,) = await listener.hear()
    assert len(failure.message) == 10 << 20


async def test_the_end_of_the_engine_is_told_with_its_code_and_last_words(listener: Listener) -> None:
    engine = await listener.start("print('out of memory', file=sys.stderr); sys.exit(3)")
    assert await listener.hear() == [EngineLost(3, "out of memory")]
    assert not engine.alive


async def test_a_killed_engine_is_told(listener: Listener) -> None:
    engine = await listener.start("say(type='Done', id=os.getpid()); sys.stdin.read()")
    os.kill(await pid_of(listener), signal.SIGKILL)
    assert (await listener.hear(2))[1] == EngineLost(-signal.SIGKILL, "")
    assert engine.send(messages.GetStatus()) == 1


@pytest.mark.parametrize(
    "garbage",
    [b"garbage\n", b'{"type": "Nonsense"}\n', b"\xff\xfe\n", b'{"type": "Done"', b"x" * (17 << 20)],
    ids=["words", "unknown", "bytes", "torn", "endless"],
)
async def test_what_is_no_reply_ends_the_engine(listener: Listener, garbage: bytes) -> None:
    size, start = len(garbage), garbage[:40]
    await listener.start(
        f"""
        sys.stdout.buffer.write(({start!r} * ({size} // len({start!r}) + 1))[:{size}])
        sys.stdout.buffer.flush()
        os.close(1)
        time.sleep(3600)
        """
    )
    (lost,) = await listener.hear()
    assert isinstance(lost, EngineLost)
    assert lost.exit_code == -signal.SIGKILL
    assert "no reply" in lost.log


async def test_only_this_engines_words_are_told_and_the_log_is_kept(listener: Listener) -> None:
    await listener.start("print('first', file=sys.stderr); sys.exit(1)")
    await listener.hear()
    await listener.start("print('second', file=sys.stderr); sys.exit(1)")
    assert [lost.log for lost in await listener.hear(2)] == ["first", "second"]
    assert (settings.log_dir() / "engine.log").read_text() == "first\nsecond\n"


async def test_a_long_log_starts_anew(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LONGEST_LOG", 100)
    for word in ("a" * 200, "b"):
        await listener.start(f"print({word!r}, file=sys.stderr); sys.exit(1)")
        await listener.hear(len(listener.heard) + 1)
    assert (settings.log_dir() / "engine.log").read_text() == "b\n"
    assert listener.heard[-1].log == "b"


async def test_without_a_place_for_the_log_the_engine_runs_all_the_same(listener: Listener) -> None:
    settings.log_dir().parent.mkdir(parents=True, exist_ok=True)
    settings.log_dir().write_text("a file where the folder should be")
    engine = await listener.start(ECHO)
    engine.send(messages.GetStatus())
    assert len(await listener.hear(2)) == 2


async def test_starting_again_ends_the_old_engine_and_counts_on(listener: Listener) -> None:
    engine = await listener.start(ECHO)
    engine.send(messages.GetStatus())
    old = (await listener.hear(2))[1].pid
    await engine.start()
    assert not psutil.pid_exists(old)
    assert engine.send(messages.GetStatus()) == 2
    heard = await listener.hear(4)
    assert heard[3].id == 2
    assert heard[3].pid != old


HOLDER = "[sys.executable, '-S', '-c', 'import time; time.sleep(60)']"
"""A child of the engine that keeps the engine's pipes open after its end."""


@pytest.mark.parametrize(
    "stubborn",
    [
        "sys.stdin.read()",
        "time.sleep(3600)",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(3600)",
        f"signal.signal(signal.SIGTERM, signal.SIG_IGN); subprocess.Popen({HOLDER}); time.sleep(3600)",
    ],
    ids=["obedient", "deaf", "stubborn", "with a child"],
)
async def test_closing_leaves_no_process_and_says_nothing(
    listener: Listener, stubborn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "FAREWELL_SECONDS", 0.3)
    setup, _, rest = stubborn.rpartition("; ")
    engine = await listener.start(f"{setup}\nsay(type='Done', id=os.getpid())\n{rest}")
    pid = await pid_of(listener)
    await engine.close()
    assert not psutil.pid_exists(pid)
    assert len(listener.heard) == 1
    await engine.close()


async def test_kill_needs_no_waiting(listener: Listener) -> None:
    engine = await listener.start("say(type='Done', id=os.getpid()); time.sleep(3600)")
    pid = await pid_of(listener)
    engine.kill()
    await until_async(lambda: not psutil.pid_exists(pid))
    assert len(listener.heard) == 1


async def test_a_command_that_is_not_there_is_a_lost_engine() -> None:
    heard: list[messages.Reply | EngineLost] = []
    engine = EngineClient(heard.append, ["/nowhere/python"])
    await engine.start()
    assert heard == [EngineLost(127, "/nowhere/python: No such file or directory")]
    assert not engine.alive
