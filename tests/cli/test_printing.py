"""Every way to print: what a terminal would obey is shown as escapes."""

from __future__ import annotations

import io
import logging
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.text import Text

import hybrid_tui
from hybrid_tui.api import models as models_api
from hybrid_tui.api import search as search_api
from hybrid_tui.cli import doctor, escaping, heatmap, output
from hybrid_tui.cli.output import ProgressLines
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.ranking import Hit, Ranking
from hybrid_tui.errors import DataError

from .. import hostile
from .conftest import Cli

MESSAGES = hostile.messages()


def table(text: str) -> None:
    drawn = output.table(text, "n", numeric=("n",))
    drawn.add_row(text, "1")
    output.console().print(drawn)


def lines(text: str) -> None:
    clock = iter(range(0, 1000, 100))
    ProgressLines(output.say, lambda: float(next(clock)))(text, 1, 2, text)


def confirm(text: str) -> None:
    output.confirm(text)


def error(text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError:
        traceback.print_exc()


WAYS: dict[str, Callable[[str], object]] = {
    "line": output.line,
    "error line": output.error_line,
    "note": lambda text: output.note([text]),
    "message": output.say,
    "JSON": lambda text: output.as_json({text: [text]}),
    "escaped line": escaping.say,
    "escaped table": lambda text: escaping.table((text, "b"), [(text, text)], numeric=("b",)),
    "console": lambda text: output.console().print(text),
    "console, Text": lambda text: output.console().print(Text(text)),
    "console, stderr": lambda text: output.console(stderr=True).print(text),
    "table": table,
    "progress lines": lines,
    "question": confirm,
    "heatmap": lambda text: heatmap.show([Matrix(text, (text,), (text,), ((1.0,),), ((1,),))], [text]),
    "print": print,
    "several lines": lambda text: sys.stdout.writelines([text, text]),
    "traceback": error,
    "warning": lambda text: sys.stderr.write(warnings.formatwarning(text, UserWarning, text, 1)),
    "log": lambda text: logging.getLogger(__name__).warning(text),
    "log with an error": lambda text: logging.getLogger(__name__).exception(text, exc_info=OSError(text)),
}


@pytest.fixture(params=[False, True], ids=["pipe", "terminal"])
def printed(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[Callable[[str], object]], str]]:
    """Return what a way prints of all messages behind the streams that `main` puts up.

    The terminal is one that Rich sends no sequences to, so that all are data's.
    """
    if request.param:
        monkeypatch.setenv("TTY_COMPATIBLE", "1")
        monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n" * len(MESSAGES)))
    logger = logging.getLogger(__name__)
    monkeypatch.setattr(logger, "propagate", False)

    def printed(way: Callable[[str], object]) -> str:
        output.guard()
        monkeypatch.setattr(logger, "handlers", [logging.StreamHandler()])
        for message in MESSAGES:
            way(message)
        return "".join(capsys.readouterr())

    output.console.cache_clear()
    yield printed
    output.console.cache_clear()


@pytest.mark.parametrize("way", WAYS)
def test_no_control_of_200_messages_is_printed(
    way: str, printed: Callable[[Callable[[str], object]], str]
) -> None:
    said = printed(WAYS[way])
    assert said.count("\\x1b") + said.count("\\u001b") > 50
    assert not hostile.raw(said)


OURS = re.compile(r"\x1b\[(?:\??[\d;]*[mhlAKG])|\r")
"""What Rich moves and colours with."""


def test_a_progress_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "1000")
    output.console.cache_clear()
    output.guard()
    with output.progress() as report:
        for message in MESSAGES:
            if not OURS.search(message):
                report(message, 1, 2)
    output.console.cache_clear()
    said = "".join(capsys.readouterr())
    assert "\\x1b" in said
    assert not hostile.raw(OURS.sub("", said))


def found(text: str) -> Ranking:
    hits = tuple(Hit(rank, each, "en", 0.5, each, None) for rank, each in enumerate(MESSAGES, 1))
    return Ranking(text, text, text, "en", ("en", "de"), 9, hits, {})


