from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hybrid_tui import settings
from hybrid_tui.corpus import download
from hybrid_tui.corpus.download import Release
from hybrid_tui.errors import HybridTuiError, UsageError

FILES = {"a.json": b"first" * 50_000, "b.json": "zweite Datei é".encode() * 3_000}


class Server(ThreadingHTTPServer):
    """Serves FILES; `cut` ends an answer after so many bytes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = dict(FILES)
        self.asked: list[str] = []
        self.cut: int | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        name = self.path.removeprefix("/")
        self.server.asked.append(name)
        if name not in self.server.files:
            self.send_error(404)
            return
        content = self.server.files[name]
        self.send_response(200)
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
        hashes = {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
        monkeypatch.setitem(download.RELEASES, "some", Release("Some", running.url, "CC0", hashes))
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def folder() -> Path:
    return settings.cache_dir() / "downloads" / "some"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_file_comes_whole_with_progress(server: Server, folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    assert download.get("some", lambda done, total: seen.append((done, total))) == folder
    assert contents(folder) == FILES
    assert seen == [(1, 2), (2, 2)]


def test_what_is_there_is_not_asked_for_again(server: Server) -> None:
    download.get("some")
    server.asked.clear()
    download.get("some")
    assert server.asked == []


def test_an_interrupted_download_goes_on_with_the_files_that_are_missing(
    server: Server, folder: Path
) -> None:
    server.cut = len(FILES["b.json"])
    server.files["b.json"] = b""
    with pytest.raises(HybridTuiError, match=r"a\.json") as caught:
        download.get("some")
    assert "hybrid-tui data add some FOLDER" in caught.value.hint
    assert contents(folder) == {}, "no half of a file stays"
    server.cut = None
    with pytest.raises(HybridTuiError, match=r"b\.json"):
        download.get("some")
    server.files |= FILES
    server.asked.clear()
    download.get("some")
    assert server.asked == ["b.json"]
    assert contents(folder) == FILES


@pytest.mark.parametrize("content", [b"FIRST" * 50_000, b"first" * 60_000, b"short"])
def test_other_content_than_published_is_refused(server: Server, folder: Path, content: bytes) -> None:
    server.files["a.json"] = content
    with pytest.raises(HybridTuiError, match=r"a\.json: not the published file"):
        download.get("some")
    assert contents(folder) == {}


def test_a_file_damaged_later_is_fetched_again(server: Server, folder: Path) -> None:
    download.get("some")
    (folder / "b.json").write_bytes(b"?")
    download.get("some")
    assert contents(folder) == FILES


def test_a_missing_file_is_told_with_the_answer(server: Server) -> None:
    del server.files["b.json"]
    with pytest.raises(HybridTuiError, match=r"b\.json: the server answers 404 .*Not Found"):
        download.get("some")


def test_no_network_names_the_way_by_hand(server: Server) -> None:
    server.server_close()
    with pytest.raises(HybridTuiError, match=r"127\.0\.0\.1.*no connection") as caught:
        download.get("some")
    assert "hybrid-tui data add some FOLDER" in caught.value.hint


def test_a_folder_that_cannot_be_written_is_told(server: Server, folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("in the way")
    with pytest.raises(HybridTuiError, match="cannot write"):
        download.get("some")


def test_an_unknown_name_tells_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no collection to download named 'xquad'") as caught:
        download.get("xquad")
    assert "xquad-r" in caught.value.hint


def test_xquad_r_is_pinned_in_its_eleven_languages() -> None:
    release = download.RELEASES["xquad-r"]
    names = ["ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh"]
    assert list(release.hashes) == [f"{name}.json" for name in names]
    assert len(set(release.hashes.values())) == 11
    assert all(len(bytes.fromhex(digest)) == 32 for digest in release.hashes.values())
    assert release.url.startswith("https://")
