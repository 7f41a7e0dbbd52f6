"""Whether the Hugging Face hub answers: its loaders try for half a minute where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


def answers() -> bool:
    """Tell whether the hub answers at all, in whatever way."""
    from httpx2 import HTTPError
    from huggingface_hub import constants, get_session
    from huggingface_hub.errors import OfflineModeIsEnabled

    try:
        get_session().head(constants.ENDPOINT, timeout=10)
    except (HTTPError, OfflineModeIsEnabled):
        return False
    return True


@contextmanager
def cache_alone(*, unless: bool) -> Iterator[None]:
    """Let loaders look into their cache alone while the block runs, unless the hub answers."""
    import datasets
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE
    if not unless:
        constants.HF_HUB_OFFLINE = datasets.config.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE = before
