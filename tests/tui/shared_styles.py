"""Stylesheets that are parsed once for all apps of the tests: they take as much time as what is tested."""

from __future__ import annotations

from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_parse = Stylesheet._parse_rules
_parsed: dict[Any, list[RuleSet]] = {}


def parsed_once(sheet: Stylesheet, *words: Any, **named: Any) -> list[RuleSet]:
    """Return the rules of a source under the variables of a theme, as `Stylesheet._parse_rules` does."""
    asked = (words, tuple(named.items()), frozenset(sheet._variables.items()))
    if asked not in _parsed:
        _parsed[asked] = _parse(sheet, *words, **named)
    return _parsed[asked]
