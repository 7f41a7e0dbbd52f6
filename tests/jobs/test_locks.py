from __future__ import annotations

from pathlib import Path

import pytest

from hybrid_tui.errors import HybridTuiError
from hybrid_tui.jobs import job_names, locks


def test_kinds_of_locks_on_one_name_are_apart(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(locks, "PATIENCE_SECONDS", 0.05)
    assert not job_names.is_held("x", "job")
    with locks.held("x", "job"), locks.held("x", "model"):
        assert job_names.is_held("x", "job")
        with pytest.raises(locks.Held), locks.held("x", "model"):
            pytest.fail("held twice")
    assert not job_names.is_held("x", "job")


def test_a_folder_that_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "file").touch()
    monkeypatch.setattr(job_names, "folder", lambda: tmp_path / "file" / "jobs")
    with pytest.raises(HybridTuiError, match="cannot write"), locks.held("x", "job"):
        pytest.fail("held")
    assert not job_names.is_held("x", "job")
