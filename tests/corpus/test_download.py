from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from filelock import FileLock

from hybrid_tui import settings
from hybrid_tui.corpus import download
from hybrid_tui.corpus.download import Asset, Release
from hybrid_tui.errors import HybridTuiError, UsageError

FILES = {"a.json": b"first" * 50_000, "b.json": "zweite Datei é".encode() * 3_000}
TOTAL = sum(map(len, FILES.values()))


class Server(ThreadingHTTPServer):
    """Serves FILES; `cut` ends an answer after so many bytes, `ranges` off ignores what was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = dict(FILES)
        self.asked: list[tuple[str, str | None]] = []
        self.cut: int | None = None
        self.ranges = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        name = self.path.removeprefix("/")
        wanted = self.headers["Range"]
        self.server.asked.append((name, wanted))
        if name not in self.server.files:
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and self.server.ranges else 0
        content = self.server.files[name][start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: self.server.cut])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        assets = tuple(
            Asset(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in FILES.items()
        )
        monkeypatch.setitem(download.RELEASES, "some", Release("Some", running.url, "CC0", assets))
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def folder() -> Path:
    return settings.cache_dir() / "downloads" / "some"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != ".lock"}


def test_every_file_comes_whole_with_progress(server: Server, folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    assert download.get("some", lambda done, total: seen.append((done, total))) == folder
    assert contents(folder) == FILES
    assert seen[-1] == (TOTAL, TOTAL)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_what_is_there_is_not_asked_for_again(server: Server) -> None:
    download.get("some")
    server.asked.clear()
    download.get("some")
    assert server.asked == []


def test_an_interrupted_download_goes_on_where_it_stopped(server: Server, folder: Path) -> None:
    server.cut = 100_000
    with pytest.raises(HybridTuiError, match=r"a\.json") as caught:
        download.get("some")
    assert "hybrid-tui data add some FOLDER" in caught.value.hint
    assert contents(folder) == {"a.json.part": FILES["a.json"][:100_000]}
    server.cut = None
    download.get("some")
    assert server.asked[1:] == [("a.json", "bytes=100000-"), ("b.json", None)]
    assert contents(folder) == FILES


def test_a_server_without_ranges_sends_the_file_anew(server: Server, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "a.json.part").write_bytes(FILES["a.json"][:7])
    server.ranges = False
    download.get("some")
    assert contents(folder) == FILES


def test_a_torn_beginning_is_thrown_away(server: Server, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "a.json.part").write_bytes(b"something else")
    (folder / "b.json.part").write_bytes(b"x" * (len(FILES["b.json"]) + 1))
    download.get("some")
    assert contents(folder) == FILES


@pytest.mark.parametrize("content", [b"FIRST" * 50_000, b"first" * 60_000, b"short"])
def test_other_content_than_published_is_refused(server: Server, folder: Path, content: bytes) -> None:
    server.files["a.json"] = content
    with pytest.raises(HybridTuiError, match=r"a\.json: .*not the published one"):
        download.get("some")
    assert contents(folder) == {}


def test_a_file_damaged_later_is_fetched_again(server: Server, folder: Path) -> None:
    download.get("some")
    (folder / "b.json").write_bytes(b"?")
    download.get("some")
    assert contents(folder) == FILES


def test_a_missing_file_is_told_with_the_answer(server: Server) -> None:
    del server.files["b.json"]
    with pytest.raises(HybridTuiError, match=r"b\.json: the server answers 404 Not Found"):
        download.get("some")


def test_no_network_names_the_way_by_hand(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.server_close()
    with pytest.raises(HybridTuiError, match=r"127\.0\.0\.1") as caught:
        download.get("some")
    assert "hybrid-tui data add some FOLDER" in caught.value.hint


def test_a_second_download_at_once_is_refused(server: Server, folder: Path) -> None:
    folder.mkdir(parents=True)
    with FileLock(folder / ".lock"), pytest.raises(HybridTuiError, match="downloaded already"):
        download.get("some")


def test_an_unknown_name_tells_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no collection to download named 'xquad'") as caught:
        download.get("xquad")
    assert "xquad-r" in caught.value.hint


def test_xquad_r_is_pinned_in_its_eleven_languages() -> None:
    release = download.RELEASES["xquad-r"]
    names = ["ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh"]
    assert [asset.name for asset in release.assets] == [f"{name}.json" for name in names]
    assert len({asset.sha256 for asset in release.assets}) == 11
    assert all(len(bytes.fromhex(asset.sha256)) == 32 and asset.size > 500_000 for asset in release.assets)
    assert release.url.startswith("https://")
