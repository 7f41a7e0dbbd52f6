from hybrid_tui.encoders import hub
from hybrid_tui.encoders.backbones import BACKBONES
from hybrid_tui.languages import LANGUAGES


def test_the_offline_backbones_come_first():
    assert list(BACKBONES)[:2] == ["me5-small", "use-m3"]
    assert [name for name, backbone in BACKBONES.items() if backbone.offline] == ["me5-small", "use-m3"]


def test_every_other_backbone_has_a_hub_id():
    for backbone in BACKBONES.values():
        assert bool(hub.parse(backbone.source)) == (not backbone.offline), backbone


def test_listed_languages_are_known_ones_and_counted():
    listed = BACKBONES["use-m3"].languages
    assert isinstance(listed, tuple)
    assert set(listed) <= set(LANGUAGES)
    assert BACKBONES["use-m3"].language_count == len(set(listed))
    assert BACKBONES["labse"].language_count == 109


def test_backbones_that_have_their_own_prompts_keep_them():
    assert BACKBONES["me5-base"].prompts == ("query: ", "passage: ")
    assert BACKBONES["xlm-r"].prompts == ("Query: ", "Passage: ")
    assert BACKBONES["xlm-r"].max_tokens == (64, 256)
