"""Each setting of an evaluation in a figure with its interval, against a base or alone."""

from __future__ import annotations

import re
from dataclasses import replace

from hybrid_tui.comparison.setting_summary import RANK_DISTANCE, Difference, EvaluatedSystem, SettingFigure
from hybrid_tui.errors import DataError
from hybrid_tui.evaluation import compare, metric_tables, run_depth, significance
from hybrid_tui.evaluation.compare import Line
from hybrid_tui.evaluation.contamination import shared_items
from hybrid_tui.evaluation.metric_tables import SETTINGS
from hybrid_tui.evaluation.results import Evaluation
from hybrid_tui.evaluation.significance import PairedTest

_ASKED = (
    *((setting, "mAP", setting) for setting in SETTINGS),
    (RANK_DISTANCE, compare.RANK_DISTANCE, SETTINGS[2]),
)
"""Name, metric and setting of each figure."""
_SHARES = {"mono": 1.0, "hybrid": 0.5, "cross": 0.0}
_SHARE = re.compile(r"hybrid \(alpha ([^)]+)\)")


def figures(
    evaluation: Evaluation, base: Evaluation | None = None, test: PairedTest = significance.DEFAULT
) -> dict[str, SettingFigure]:
    """Return mAP in each setting, and the rank distance, by name; what it does not have is absent.

    base: what it is held against; None for nothing. Where the two ranked passages of different languages,
    nothing is compared. Raises what `compare.lines` raises.
    """
    same = base is not None and base.manifest.languages == evaluation.manifest.languages
    against = _against(evaluation, base, test) if base and same else {}
    found = {}
    for name, metric, setting in _ASKED:
        sample = compare.sample(evaluation, metric, setting, test.group_by)
        if sample:
            low, high = significance.interval(sample, test)
            line = against.get(name)
            drawn = line.comparison.drawn if line else significance.drawn_of(sample)
            found[name] = SettingFigure(sample.mean, low, high, _told(line) if line else None, drawn)
    return found


def system(evaluation: Evaluation) -> EvaluatedSystem:
    """Return an evaluated system by name, its values, and its place in the sweep that it may belong to.

    Values are absent where the evaluation is damaged.
    """
    about = evaluation.manifest
    means = _means(evaluation)
    share = _SHARE.fullmatch(about.sampler)
    alpha = float(share[1]) if share else _SHARES.get(about.sampler)
    same = (about.backbone, about.tuning, about.training)
    sweep = f"{about.backbone} {about.tuning} {about.training[:4]}{about.stages}" if all(same) else ""
    return EvaluatedSystem(
        about.system,
        about.sampler,
        alpha,
        sweep,
        means,
        seen=shared_items(about),
        languages=about.languages,
        note=run_depth.note(evaluation) if means else "",
    )


def _means(evaluation: Evaluation) -> dict[str, float]:
    try:
        means = metric_tables.means(evaluation.values_of(["mAP"]), "mAP")
    except DataError:
        return {}
    distance = evaluation.manifest.bias.get(compare.RANK_DISTANCE)
    return means if distance is None else means | {RANK_DISTANCE: distance}


def _against(evaluation: Evaluation, base: Evaluation, test: PairedTest) -> dict[str, Line]:
    found = {line.setting: line for line in compare.lines([base], [evaluation], "mAP", test=test)}
    distances = compare.lines(
        [base], [evaluation], compare.RANK_DISTANCE, SETTINGS[2:], test=replace(test, margin=0.0)
    )
    found.update((RANK_DISTANCE, line) for line in distances)
    return found


def _told(line: Line) -> Difference:
    each = line.comparison
    return Difference(
        each.difference,
        each.low,
        each.high,
        each.p if each.holm is None else each.holm,
        each.verdict,
        behind=each.judged.behind,
        items=each.items,
        left_out=line.left_out,
    )
