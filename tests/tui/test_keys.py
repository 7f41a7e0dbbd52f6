import re

import pytest

from hybrid_tui import settings
from hybrid_tui.errors import UsageError
from hybrid_tui.tui import keymap
from hybrid_tui.tui.app import own_keys
from hybrid_tui.tui.keys import COMMANDS, shown

LETTER = re.compile(r"(shift\+)?[a-zA-Z]")
EVERY = keymap.actions()


def test_no_key_of_the_search_screen_does_two_things() -> None:
    keys = [key for command in COMMANDS for key in command.keys.split(",")]
    assert len(keys) == len(set(keys))


def test_every_binding_has_an_id_words_and_a_place() -> None:
    for owner in keymap.classes():
        assert owner.BINDING_GROUP_TITLE
        for each in keymap.bindings(owner):
            assert re.fullmatch(r"[a-z]+\.[a-z_]+", each.id or ""), (owner, each)
            assert each.tooltip or each.description, each


@pytest.mark.parametrize("action", EVERY.values(), ids=EVERY)
def test_every_action_has_a_key_that_is_no_letter(action: keymap.Action) -> None:
    assert not all(LETTER.fullmatch(key) for key in action.keys)


def test_no_default_key_does_two_things_in_one_place() -> None:
    for action in EVERY.values():
        for other in EVERY.values():
            if action.id < other.id and action.scope == other.scope:
                assert not set(action.keys) & set(other.keys), (action, other)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("f5", "F5"),
        ("ctrl+t", "^T"),
        ("n", "n"),
        ("N", "N"),
        ("escape", "Esc"),
        ("question_mark", "?"),
        ("shift+tab", "Shift+Tab"),
        ("alt+left", "Alt+←"),
        ("pageup", "PgUp"),
        ("space", "Space"),
        ("ctrl+pagedown", "^PgDn"),
        ("ctrl+slash", "^/"),
        ("ctrl+underscore", "^_"),
    ],
)
def test_keys_are_written_as_a_person_reads_them(key: str, words: str) -> None:
    assert shown(key) == words


@pytest.mark.parametrize(
    ("keys", "taken"),
    [
        ("ctrl+k", "ctrl+k"),
        ("?", "question_mark"),
        ("x, alt+x", "x,alt+x"),
        ("ж", "ж"),
        ("ctrl+pagedown,f13", "ctrl+pagedown,f13"),
    ],
)
def test_keys_are_taken_by_name_or_sign(keys: str, taken: str) -> None:
    assert keymap.checked({"search.pin": keys}, "f") == {"search.pin": taken}


@pytest.mark.parametrize("key", ["ctrl+foo", "kontrol+x", "f99", "", "ctrl+", "\x07"])
def test_a_key_that_is_none_is_refused_with_file_and_key(key: str) -> None:
    with pytest.raises(UsageError, match=r"config.toml: keys: search.pin: no key is named") as caught:
        keymap.checked({"search.pin": key}, "config.toml")
    assert "ctrl+t" in caught.value.hint


def test_an_unknown_action_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"config.toml: keys: no action named 'search.pim'") as caught:
        keymap.checked({"search.pim": "x"}, "config.toml")
    assert "search.pin" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "key", "other"),
    [
        ("search.pin", "f2", "search.questions"),  # of the same screen
        ("search.pin", "k", "hits.up"),  # of a list on it
        ("hits.open", "f5", "search.model"),
        ("search.pin", "f1", "app.help"),  # of the app
        ("search.cancel", "ctrl+m", "hits.open"),  # Enter by another name
    ],
)
def test_a_clash_is_refused_with_file_key_and_both_actions(name: str, key: str, other: str) -> None:
    with pytest.raises(UsageError, match=rf"config.toml: keys: {name}: .* is the key of {other}"):
        keymap.checked({name: key}, "config.toml")


def test_the_app_takes_no_keys_that_clash() -> None:
    assert own_keys({}) == {}
    assert own_keys({"search.pin": "f15"}) == {"search.pin": "f15"}
    with pytest.raises(UsageError, match=re.escape(str(settings.config_file()))):
        own_keys({"search.pin": "f5"})


def test_two_actions_may_change_keys_and_screens_may_share_them() -> None:
    swapped = {"search.questions": "f5", "search.model": "f2"}
    assert keymap.checked(swapped, "f") == swapped
    assert keymap.checked({"bias.measure": "f12"}, "f") == {"bias.measure": "f12"}


def test_own_keys_replace_all_of_an_action() -> None:
    changed = keymap.with_keys(EVERY, {"search.pin": "f15,x"})
    assert changed["search.pin"].keys == ("f15", "x")
    assert changed["search.model"] == EVERY["search.model"]
