import pytest

from hybrid_tui import settings
from tests.cli.conftest import Cli


def configure(text: str) -> None:
    path = settings.config_file()
    path.parent.mkdir(parents=True)
    path.write_text(text)


def test_every_action_is_listed_with_its_keys(cli: Cli) -> None:
    said = cli("keys")
    assert said.code == 0
    assert "search.pin\t^T p\tPin the passage, or unpin it" in said.out.splitlines()
    assert "app.help\tF1\tHelp for where you are" in said.out.splitlines()


def test_own_keys_are_marked(cli: Cli) -> None:
    configure('[keys]\nsearch.pin = ["f15", "?"]\n"hits.down" = "x,down"\n')
    lines = cli("keys").out.splitlines()
    assert "search.pin\tF15 ? *\tPin the passage, or unpin it" in lines
    assert "hits.down\tx ↓ *\tDown" in lines
    assert len([line for line in lines if "*" in line]) == 2


def test_json_tells_default_and_own_keys(cli: Cli) -> None:
    configure('[keys]\nsearch.pin = "f15"\n')
    found = {each["id"]: each for each in cli("keys", "--json").json}
    pin = found["search.pin"]
    assert (pin["keys"], pin["default"], pin["own"]) == (["f15"], ["ctrl+t", "p"], True)
    assert pin["where"] == "Compare"
    assert found["search.model"]["own"] is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('search.pim = "f10"', "no action named 'search.pim'"),
        ('search.pin = "f99"', "search.pin: no key is named 'f99'"),
        ('search.pin = "f5"', "search.pin: f5 is the key of search.model"),
    ],
)
def test_what_cannot_be_is_refused(cli: Cli, text: str, said: str) -> None:
    configure(f"[keys]\n{text}\n")
    result = cli("keys")
    assert result.code == 2
    assert said in result.err
    assert str(settings.config_file()) in result.err
