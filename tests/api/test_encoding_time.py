"""How long encoding is likely to take."""

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import pytest

from hybrid_tui.api import encoding_rates
from hybrid_tui.api.encoding_rates import EncodingRates
from hybrid_tui.api.encoding_time import EncodingTime, encoding_time
from hybrid_tui.api.records import Quicker
from hybrid_tui.api.workspace import Workspace
from hybrid_tui.encoders.encoder import Role

from ..toys import toy


class Slow:
    """Encodes nothing, and counts what it is given."""

    dimension, fingerprint = 16, "slow"

    def __init__(self) -> None:
        self.given: list[int] = []

    def encode(self, texts: Sequence[str], role: Role, **_) -> np.ndarray:
        self.given.append(len(texts))
        return np.zeros((len(texts), 16), np.float32)


@pytest.fixture
def workspace() -> Workspace:
    """A toy collection of 36 passages of 11 bytes, encoded under me5-small alone."""
    toy(models=["me5-small"])
    return Workspace()


def test_it_follows_from_the_speed_that_was_measured_and_from_what_is_missing(workspace: Workspace) -> None:
    workspace.rates.note("use-m3", ["x" * 22], 2.0)
    found = encoding_time(workspace, "toy", "use-m3", query_lang="en")
    assert found.texts == 36
    assert found.seconds == pytest.approx(36.0, rel=0.05)
    assert encoding_time(workspace, "toy", "me5-small") == EncodingTime(0, 0.0)


def test_what_is_called_quicker_is(workspace: Workspace) -> None:
    workspace.rates.note("use-m3", ["x" * 22], 2.0)
    found = encoding_time(workspace, "toy", "use-m3", query_lang="en")
    models = [each for each in found.quicker if each.kind == "model"]
    assert Quicker("model", "me5-small", 0.0) in models
    assert all(each.seconds <= found.seconds / 2 for each in found.quicker)
    (language,) = (each for each in found.quicker if each.kind == "language")
    assert language.name == "en"
    assert language.seconds == pytest.approx(found.seconds / 3, rel=0.05)
    assert not any(
        each.kind == "language" for each in encoding_time(workspace, "toy", "use-m3", langs=["de"]).quicker
    )


def test_a_model_whose_speed_is_not_known_encodes_a_few_passages_once(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow()
    monkeypatch.setattr(workspace, "encoder", lambda name: slow)
    monkeypatch.setattr(encoding_rates, "LEAST_SECONDS", 0.0)
    assert encoding_time(workspace, "toy", "use-m3").texts == 36
    assert slow.given == [1, 8, 8, 8, 6]
    encoding_time(Workspace(), "toy", "use-m3")
    assert len(slow.given) == 5


def test_what_slows_some_of_the_passages_does_not_slow_the_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, taking = SimpleNamespace(now=0.0), iter([9.0, 2.5, 0.5, 0.5])
    monkeypatch.setattr(encoding_rates, "time", SimpleNamespace(perf_counter=lambda: clock.now))

    class Timed(Slow):
        def encode(self, texts: Sequence[str], role: Role, **how) -> np.ndarray:
            clock.now += next(taking)
            return super().encode(texts, role, **how)

    timed = Timed()
    assert EncodingRates().measure("m", timed, ["x" * 10] * 32) == 160.0
    assert timed.given == [1, 8, 8, 8], "what takes long is not measured longer than it must be"
    assert EncodingRates().get("m") == 160.0


def test_a_few_texts_do_not_change_a_speed_that_is_known() -> None:
    rates = EncodingRates()
    rates.note("m", ["x" * 50], 0.5)
    rates.note("m", ["x"], 1.0)
    assert rates.get("m") == 100.0
    rates.note("m", ["x" * 600], 3.0)
    assert rates.get("m") == 200.0


def test_speeds_are_kept_for_this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    EncodingRates().note("m", ["é" * 50], 10.0)
    assert EncodingRates().get("m") == 10.0
    EncodingRates().note("m", ["x"], 0.001)
    assert EncodingRates().get("m") == 10.0
    monkeypatch.setattr(encoding_rates.platform, "node", lambda: "elsewhere")
    assert EncodingRates().get("m") is None


@pytest.mark.parametrize("content", ["", "[]", '{"n": 3}', '{"n": {"m": "fast"}}', '{"n": {"m": -1}}'])
def test_a_file_that_holds_no_speeds_is_none(content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding_rates.platform, "node", lambda: "n")
    file = encoding_rates._file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    assert EncodingRates().get("m") is None
