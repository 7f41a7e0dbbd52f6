"""Downloads of published collections from their authors' sites, checked against known hashes (pooch)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hybrid_tui import settings
from hybrid_tui.errors import HybridTuiError, cannot, unknown

if TYPE_CHECKING:
    import pooch

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Release:
    """Files under one address.

    title: the collection's name in print. url: what the file names are appended to. licence: as its authors
    gave it. hashes: SHA-256 in hex of each file, by name.
    """

    title: str
    url: str
    licence: str
    hashes: dict[str, str]


_XQUAD_R = """
ar.json c52922d3b8ac1ae03ed5ac38647ad59870dca3dda2beefe18ecdc30729acb69d
de.json 16fb0f4bf4916154b585a20c24c66074591c9718a1affe764ff4697572328949
el.json 163fd43ee785a30eb534ae2061e9eaa766a7ee4e8ffce5e4b422480c150f64b6
en.json 7b0954f39297c27a31fef610f0883337dd2907fa8699151dc922afdd0fa12ffe
es.json f8e836b2d91009c4363e04315f7ede363eedbbb49c67dda60de6c4aa782f58de
hi.json ea45ba8ae4513d1533b222bebdc02a90bc319c055d3aeea68584a053d2e92872
ru.json 7f4dff853538b9a5fcc28c070b8bb983a5c5d190ac747b8e005a1ada9cab18f1
th.json c3a041864c3a9fb0b4dd91cfdf99cf36b411b3e704c58a303c97bc6dc786cfe4
tr.json f3e8c13002bbce154a4578f535f7533cb70f3da08840e6b62735935baec7bd94
vi.json e35926bf5cc6fc6ecbdfca49467aabeb454f08d152d7818143a906bd31dde995
zh.json 80c2cde7b9c2fb134c303cbb52f2ba396ead9eb0014aec43993543d2ba9e93ed
"""

RELEASES = {
    "xquad-r": Release(
        "XQuAD-R",
        "https://raw.githubusercontent.com/google-research-datasets/lareqa/master/xquad-r",
        "CC BY-SA 4.0",
        dict(line.split() for line in _XQUAD_R.strip().splitlines()),
    ),
}


def get(name: str, progress: Progress | None = None) -> Path:
    """Download a release into the cache and return its folder; files that are there already are kept.

    progress: called with the number of files done and in all.
    Raises UsageError for an unknown name; HybridTuiError when the network, the server or the disk refuses,
    or when a file is not the published one.
    """
    if name not in RELEASES:
        raise unknown("collection to download", name, list(RELEASES))
    import pooch

    release = RELEASES[name]
    folder = settings.cache_dir() / "downloads" / name
    hashes = {file: f"sha256:{digest}" for file, digest in release.hashes.items()}
    files = pooch.create(folder, f"{release.url}/", registry=hashes)
    pooch.get_logger().disabled = True
    for done, file in enumerate(hashes, 1):
        _fetch(files, file, f"{release.url}/{file}", name)
        if progress:
            progress(done, len(hashes))
    return folder


def _fetch(files: pooch.Pooch, file: str, url: str, name: str) -> None:
    import pooch
    import requests

    hint = f"try again (files that are there are kept); without network: hybrid-tui data add {name} FOLDER"
    try:
        files.fetch(file, downloader=pooch.HTTPDownloader(timeout=30))
    except requests.HTTPError as error:
        answer = str(error).partition(" for url")[0]
        raise HybridTuiError(f"{url}: the server answers {answer}", hint) from error
    except requests.Timeout as error:
        raise HybridTuiError(f"{url}: no answer in 30 seconds", hint) from error
    except requests.RequestException as error:
        raise HybridTuiError(f"{url}: no connection ({type(error).__name__})", hint) from error
    except ValueError as error:
        raise HybridTuiError(f"{url}: not the published file (its SHA-256 differs)", hint) from error
    except OSError as error:
        raise cannot("write", files.path, error) from error
