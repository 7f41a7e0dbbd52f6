"""`hybrid-tui keys`: what the keys of the app do."""

from __future__ import annotations

from hybrid_tui.cli import escaping, output
from hybrid_tui.cli.options import Json

OWN = "*"


def keys(json: Json = False) -> None:
    """List the app's actions with their ids and keys; those with keys of your own are marked *.

    In config.toml, `[keys]` gives actions other keys by their ids: search.pin = "alt+p" or ["alt+p", "x"].

    Example: hybrid-tui keys --json
    """
    from hybrid_tui.settings import config_file, load_config
    from hybrid_tui.tui import keymap
    from hybrid_tui.tui.keys import shown

    known = keymap.actions()
    own = keymap.checked(load_config().keys, config_file())
    actions = keymap.with_keys(known, own)
    if json:
        output.as_json(
            [
                {
                    "id": each.id,
                    "where": each.where,
                    "does": each.does,
                    "keys": each.keys,
                    "default": known[each.id].keys,
                    "own": each.id in own,
                }
                for each in actions.values()
            ]
        )
        return
    rows = [
        [each.id, f"{' '.join(map(shown, each.keys))}{f' {OWN}' if each.id in own else ''}", each.does]
        for each in actions.values()
    ]
    escaping.table(("id", "keys", "does"), rows, numeric=())
