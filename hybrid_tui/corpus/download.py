"""Collections that others publish, downloaded from where they publish them, checked against known hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from hybrid_tui import settings
from hybrid_tui.errors import HybridTuiError, unknown

if TYPE_CHECKING:
    import httpx2

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Asset:
    """One file of a release: size in bytes, SHA-256 in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Release:
    """Files under one address, and the licence that their authors gave them."""

    title: str
    url: str
    licence: str
    assets: tuple[Asset, ...]


_XQUAD_R = """
ar.json 2234875 c52922d3b8ac1ae03ed5ac38647ad59870dca3dda2beefe18ecdc30729acb69d
de.json 732156 16fb0f4bf4916154b585a20c24c66074591c9718a1affe764ff4697572328949
el.json 2810127 163fd43ee785a30eb534ae2061e9eaa766a7ee4e8ffce5e4b422480c150f64b6
en.json 628651 7b0954f39297c27a31fef610f0883337dd2907fa8699151dc922afdd0fa12ffe
es.json 746335 f8e836b2d91009c4363e04315f7ede363eedbbb49c67dda60de6c4aa782f58de
hi.json 2408404 ea45ba8ae4513d1533b222bebdc02a90bc319c055d3aeea68584a053d2e92872
ru.json 2764904 7f4dff853538b9a5fcc28c070b8bb983a5c5d190ac747b8e005a1ada9cab18f1
th.json 2618544 c3a041864c3a9fb0b4dd91cfdf99cf36b411b3e704c58a303c97bc6dc786cfe4
tr.json 827827 f3e8c13002bbce154a4578f535f7533cb70f3da08840e6b62735935baec7bd94
vi.json 1132303 e35926bf5cc6fc6ecbdfca49467aabeb454f08d152d7818143a906bd31dde995
zh.json 959291 80c2cde7b9c2fb134c303cbb52f2ba396ead9eb0014aec43993543d2ba9e93ed
"""


def _asset(line: str) -> Asset:
    name, size, sha256 = line.split()
    return Asset(name, int(size), sha256)


RELEASES = {
    "xquad-r": Release(
        "XQuAD-R",
        "https://raw.githubusercontent.com/google-research-datasets/lareqa/master/xquad-r",
        "CC BY-SA 4.0",
        tuple(map(_asset, _XQUAD_R.strip().splitlines())),
    ),
}


def get(name: str, progress: Progress | None = None) -> Path:
    """Download a release into the cache and return its folder; what is there already is kept.

    An interrupted download goes on where it stopped. `progress` is called with bytes done and in all.
    Raises UsageError for an unknown name; HybridTuiError when the network, the server or the disk
    refuses, or when the content is not the published one.
    """
    if name not in RELEASES:
        raise unknown("collection to download", name, list(RELEASES))
    release = RELEASES[name]
    folder = settings.cache_dir() / "downloads" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=0):
            _fetch_all(release, folder, _by_hand(name), progress)
    except Timeout:
        raise HybridTuiError(f"{name} is being downloaded already", "wait for that to end") from None
    except OSError as error:
        raise HybridTuiError(f"cannot write {folder}: {error.strerror}") from error
    return folder


def _by_hand(name: str) -> str:
    return f"try again (it goes on where it stopped); without network: hybrid-tui data add {name} FOLDER"


def _fetch_all(release: Release, folder: Path, hint: str, progress: Progress | None) -> None:
    import httpx2

    total = sum(asset.size for asset in release.assets)
    before = 0
    # Without compression a range counts in the bytes of the file.
    headers = {"Accept-Encoding": "identity"}
    with httpx2.Client(timeout=30, follow_redirects=True, headers=headers) as client:
        for asset in release.assets:
            url = f"{release.url}/{asset.name}"
            try:
                _fetch(client, url, asset, folder / asset.name, _from(before, total, progress))
            except httpx2.HTTPStatusError as error:
                status = f"{error.response.status_code} {error.response.reason_phrase}"
                raise HybridTuiError(f"{url}: the server answers {status}", hint) from error
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise HybridTuiError(f"{url}: {error or type(error).__name__}", hint) from error
            except ValueError as error:
                raise HybridTuiError(f"{url}: {error}", hint) from error
            before += asset.size
            _from(before, total, progress)(0)


def _from(before: int, total: int, progress: Progress | None) -> Callable[[int], None]:
    return lambda done: progress(before + done, total) if progress else None


def _fetch(
    client: httpx2.Client, url: str, asset: Asset, target: Path, progress: Callable[[int], None]
) -> None:
    """Make `target` the asset; raises ValueError when the content has another hash."""
    if _is(asset, target):
        return
    part = target.with_name(f"{asset.name}.part")
    resumed = part.exists()
    _stream(client, url, asset.size, part, progress)
    if resumed and not _is(asset, part):
        part.unlink()
        _stream(client, url, asset.size, part, progress)
    if not _is(asset, part):
        part.unlink()
        raise ValueError("the content is not the published one (its SHA-256 differs)")
    part.replace(target)


def _stream(client: httpx2.Client, url: str, size: int, part: Path, progress: Callable[[int], None]) -> None:
    """Append to `part` what it lacks; what has come when the network breaks stays."""
    have = part.stat().st_size if part.exists() else 0
    if have >= size:
        return
    headers = {"Range": f"bytes={have}-"} if have else {}
    with client.stream("GET", url, headers=headers) as response:
        response.raise_for_status()
        if response.status_code != 206:
            have = 0
        with part.open("ab" if have else "wb") as file:
            for chunk in response.iter_bytes():
                file.write(chunk)
                have += len(chunk)
                if have > size:
                    return
                progress(have)


def _is(asset: Asset, file: Path) -> bool:
    if not file.exists() or file.stat().st_size != asset.size:
        return False
    return hashlib.sha256(file.read_bytes()).hexdigest() == asset.sha256
