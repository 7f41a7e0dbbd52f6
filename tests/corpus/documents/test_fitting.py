from pathlib import Path

import pytest

from hybrid_tui.corpus.documents import fitting
from hybrid_tui.errors import UsageError
from hybrid_tui.systems.resources import OwnResources
from hybrid_tui.systems.system import system
from tests.toys import toy

ENGLISH = "The river rises in the mountains and flows through three countries to the sea."
GERMAN = "Der Fluss entspringt im Gebirge und fließt durch drei Länder bis an das Meer."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.txt").write_text(ENGLISH)
    (tmp_path / "two.md").write_text(GERMAN)
    (tmp_path / "three.doc").write_bytes(b"?")
    return tmp_path


def test_each_passage_is_its_own_query(folder: Path):
    found, told = fitting.texts(str(folder))
    assert found.languages == ["de", "en"]
    assert list(found.queries["text"]) == list(found.passages["text"]) == [GERMAN, ENGLISH]
    assert any("(.doc), not read" in line for line in told)


def test_a_correction_is_fitted_on_them_and_tells_what_they_lack(folder: Path):
    toy()
    found = system(f"me5-small+center@{folder}", "toy", OwnResources())
    assert found.name == f"me5-small+center@{folder}"
    assert found.fitted_on.startswith(f"{folder}@")
    assert found.texts
    assert found.texts.fitting.languages == ["de", "en"]
    assert f"center@{folder}: no text in th: fitted there as over all of its languages" in found.notes
    plain = system("me5-small+center", "toy", OwnResources())
    assert (plain.notes, plain.texts.fitting.name) == ((), "toy")


def test_a_path_that_is_not_there_is_told(tmp_path: Path):
    toy()
    with pytest.raises(UsageError, match="no such file or folder"):
        system(f"me5-small+center@{tmp_path}/none", "toy", OwnResources()).texts  # noqa: B018
