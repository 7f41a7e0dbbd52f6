"""A server of this process that speaks OpenAI's protocol as far as a test wants it to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, NamedTuple

from hybrid_tui import settings


class Reply(NamedTuple):
    """What is answered: JSON, or bytes as they are."""

    content: Any
    status: int = 200
    headers: dict[str, str] = {}  # noqa: RUF012


class Asked(NamedTuple):
    """A request as it came."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass
class ApiServer:
    """url: to be named in the configuration. asked: all requests so far, in the order in which they came."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)


def chat(text: str | None, *, finish: str = "stop", prompt: int = 7, completion: int = 3) -> Reply:
    """An answer of /chat/completions."""
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    message = {"role": "assistant", "content": text}
    return Reply({"choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": usage})


def vectors(asked: Asked, size: int = 8) -> Reply:
    """An answer of /embeddings: letters counted by their number modulo `size`, not of length 1."""
    rows = []
    for text in asked.body["input"]:
        row = [0.5] * size
        for letter in text:
            row[ord(letter) % size] += 1.0
        rows.append(row)
    data = [{"index": at, "embedding": row} for at, row in enumerate(rows)]
    return Reply({"data": data[::-1], "usage": {"prompt_tokens": len(rows), "total_tokens": len(rows)}})


def refusal(status: int, message: str, **headers: str) -> Reply:
    """An error in OpenAI's form; retried at once where it is."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply({"error": {"message": message}}, status, {"retry-after-ms": "1"} | named)


@contextmanager
def serving(reply: Callable[[Asked], Reply]) -> Iterator[ApiServer]:
    """Serve while the block runs; `reply` is called for every request, from several threads."""
    served, lock = ApiServer(), Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked = Asked(self.path, body, {name.lower(): value for name, value in self.headers.items()})
            with lock:
                served.asked.append(asked)
            content, status, headers = reply(asked)
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in ({"Content-Type": "application/json"} | headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *words: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *words: Any) -> None:
            """Whoever asked is gone."""

    server = Server(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def configured(url: str, name: str = "toy", **fields: Any) -> None:
    """Name an endpoint in the configuration, the only one."""
    file = settings.config_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    named = {"url": url, "model": "tiny"} | fields
    lines = [f"{key} = {_toml(value)}" for key, value in named.items()]
    file.write_text("\n".join([f"[api.{name}]", *lines]), encoding="utf-8")


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {json.dumps(each)}" for key, each in value.items()) + " }"
    return json.dumps(value)
