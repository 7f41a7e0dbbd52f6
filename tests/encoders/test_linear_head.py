from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from hybrid_tui.encoders import linear_head
from hybrid_tui.errors import DataError


def test_rows_are_multiplied_and_scaled():
    matrix = np.array([[0, 2], [-1, 0]], np.float32)
    found = linear_head.apply(matrix, np.array([[1, 0], [0, 1], [3, 4], [0, 0]], np.float32))
    wanted = [[0, -1], [1, 0], [8 / 73**0.5, -3 / 73**0.5], [0, 0]]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, wanted, atol=1e-7)


def test_a_row_is_the_same_in_any_company(monkeypatch: pytest.MonkeyPatch):
    rng = np.random.default_rng(1)
    matrix, values = (
        rng.normal(size=(48, 48)).astype(np.float32),
        rng.normal(size=(301, 48)).astype(np.float16),
    )
    together = linear_head.apply(matrix, values)
    monkeypatch.setattr(linear_head, "_PORTION", 7)
    np.testing.assert_array_equal(together, linear_head.apply(matrix, values))
    np.testing.assert_array_equal(together[[200]], linear_head.apply(matrix, values[[200]]))


@pytest.mark.parametrize("kind", ["oblong", "vector", "nan", "other name", "torn", "missing"])
def test_weights_that_cannot_be_used_are_named(tmp_path: Path, kind: str):
    file = tmp_path / "head.safetensors"
    weight = {"oblong": torch.ones(2, 3), "vector": torch.ones(4)}.get(kind, torch.eye(4))
    weight = weight * torch.nan if kind == "nan" else weight
    save_file({"other" if kind == "other name" else "weight": weight}, file)
    if kind == "torn":
        file.write_bytes(file.read_bytes()[:-9])
    if kind == "missing":
        file.unlink()
    with pytest.raises(DataError, match=r"head\.safetensors"):
        linear_head.read(tmp_path)