def test_hits_of_a_search(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = search_api.SearchResult(MESSAGES[0], [found(MESSAGES[1])], [1.0])
    monkeypatch.setattr(search_api, "search", lambda *_args, **_options: answer)
    for options in ([], ["--json"]):
        said = cli("search", "x", *options)
        assert said.code == 0
        assert not hostile.raw(said.out + said.err)
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TERM", "dumb")
    said = cli("search", "x")
    assert not hostile.raw(said.out + said.err)


@pytest.mark.parametrize("at", range(0, len(MESSAGES), 50))
def test_errors_of_data_add(cli: Cli, tmp_path: Path, at: int) -> None:
    some = "".join(MESSAGES[at : at + 50]).replace("\0", "").replace("/", "")
    file = tmp_path / f"{some.encode()[:200].decode(errors='ignore')}.jsonl"
    file.write_text('{"' + some.replace('"', "").replace("\\", "") + '": 1}\n{"x', encoding="utf-8")
    for words in (["data", "add", "x", file], ["data", "check", file], ["data", "add", some[:90], file]):
        said = cli(*words)
        assert said.code in {1, 2}
        assert said.err
        assert not hostile.raw(said.out + said.err)


def test_words_of_a_command_line(cli: Cli) -> None:
    some = "".join(MESSAGES).replace("\0", "")
    for words in (
        [some],
        [f"--{some}"],
        ["search", "x", "-m", some],
        ["search", "x", "--data", some],
        ["data", "show", some],
        ["models", "show", some],
        ["search", "x", "-k", some],
        ["train", "--tuning", some],
        ["compare", some, some],
        ["runs", "import", some, "--name", "x"],
    ):
        said = cli(*words)
        assert said.code in {1, 2}, words[:2]
        assert said.err
        assert not hostile.raw(said.out + said.err)


def test_an_error_of_our_own_and_one_of_nobody(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (DataError, RuntimeError):

        def fail(*_args: object, kind: type[Exception] = kind) -> None:
            raise kind("".join(MESSAGES))

        monkeypatch.setattr(models_api, "list_models", fail)
        said = cli("models", "list")
        assert said.code == 1
        assert not hostile.raw(said.out + said.err)


def test_what_doctor_finds(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> list[doctor.Check]:
        return [doctor.Check(each, True, each, each) for each in MESSAGES]

    for name in ("_python", "_devices", "_models", "_folders"):
        monkeypatch.setattr(doctor, name, found)
    monkeypatch.setattr(doctor, "_hub", lambda: found()[0])
    for options in ([], ["--json"]):
        assert not hostile.raw(cli("doctor", *options).out)


def test_json_says_the_same(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = search_api.SearchResult("q", [found("m")], [1.0])
    monkeypatch.setattr(search_api, "search", lambda *_args, **_options: answer)
    texts = [hit["text"] for hit in cli("search", "x", "--json").json["results"][0]["hits"]]
    assert texts == MESSAGES


WRITES = re.compile(
    r"(?<![\w.])print\(|\b(?:typer|click)\.(?:s?echo|prompt|confirm)|sys\.(?:__)?std(?:out|err)(?:__)?\.(?:write|buffer)"
    r"|(?<!Guarded)(?<!\w)Console\(|print_exc|StreamHandler"
)
ELSEWHERE = {"cli/output.py", "cli/schemas.py", "cli/shell_completion.py", "engine/server.py"}
"""Where text is written: by way of `controls`, our own, and to the engine's log."""


def test_there_is_no_other_way_out() -> None:
    package = Path(hybrid_tui.__file__).parent
    sources = {path.relative_to(package).as_posix(): path.read_text() for path in package.rglob("*.py")}
    ways = {name: WRITES.findall(text) for name, text in sources.items() if name not in ELSEWHERE}
    assert {name: found for name, found in ways.items() if found} == {}
