"""Rules upon figures: what is wrong beyond chance, and what mends it."""

from __future__ import annotations

from dataclasses import replace

from hybrid_tui.diagnosis.diagnosis import Diagnosis, LanguageFigures, LanguageShare, SystemDiagnosis
from hybrid_tui.diagnosis.findings import Finding, findings
from hybrid_tui.diagnosis.mends import Favour, Outcome
from hybrid_tui.diagnosis.page import page, summary
from hybrid_tui.diagnosis.prompts import PromptCheck
from hybrid_tui.diagnosis.sure import Estimate
from hybrid_tui.encoders.backbones import Prompts
from hybrid_tui.evaluation.document import Code, markdown

NOTHING = Estimate(0, 0, 0.01)
GOOD = Outcome(
    "as it is", "m", Estimate(0.9, 0.85, 0.95), NOTHING, NOTHING, 0.5, Estimate(0, -0.05, 0.05), ()
)
BAD = replace(GOOD, pushed_out=Estimate(0.2, 0.15, 0.25), own_excess=Estimate(0.4, 0.35, 0.45))


def diagnosed(*outcomes: Outcome, prompts: PromptCheck | None = None) -> tuple[Diagnosis, dict[str, Finding]]:
    by_language = tuple(LanguageFigures(lang, 50, GOOD.found, NOTHING, 0.5, 0.5) for lang in ("de", "en"))
    system = SystemDiagnosis("m", by_language, outcomes, None, (), prompts)
    languages = tuple(LanguageShare(lang, lang, 9, 50, 0.5, 50) for lang in ("de", "en"))
    found = Diagnosis("my docs", 18, 100, 100, 10, languages, (system,), ())
    return found, {each.kind: each for each in findings(found)}


def test_nothing_wrong_is_told_as_that() -> None:
    found, told = diagnosed(GOOD)
    assert {each.severity for each in told.values()} == {"fine"}
    assert "nothing to mend" in summary(found, tuple(told.values()))


def test_what_is_wrong_names_the_mend_that_helps_and_costs_least() -> None:
    mended = replace(GOOD, name="center:.5", system="m+center:.5")
    dear = replace(GOOD, name="center", system="m+center", change=Estimate(-0.3, -0.4, -0.2))
    found, told = diagnosed(BAD, dear, mended)
    assert told["pushed out"].severity == told["own language"].severity == "mend"
    assert told["pushed out"].command == "hybrid-tui diagnose 'my docs' --model m+center:.5"
    assert summary(found, tuple(told.values())) == "m: 2 things to mend."
    shown = page(found, tuple(told.values()))
    assert [part.text for part in shown if isinstance(part, Code)] == [told["pushed out"].command] * 2
    assert "To mend: Passages of other languages" in markdown(shown, "")


def test_where_nothing_helps_that_is_told() -> None:
    _, told = diagnosed(BAD, replace(BAD, name="center", system="m+center"))
    assert told["pushed out"].command == ""
    assert "nothing that was tried" in told["pushed out"].mend


def test_a_language_is_favoured_only_beyond_chance() -> None:
    wide = (Favour("th", Estimate(3, 0.5, 6)),)
    assert diagnosed(replace(GOOD, favours=wide))[1]["favoured"].severity == "fine"
    sure = (Favour("th", Estimate(3, 2, 4)),)
    told = diagnosed(replace(GOOD, favours=sure))[1]["favoured"]
    assert told.severity == "mend"
    assert "th comes too often, 3.0 times its due" in told.text


def test_prompts_are_wrong_only_beyond_chance() -> None:
    def told(gain: Estimate) -> Finding:
        check = PromptCheck(Prompts("q: ", "p: "), {"as they are": 0.5, "without": 0.6}, "without", gain)
        return diagnosed(GOOD, prompts=check)[1]["prompts"]

    assert told(Estimate(0.1, -0.05, 0.2)).severity == "fine"
    assert told(Estimate(-0.1, -0.2, -0.05)).text.startswith("The model's prompts are right")
    wrong = told(Estimate(0.1, 0.05, 0.2))
    assert wrong.severity == "look"
    assert wrong.command == "hybrid-tui models check m"
