"""The hub: its cache, its absence, and a stand-in for it on this machine."""

import hashlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from huggingface_hub import constants
from huggingface_hub.utils import close_session

from hybrid_tui.encoders import hub, model
from hybrid_tui.encoders.hub import HubId
from hybrid_tui.errors import DataError, UsageError

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = {
    "config.json": b'{"model_type": "bert"}',
    "model.safetensors": b"weights",
    "1_Pooling/config.json": b"{}",
    "tokenizer.json": b"{}",
}
NOT_NEEDED = {"README.md": b"#", "pytorch_model.bin": b"pickle", "onnx/config.json": b"{}"}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return tmp_path / "hub"


def keep(cache: Path, repo: str = "owner/name") -> Path:
    """Write a model into the cache as a download leaves it."""
    root = cache / f"models--{repo.replace('/', '--')}"
    for name, content in FILES.items():
        file = root / "snapshots" / COMMIT / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    (root / "refs").mkdir()
    (root / "refs" / "main").write_text(COMMIT)
    return root / "snapshots" / COMMIT


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("owner/name", HubId("owner/name")),
        ("BAAI/bge-m3", HubId("BAAI/bge-m3")),
        ("owner/name@v1.0", HubId("owner/name", "v1.0")),
        ("owner/name@refs/pr/3", HubId("owner/name", "refs/pr/3")),
        ("name", None),
        ("owner/name/more", None),
        ("../name", None),
        ("/name", None),
        ("owner/na me", None),
        ("", None),
    ],
)
def test_hub_ids_are_told_from_other_names(text: str, found: HubId | None):
    assert hub.parse(text) == found
    assert found is None or str(found) == text


def test_offline_the_way_to_the_model_is_told(cache: Path):
    for attempt in (hub.fetch, hub.commit):
        with pytest.raises(DataError, match="FacebookAI/xlm-roberta-base is not on this machine") as caught:
            attempt(HubId("FacebookAI/xlm-roberta-base"))
        for part in ("hf download FacebookAI/xlm-roberta-base", str(cache), "me5-small", "use-m3"):
            assert part in caught.value.hint


def test_an_uncached_model_is_listed_with_what_it_takes():
    spec = model.resolve("xlm-r")
    assert not spec.available
    assert spec.note == "download of 1,116 MB"
    assert model.resolve("owner/name").note == "download"
    assert model.resolve("owner/name").summary == "owner/name"
    assert spec.describe()["fingerprint"] is None
    with pytest.raises(DataError, match="xlm-roberta-base"):
        _ = spec.fingerprint


def test_a_cached_model_is_available_and_named_by_its_commit(cache: Path):
    folder = keep(cache)
    assert hub.cached(HubId("owner/name")) == hub.fetch(HubId("owner/name")) == folder
    assert hub.commit(HubId("owner/name")) == COMMIT
    spec = model.resolve("owner/name")
    assert spec.available
    facts = spec.describe()
    assert (facts["source"], facts["pooling"], facts["fingerprint"]) == (
        "owner/name",
        "mean",
        spec.fingerprint,
    )
    keep(cache, "intfloat/multilingual-e5-base")
    assert len({spec.fingerprint, model.resolve("me5-base").fingerprint}) == 2


def test_an_unfinished_download_counts_as_none(cache: Path):
    (keep(cache) / "model.safetensors").unlink()
    assert hub.cached(HubId("owner/name")) is None
    assert not model.resolve("owner/name").available


class Hub(BaseHTTPRequestHandler):
    """Answers as the hub does for one model."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        files = FILES | NOT_NEEDED
        path = self.path.partition("?")[0]
        if path.startswith("/api/models/owner/name/revision/"):
            self.answer(json.dumps({"id": "owner/name", "sha": COMMIT, "siblings": []}).encode())
        elif path.startswith("/api/models/owner/name/tree/"):
            listed = [
                {"type": "file", "path": name, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}
                for name, content in files.items()
            ]
            self.answer(json.dumps(listed).encode())
        elif path.startswith(f"/owner/name/resolve/{COMMIT}/"):
            self.answer(files[path.removeprefix(f"/owner/name/resolve/{COMMIT}/")])
        else:
            self.answer(b"{}", 404)

    def answer(self, content: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{hashlib.sha1(content).hexdigest()}"')
        if status == 404:
            self.send_header("X-Error-Code", "RepoNotFound")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(constants, "ENDPOINT", address)
    template = address + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    close_session()
    yield
    close_session()
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("online")
def test_only_the_files_that_are_read_are_downloaded(capfd: pytest.CaptureFixture[str]):
    assert hub.commit(HubId("owner/name")) == COMMIT
    folder = hub.fetch(HubId("owner/name"))
    found = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert found == set(FILES)
    assert hub.cached(HubId("owner/name")) == folder
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("online")
def test_a_model_that_the_hub_does_not_have_is_named():
    with pytest.raises(DataError, match="no model owner/other"):
        hub.fetch(HubId("owner/other"))


def test_a_cached_model_that_cannot_be_run_is_listed_with_the_reason(cache: Path):
    (keep(cache) / "config.json").write_text(
        json.dumps({"model_type": "new", "auto_map": {"AutoModel": "x"}})
    )
    spec = model.resolve("owner/name")
    assert "needs code of its own" in spec.note
    assert not spec.describe()["available"]
    with pytest.raises(DataError, match="needs code of its own"):
        model.load(spec)


def test_a_missing_folder_is_not_looked_for_on_the_hub(cache: Path, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    for name in (
        "models/mine",
        "./mine",
        "~/no/such/folder",
        "~no-such-user/x",
        str(tmp_path / "mine"),
        "a/b/c",
    ):
        with pytest.raises(UsageError, match="there is no folder") as caught:
            model.resolve(name)
        assert name in str(caught.value)
    keep(cache, "models/mine")
    assert model.resolve("models/mine").available
    assert model.resolve("owner/name").note == "download"
