"""Textual's driver of a page in a browser, which ends with the server."""

from __future__ import annotations

from textual import messages
from textual.drivers.web_driver import WebDriver


class PageDriver(WebDriver):
    """Ends the app where the server is gone, even one that could not say so."""

    def run_input_thread(self) -> None:
        """Take what the server sends, until there is no more."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(messages.ExitApp())
