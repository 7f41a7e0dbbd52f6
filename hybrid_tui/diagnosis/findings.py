"""What is wrong, how sure that is, and what mends it: rules upon the figures of a diagnosis."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from hybrid_tui.diagnosis.diagnosis import Diagnosis, SystemDiagnosis
from hybrid_tui.diagnosis.mends import QUOTAS, Favour, Outcome, best
from hybrid_tui.diagnosis.sure import Estimate

Severity = Literal["mend", "look", "fine"]
PUSHED = 0.02
"""Share of queries whose passage may be pushed out by other languages."""
OWN_EXCESS, OWN_FAR = 0.1, 0.3
FAVOURED = 1.5
"""By how much a language may come before its due among the first of others' queries."""
BEHIND = 0.1
"""By how much a language may find less than all."""
FEW_FOUND = 0.6
PROMPTS = 0.03
"""By how much more must be found without prompts, or with others, for a word about it."""


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    severity: "mend" for what is wrong beyond chance, "look" for what may be, "fine". text: what it is; sure:
    how sure; mend: what mends it, in words, and command: the line to type; both empty where nothing is to
    be mended or nothing that was tried helps. value, low, high: the figure and its interval, where there is
    one.
    """

    kind: str
    severity: Severity
    system: str
    text: str
    sure: str
    mend: str = ""
    command: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None


def findings(found: Diagnosis) -> tuple[Finding, ...]:
    """Return what was found of each system, the worst first."""
    order = ("mend", "look", "fine")
    every = [each for system in found.systems for each in _of(found, system)]
    return tuple(sorted(every, key=lambda each: order.index(each.severity)))


def _of(found: Diagnosis, system: SystemDiagnosis) -> Iterator[Finding]:
    if len(found.languages) > 1:
        yield _pushed_out(found, system)
        yield _own_language(found, system)
        yield from _favoured(found, system)
    yield from _behind(system)
    yield from _vectors(system)
    yield from _prompts(system)


def _pushed_out(found: Diagnosis, system: SystemDiagnosis) -> Finding:
    each = system.outcomes[0].pushed_out
    worst = max(system.by_language, key=lambda one: one.pushed_out.value)
    severity: Severity = "mend" if each.low > PUSHED else "look" if each.value > PUSHED else "fine"
    most = f", of those in {worst.code} for {_percent(worst.pushed_out.value)}" if each.value else ""
    text = (
        f"Passages of other languages push the right one out of the first {found.k} for "
        f"{_percent(each.value)} of the queries{most}."
    )
    mend = _mended(found, system, lambda one: one.pushed_out.value) if severity != "fine" else ("", "")
    return Finding("pushed out", severity, system.system, text, _sure(each), *mend, *each)


def _own_language(found: Diagnosis, system: SystemDiagnosis) -> Finding:
    now = system.outcomes[0]
    each = now.own_excess
    sure = min(abs(each.low), abs(each.high)) if each.low * each.high > 0 else 0.0
    severity: Severity = "mend" if sure > OWN_FAR else "look" if sure > OWN_EXCESS else "fine"
    seen = _percent(now.own_share)
    due = _percent(now.own_share - each.value)
    if severity == "fine":
        text = (
            "Queries see about as much of their own language as there is: "
            f"{seen} of the first {found.k}, {due} of the index."
        )
        mend = ("", "")
    else:
        side = "mostly their own language" if each.value > 0 else "other languages more than their own"
        text = (
            f"Queries see {side}: {seen} of the first {found.k} passages are in the query's language, and "
            f"{due} of the index. Where documents in several languages tell of other things, part of that is "
            "as it should be."
        )
        mend = _mended(found, system, lambda one: abs(one.own_excess.value))
    return Finding("own language", severity, system.system, text, _sure(each, signed=True), *mend, *each)


def _favoured(found: Diagnosis, system: SystemDiagnosis) -> Iterator[Finding]:
    favours = system.outcomes[0].favours
    if not favours:
        return
    far = [each for each in favours if each.times.low > FAVOURED or each.times.high < 1 / FAVOURED]
    some = [each for each in favours if each.times.low > 1 or each.times.high < 1]
    shown = far or some
    if not shown:
        text = "Among passages in other languages than the query's, none comes clearly before its due."
        yield Finding("favoured", "fine", system.system, text, "no interval leaves out 1.0 times")
        return
    told = "; ".join(_times(each) for each in (shown[:2] + shown[2:][-2:]))
    text = f"Among passages in other languages than the query's, by what is in the index: {told}."
    lead = max(shown, key=lambda each: abs(each.times.value - 1))
    mend = _mended(found, system, lambda one: one.unevenness) if far else ("", "")
    sure = f"95 % interval of {lead.lang}: {lead.times.low:.1f} to {lead.times.high:.1f} times"
    yield Finding("favoured", "mend" if far else "look", system.system, text, sure, *mend, *lead.times)


def _times(each: Favour) -> str:
    word = "too often" if each.times.value > 1 else "too seldom"
    return f"{each.lang} comes {word}, {each.times.value:.1f} times its due"


def _behind(system: SystemDiagnosis) -> Iterator[Finding]:
    now = system.outcomes[0].found
    behind = [each for each in system.by_language if each.found.high < now.value - BEHIND]
    low = min(system.by_language, key=lambda each: each.found.value)
    if len(system.by_language) < 2:
        text = f"Queries find the passage that they were taken out of for {_percent(now.value)}."
        yield Finding("found", "fine", system.system, text, _sure(now), "", "", *now)
        return
    text = f"Queries find the passage that they were taken out of for {_percent(now.value)}"
    if behind:
        told = ", ".join(f"in {each.code} for {_percent(each.found.value)}" for each in behind)
        text += f", {told}: the model reads that language less well, or its texts are harder."
        yield Finding("found", "look", system.system, text, _sure(behind[0].found), "", "", *behind[0].found)
    else:
        text += f", least in {low.code}: {_percent(low.found.value)}."
        few = now.high < FEW_FOUND
        if few:
            text += " That is little: the texts are hard to tell apart, or the model reads them badly."
        yield Finding("found", "look" if few else "fine", system.system, text, _sure(now), "", "", *now)


def _vectors(system: SystemDiagnosis) -> Iterator[Finding]:
    told = system.separability
    if told is None:
        return
    each = told.right
    text = (
        f"A linear rule tells the language of {_percent(each.value)} of passages from the vector alone; "
        f"guessing is right for {_percent(told.guess)}."
    )
    if system.offsets:
        far = system.offsets[0]
        text += f" The means of {far.a} and {far.b} are farthest apart: "
        text += f"{far.distance:.2f} of the passages' own spread."
    text += " That is no fault by itself: what it does to results is told above."
    yield Finding("vectors", "fine", system.system, text, _sure(each), "", "", *each)


def _prompts(system: SystemDiagnosis) -> Iterator[Finding]:
    check = system.prompts
    if check is None:
        return
    gain, figures = check.gain, ", ".join(f"{way} {value:.3f}" for way, value in check.figures.items())
    severity: Severity = "look" if gain.low > PROMPTS else "fine"
    written = " and ".join(repr(each) for each in dict.fromkeys(check.used) if each)
    sure = f"mean reciprocal rank {figures}; {check.best}, {gain.low:+.3f} to {gain.high:+.3f}"
    if severity == "fine":
        if gain.high < 0:
            text = f"The model's prompts are right: put {written} before texts in your own index, too."
        else:
            text = f"The model's prompts ({written}) make no clear difference here."
        yield Finding("prompts", severity, system.system, text, sure, "", "", *gain)
        return
    way = "left out" if check.best == "without" else check.best
    yield Finding(
        "prompts",
        severity,
        system.system,
        f"With the model's prompts ({written}) {way}, these queries find more. They are statements: "
        "of questions that need not hold.",
        sure,
        "see what judged questions say before changing anything",
        f"hybrid-tui models check {shlex.quote(system.system.partition('+')[0])}",
        *gain,
    )


def _mended(found: Diagnosis, system: SystemDiagnosis, wrong: Callable[[Outcome], float]) -> tuple[str, str]:
    """Return what mends it in words, and the line to type."""
    mend = best(system.outcomes, wrong)
    if mend is None:
        return "nothing that was tried helps without finding less", ""
    change = f"finds {_percent(mend.found.value)} instead of {_percent(system.outcomes[0].found.value)}"
    if mend.name == QUOTAS:
        return f"fill the first {found.k} with each language's best, by its share of the index: {change}", ""
    what = (
        "subtract each language's mean vector"
        if mend.name.startswith("center")
        else "move each language's passages towards the largest one's"
    )
    line = f"hybrid-tui diagnose {shlex.quote(found.source)} --model {shlex.quote(mend.system)}"
    return f"{what} ({mend.name}): {change}", line


def _sure(each: Estimate, *, signed: bool = False) -> str:
    ends = (f"{100 * end:+.0f}" if signed else f"{100 * end:.0f}" for end in (each.low, each.high))
    unit = "points" if signed else "%"
    return f"95 % interval {' to '.join(ends)} {unit}"


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"
