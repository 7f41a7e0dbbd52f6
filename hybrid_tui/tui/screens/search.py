"""The first screen: one query, several models side by side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, Input
from textual.widgets._input import Selection

from hybrid_tui.engine import protocol
from hybrid_tui.engine.client import EngineLost
from hybrid_tui.errors import UsageError
from hybrid_tui.tui.asked import AUTO, Asked
from hybrid_tui.tui.link import Link
from hybrid_tui.tui.render.hits import language_name
from hybrid_tui.tui.warm import Warmer
from hybrid_tui.tui.widgets.hit_list import HitList
from hybrid_tui.tui.widgets.pane import Pane
from hybrid_tui.tui.widgets.panes import MOST, PaneRow
from hybrid_tui.tui.widgets.query_bar import QueryBar
from hybrid_tui.tui.widgets.status import StatusLine
