"""A diagnosis as a page in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hybrid_tui.diagnosis.diagnosis import Diagnosis, SystemDiagnosis
from hybrid_tui.diagnosis.findings import Finding
from hybrid_tui.evaluation.document import Code, Heading, Paragraph, Part, Points, Table

MARKS = {"mend": "To mend", "look": "To look at", "fine": "Fine"}
ASKED = (
    "Nobody judged anything here. Each query is a sentence that was taken out of a passage: what is left of "
    "the passage is what it must find. Other passages of the same document (of a collection: of the same "
    "item) count neither way; a translation in another file counts as any other passage. So the figures tell "
    "of queries and answers in one language; what a query finds in other languages is told by how often they "
    "come, not by whether they are right."
)
SHOWN_LANGUAGES = 20


def title(found: Diagnosis) -> str:
    """Return what the page is called."""
    return f"Is {found.source} fair to its languages?"


def summary(found: Diagnosis, findings: Sequence[Finding]) -> str:
    """Return what it comes to, in a sentence or two."""
    if len(found.languages) == 1:
        only = found.languages[0]
        return (
            f"All {found.passages:,} passages are in {only.name} ({only.code}): with one language, none can "
            "be treated worse than another. What is told is whether passages are found at all."
        )
    told = []
    for system in found.systems:
        counts = [
            sum(each.severity == kind for each in findings if each.system == system.system) for kind in MARKS
        ]
        wrong, maybe, _ = counts
        words = []
        if wrong:
            words.append(f"{wrong} thing{'s' * (wrong > 1)} to mend")
        if maybe:
            words.append(f"{maybe} to look at")
        told.append(f"{system.system}: {' and '.join(words) or 'nothing to mend was found'}.")
    return " ".join(told)


def page(found: Diagnosis, findings: Sequence[Finding]) -> tuple[Part, ...]:
    """Return the page: what is wrong, how sure, what mends it; then the figures that this stands on."""
    return (*_words(found, findings), *_figures(found))


def _words(found: Diagnosis, findings: Sequence[Finding]) -> Iterator[Part]:
    yield Heading(title(found), 1)
    yield Paragraph(summary(found, findings))
    yield Heading("Languages")
    yield language_table(found)
    for system in found.systems:
        yield Heading(system.system)
        for each in findings:
            if each.system == system.system:
                yield Paragraph(f"{MARKS[each.severity]}: {each.text} ({each.sure})")
                if each.mend:
                    yield Points([f"What mends it: {each.mend}."])
                if each.command:
                    yield Code(each.command)


def _figures(found: Diagnosis) -> Iterator[Part]:
    yield Heading("What this stands on")
    yield Paragraph(ASKED)
    several = len(found.languages) > 1
    compared = (
        " pushed out: it would be, if its language were searched alone. own seen: the share of the query's "
        "language among the first, without its own document; own due: that in the index. most favoured: "
        "among the first in other languages, by their shares of the index."
    )
    yield Paragraph(f"found: its own passage is among the first {found.k}.{compared * several}")
    if found.notes:
        yield Points(found.notes)
    for system in found.systems:
        yield Heading(f"{system.system}: by language of the query", 3)
        yield by_language_table(system, several=several)
        if not several:
            continue
        yield Heading(f"{system.system}: what would change it", 3)
        yield outcome_table(system)


def language_table(found: Diagnosis) -> Table:
    """Return the languages, the largest first, at most 20 of them by name."""
    rows = [
        [
            f"{each.name} ({each.code})",
            f"{each.passages:,}",
            _percent(each.share),
            f"{each.documents:,}",
            f"{each.queries:,}",
        ]
        for each in found.languages[:SHOWN_LANGUAGES]
    ]
    rest = found.languages[SHOWN_LANGUAGES:]
    if rest:
        sums = (sum(each.passages for each in rest), sum(each.share for each in rest))
        rows.append([f"{len(rest)} more", f"{sums[0]:,}", _percent(sums[1]), "", ""])
    return Table(["language", "passages", "share", "documents", "queries"], rows)


def by_language_table(system: SystemDiagnosis, *, several: bool) -> Table:
    """Return what queries of each language find; several: beside others."""
    header = ["query in", "queries", "found", "pushed out", "own seen", "own due"]
    rows = [
        [
            each.code,
            f"{each.queries:,}",
            _with_ends(each.found.value, each.found.low, each.found.high),
            _percent(each.pushed_out.value),
            _percent(each.own_share),
            _percent(each.pool),
        ]
        for each in system.by_language
    ]
    shown = len(header) if several else header.index("pushed out")
    return Table(header[:shown], [row[:shown] for row in rows])


def outcome_table(system: SystemDiagnosis) -> Table:
    """Return what the system finds as it is, and changed."""
    header = ["", "found", "change", "pushed out", "own seen", "most favoured"]
    rows = []
    for each in system.outcomes:
        first = each.favours[0] if each.favours else None
        changed = 100 * each.change.low, 100 * each.change.high
        change = (
            ""
            if each is system.outcomes[0]
            else f"{100 * each.change.value:+.0f} [{changed[0]:+.0f}, {changed[1]:+.0f}]"
        )
        favoured = f"{first.lang} {first.times.value:.1f} times" if first else ""
        seen = _percent(each.own_share)
        rows.append(
            [each.name, _percent(each.found.value), change, _percent(each.pushed_out.value), seen, favoured]
        )
    return Table(header, rows)


def _with_ends(value: float, low: float, high: float) -> str:
    return f"{_percent(value)} [{100 * low:.0f}, {100 * high:.0f}]"


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %" if value >= 0.005 or value <= 0 else "< 1 %"
