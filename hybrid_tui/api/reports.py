"""Reports of kept evaluations, as Markdown, HTML or LaTeX."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hybrid_tui.api.defaults import data_name
from hybrid_tui.comparison.verdicts import MARGIN
from hybrid_tui.corpus import catalog
from hybrid_tui.errors import UsageError
from hybrid_tui.evaluation import document, results
from hybrid_tui.evaluation.document import Figure, Part
from hybrid_tui.evaluation.metrics import SHOWN as SHOWN
from hybrid_tui.evaluation.report import report as parts_of
from hybrid_tui.evaluation.resampling import DRAWS
from hybrid_tui.evaluation.significance import PairedTest
from hybrid_tui.settings import replacing

SUFFIXES = (".md", ".html", ".tex")


@dataclass(frozen=True)
class Report:
    """A document on one collection; title: of its HTML page."""

    collection: str
    parts: tuple[Part, ...]
    title: str = ""

    @property
    def figures(self) -> list[Figure]:
        """The heatmaps in it."""
        return [part for part in self.parts if isinstance(part, Figure)]

    def html(self) -> str:
        """Return one HTML page, figures included."""
        return document.html(self.parts, self.title or f"Results on {self.collection}")

    def write(self, out: str | Path, figures: str | Path | None = None) -> list[Path]:
        """Write FILE.md, FILE.html or FILE.tex, and the figures of md and tex as SVG; returns all files.

        figures: their folder, FILE-figures by default. Raises UsageError for another suffix.
        """
        out = Path(out)
        check_suffix(out)
        folder = Path(figures or out.with_name(f"{out.stem}-figures"))
        files: dict[Path, str] = {}
        if out.suffix == ".html":
            files[out] = self.html()
        else:
            link = Path(os.path.relpath(folder, out.parent)).as_posix()
            files = {folder / f"{part.name}.svg": part.svg for part in self.figures}
            write = document.markdown if out.suffix == ".md" else document.latex
            files[out] = write(self.parts, link)
        for path, text in files.items():
            with replacing(path, shared=True) as file:
                file.write(text)
        return list(files)

    def _repr_html_(self) -> str:
        return self.html()


def check_suffix(out: Path) -> None:
    """Raise UsageError for a file that is none of SUFFIXES."""
    if out.suffix not in SUFFIXES:
        raise UsageError(f"--out {out}: the format is told by its end", f"one of {', '.join(SUFFIXES)}")


def report(
    data: str | None = None,
    systems: Sequence[str] = (),
    *,
    metrics: Sequence[str] = SHOWN,
    margin: float = MARGIN,
    draws: int = DRAWS,
    seed: int = 0,
    group_by: str = "",
) -> Report:
    """Report what kept evaluations on a collection say: tables, significance, heatmaps, the verdict.

    systems: all that are kept by default, the first to compare with. metrics: the first is tested.
    Raises UsageError where nothing is kept.
    """
    name = data_name(data)
    fingerprint = catalog.load(name).fingerprint
    found = [results.named(each, name) for each in systems] or results.current(name, fingerprint)
    if not found:
        raise UsageError(f"no evaluation on {name} is kept", f"hybrid-tui evaluate --data {name} makes one")
    test = PairedTest(margin=margin, draws=draws, seed=seed, group_by=group_by)
    return Report(name, tuple(parts_of(found, test, metrics)))
