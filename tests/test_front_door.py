"""The names of `import hybrid_tui`: all there, typed as they are, and none of them loaded before its use."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

import hybrid_tui as ht
from hybrid_tui import choices
from hybrid_tui.comparison import colormap, language_order

HEAVY = ("torch", "polars", "numpy", "transformers", "faiss", "msgspec", "hybrid_tui.api")


def test_importing_it_loads_nothing():
    script = f"import hybrid_tui, sys; print([name for name in {HEAVY} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"


def test_type_checkers_see_the_names_that_are_there():
    tree = ast.parse(Path(ht.__file__).read_text(encoding="utf-8"))
    (typed,) = (node for node in tree.body if isinstance(node, ast.If))
    seen = {alias.asname: node.module for node in typed.body for alias in node.names}
    assert sorted(seen) == sorted(ht.__all__)
    for name, module in seen.items():
        found = getattr(ht, name)
        assert (found.__module__, found.__name__) == (module, name)
    assert set(ht.__all__) <= set(dir(ht))


def test_another_name_is_no_attribute():
    with pytest.raises(AttributeError, match="no attribute 'serach'"):
        ht.serach  # noqa: B018


def test_choices_are_those_of_the_tables():
    assert get_args(choices.Order) == tuple(language_order.ORDERS)
    assert get_args(choices.Colours) == tuple(colormap.MAPS)
