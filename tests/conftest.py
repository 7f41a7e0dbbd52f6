"""Every test has folders of its own, and libraries share the cores with the other workers."""

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from hybrid_tui import settings

untimed = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.register_profile("same", untimed, max_examples=40, derandomize=True)
hypothesis_settings.register_profile("random", untimed, max_examples=200)
hypothesis_settings.load_profile("same")
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # in the background of a shell; processes inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)
gc.set_threshold(
    100_000, 50, 100
)  # by default, collecting takes a seventh of the time of the tests of screens
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: tests of screens wait as much as they compute."""
    return (os.cpu_count() or 1) + 1


def folders_in(home: Path) -> dict[str, str]:
    """Return the environment that points data, cache, configuration and log into a folder."""
    return {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "CACHE", "CONFIG", "STATE")}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give a worker whole files, those that take longest first: what a file loads or makes is made once."""
    from xdist.scheduler import LoadFileScheduling

    if config.getoption("dist") != "load":
        return None
    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let files with tests that take long come first, so that at the end no worker is alone with one."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point data, cache, configuration and log at a fresh folder, and keep every library off the network."""
    home = tmp_path_factory.mktemp("home")
    for name, folder in folders_in(home).items():
        monkeypatch.setenv(name, folder)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return home


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Let torch use one thread: for tiny models more of them are slower."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def nothing_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no trained model and no embedding ship with the package."""
    monkeypatch.setattr(settings, "shipped_dir", lambda: tmp_path / "shipped")
