from hybrid_tui.tui.keys import COMMANDS


def test_no_key_does_two_things() -> None:
    keys = [key for command in COMMANDS for key in command.keys.split(",")]
    assert len(keys) == len(set(keys))


def test_every_action_has_a_key_that_is_no_letter() -> None:
    assert all(len(command.keys.split(",")[0]) > 1 for command in COMMANDS)
