"""The line of running jobs at the foot of every screen; not there while none runs."""

from __future__ import annotations

from textual.widgets import Static

from hybrid_tui.tui.job_watch import Jobs
from hybrid_tui.tui.key_hints import first_key
from hybrid_tui.tui.render.hits import one_line
from hybrid_tui.tui.render.job_lines import running_line


class JobLine(Static):
    """Says what runs, how far it is, and the key that leads to the list of all."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.display = False

    def on_mount(self) -> None:
        """Show what the app knows of jobs, now and as it changes."""
        self.watch(self.app, "jobs", self._show)

    def _show(self, jobs: Jobs) -> None:
        running = running_line(jobs)
        self.display = bool(running)
        if running:
            self.update(one_line(f"▶ {running} · {first_key(self, 'place.train', 'f10')} jobs"))
