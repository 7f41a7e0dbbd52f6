"""The app with an engine that a test plays: requests are recorded, replies are the test's."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
import textual.app
import textual.pilot
import textual.screen
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot
from textual.widgets import Static

from hybrid_tui.comparison.cell_certainty import MatrixCertainty
from hybrid_tui.comparison.drawn_units import NOT_KNOWN
from hybrid_tui.comparison.matrix import Matrix
from hybrid_tui.comparison.ranking import Hit, Ranking
from hybrid_tui.comparison.setting_summary import Difference, EvaluatedSystem, SettingFigure
from hybrid_tui.engine import messages
from hybrid_tui.engine.client import EngineLost
from hybrid_tui.tui import pending
from hybrid_tui.tui.app import ExploreApp
from hybrid_tui.tui.bias import screen
from hybrid_tui.tui.engine_link import Deliver
from hybrid_tui.tui.memory import State
from hybrid_tui.tui.render.paint import Paint
from hybrid_tui.tui.search import preloading
from hybrid_tui.tui.widgets.pane import Pane
from hybrid_tui.tui.widgets.panes import PaneRow

from . import training_replies
from .shared_styles import parsed_once
from .waiting import settled

TEXTS = {
    "ar": "نهر النيل من أطول أنهار العالم، ويصب في البحر الأبيض المتوسط (شمال مصر) بعد 6650 كيلومترًا.",
    "de": "Der Nil gehört zu den längsten Flüssen der Welt und mündet nach 6650 Kilometern ins Mittelmeer.",
    "el": "Ο Νείλος είναι από τους μακρύτερους ποταμούς του κόσμου και εκβάλλει στη Μεσόγειο.",
    "en": "The Nile is one of the longest rivers of the world; it ends in the Mediterranean after 6650 km.",
    "es": "El Nilo es uno de los ríos más largos del mundo y desemboca en el Mediterráneo.",
    "hi": "नील नदी संसार की सबसे लंबी नदियों में से एक है और भूमध्य सागर में मिलती है।",
    "ru": "Нил — одна из самых длинных рек мира; он впадает в Средиземное море.",
    "th": "แม่น้ำไนล์เป็นแม่น้ำที่ยาวที่สุดสายหนึ่งของโลก และไหลลงสู่ทะเลเมดิเตอร์เรเนียน",
    "tr": "Nil, dünyanın en uzun nehirlerinden biridir ve Akdeniz'e dökülür.",
    "vi": "Sông Nin là một trong những con sông dài nhất thế giới và đổ ra Địa Trung Hải.",
    "zh": "尼罗河是世界上最长的河流之一，全长6650公里，注入地中海。",
}
CODES = tuple(TEXTS)
MORE_TEXTS = {
    "bn": "নীল নদ পৃথিবীর দীর্ঘতম নদীগুলির একটি এবং ভূমধ্যসাগরে গিয়ে পড়ে।",
    "fa": "نیل یکی از بلندترین رودهای جهان است و پس از ۶۶۵۰ کیلومتر به دریای مدیترانه می‌ریزد.",
    "fi": "Niili on yksi maailman pisimmistä joista, ja se laskee Välimereen.",
    "fr": "Le Nil est l'un des plus longs fleuves du monde et se jette dans la Méditerranée.",
    "id": "Sungai Nil adalah salah satu sungai terpanjang di dunia dan bermuara di Laut Tengah.",
    "ja": "ナイル川は世界で最も長い川の一つで、地中海に注ぐ。",
    "ko": "나일강은 세계에서 가장 긴 강 가운데 하나로, 지중해로 흘러든다.",
    "sw": "Mto Nile ni mmoja wa mito mirefu zaidi duniani na unamwaga maji katika bahari ya Mediterania.",
    "te": "నైలు నది ప్రపంచంలోని అత్యంత పొడవైన నదులలో ఒకటి; అది మధ్యధరా సముద్రంలో కలుస్తుంది.",
    "yo": "Odò Náílì jẹ́ ọ̀kan lára àwọn odò tó gùn jù lọ ní ayé.",
}
EIGHTEEN = {
    code: text for code, text in sorted((TEXTS | MORE_TEXTS).items()) if code not in {"el", "tr", "vi"}
}
"""The languages of MIRACL."""
QUESTIONS = 30


def question(number: int, lang: str) -> str:
    return f"ما السؤال {number}؟" if lang == "ar" else f"Question {number} in {lang}?"


def hits(texts: dict[str, str], context: str, *, known: bool) -> tuple[Hit, ...]:
    """One hit a language, best first; the first and the fourth relevant where that is known."""
    return tuple(
        Hit(
            rank=rank,
            passage_id=f"{lang}-1",
            lang=lang,
            score=1 - rank / 100,
            text=text,
            relevant=rank in {1, 4} if known else None,
            context=context.format(text),
        )
        for rank, (lang, text) in enumerate(texts.items(), 1)
    )


def matrices(system: str) -> dict[str, Matrix]:
    """Heatmaps that tell systems apart; row and column can be read from a value."""
    less = len(system) / 1000
    size = range(len(CODES))
    shares = tuple(tuple(0.9 - row / 20 - column / 100 - less for column in size) for row in size)
    gaps = tuple(tuple(abs(row - column) * 97.5 + 100 * less for column in size) for row in size)
    counts = tuple((1190,) * len(CODES) for _ in size)
    return {
        "map": Matrix("mAP", CODES, CODES, shares, counts),
        "rank-gap": Matrix("rank gap", CODES, CODES, gaps, counts, digits=1),
    }


def evaluated(name: str, sampler: str, alpha: float | None, value: float) -> EvaluatedSystem:
    values = {"monolingual": 0.9 - value, "cross-lingual": 0.8 - value, "multilingual": 0.7 - value}
    sweep = "" if alpha is None else "me5-small lora 1234"
    return EvaluatedSystem(
        name, sampler, alpha, sweep, values | {"rank distance": 1000 * value}, alpha is not None
    )


SYSTEMS = (
    evaluated("me5-small", "untrained", None, 0.1),
    evaluated("me5-small+center", "untrained", None, 0.15),
    evaluated("me5-small-lora-cross", "cross", 0.0, 0.2),
    evaluated("me5-small-lora-hybrid", "hybrid", 0.5, 0.05),
    evaluated("me5-small-lora-mono", "mono", 1.0, 0.12),
)
VERDICTS = ("better", "worse", "not worse", "undecided")


def summed(request: messages.Summarise) -> dict[str, SettingFigure]:
    """Each setting with another verdict against the base."""
    system = next(each for each in SYSTEMS if each.name == request.system)
    found = {}
    for verdict, (setting, value) in zip(VERDICTS, system.values.items(), strict=True):
        wide = 50 if setting == "rank distance" else 0.02
        against = Difference(wide / 2, wide / 4, wide, 0.0123, verdict)
        held = None if request.base in {"", request.system} else against
        found[setting] = SettingFigure(value, value - wide, value + wide, held)
    return found


def consistency(system: str) -> Matrix:
    """The heatmap that needs embeddings; nothing on its diagonal."""
    size = range(len(CODES))
    cells = tuple(tuple(None if a == b else 70.0 - a - b - len(system) for b in size) for a in size)
    counts = tuple(tuple(0 if a == b else 1190 for b in size) for a in size)
    return Matrix("MRC@10", CODES, CODES, cells, counts, "query language", "other query language", 1)


def certainty(request: messages.JudgeCells) -> MatrixCertainty:
    """Intervals of .01 about each value; of a difference the first three rows are significant."""
    every = [matrices(system)[request.measure] for system in request.systems]
    shown = every[0] if len(every) == 1 else every[1].minus(every[0])
    low, high = (
        tuple(tuple(cell + by for cell in row if cell is not None) for row in shown.values)
        for by in (-0.01, 0.01)
    )
    p = tuple((0.0001 if row < 3 else 0.4,) * len(CODES) for row in range(len(CODES)))
    of_pair = (p, p) if len(every) > 1 else ((), ())
    return MatrixCertainty(CODES, CODES, low, high, *of_pair)


def behind(request: messages.ListCellQueries) -> messages.CellQueryList:
    """The questions of the row's language, their value rising from 0, the answer's rank falling."""
    found = [
        messages.CellQuery(
            asked(number, request.row),
            tuple(number / 100 + at / 10 for at in range(len(request.systems))),
            tuple(1000 // number + at for at in range(len(request.systems))),
        )
        for number in range(1, QUESTIONS + 1)
        if request.text.lower() in question(number, request.row).lower()
    ]
    return messages.CellQueryList(id=request.id, queries=tuple(found[: request.limit]), total=len(found))


class FakeEngine:
    """Stands in for the engine process.

    Searches in `held` models and measuring or summarising `held` systems wait until the test calls
    `answer`, as do all curves for "curves", what evaluations take for "estimate", the library for "library",
    warming `slow_to_warm` models, ranking questions or locating
    passages while `hold_ranks`, and judging or listing what is behind cells while `hold_cells`; everything
    else is answered at once. `broken` answers every ListQuestions, `silent` nothing at all. What follows a
    training waits for the test; `taken` is why a plan's names are. `jobs` are those that there are, and
    `costs` has the seconds that systems take which are not evaluated. `about` has the label and the notes of
    a measured system.
    orders: the languages of a model's hits, best first, where it does not answer in the order of `texts`.
    lacks: passages of 1,320 that are not encoded under a model, whose encoding waits for the test; it is
    likely to take `encoding.seconds`.
    """

    def __init__(self, deliver: Deliver) -> None:
        self.deliver = deliver
        self.sent: list[Any] = []
        self.starts = 0
        self.alive = False
        self.closed = False
        self.held: set[str] = set()
        self.slow_to_warm: set[str] = set()
        self.broken: messages.Failure | None = None
        self.silent = False
        self.hold_ranks = False
        self.hold_cells = False
        self.orders: dict[str, str] = {}
        self.lacks: dict[str, int] = {}
        self.encoding = messages.EncodingEstimate(texts=1320, seconds=95.0)
        self.runs: tuple[messages.RunInfo, ...] = ()
        self.figures: messages.RankFigures | None = None
        self.systems = SYSTEMS
        self.drawn = NOT_KNOWN
        self.texts = TEXTS
        self.context = "Before it. {} After it."
        self.taken = ""
        self.jobs: tuple[messages.Job, ...] = ()
        self.costs: dict[str, float] = {}
        self.about: dict[str, tuple[str, tuple[str, ...]]] = {}

    async def start(self) -> None:
        self.starts += 1
        self.alive = True

    async def close(self) -> None:
        self.closed = True
        self.alive = False

    def kill(self) -> None:
        self.alive = False

    def die(self, exit_code: int = -9, log: str = "") -> None:
        self.alive = False
        self.deliver(EngineLost(exit_code, log))

    def send(self, request: messages.Message) -> int:
        numbered = msgspec.structs.replace(request, id=len(self.sent) + 1)
        self.sent.append(messages.request_from(messages.to_line(numbered)))
        if self.alive and not self._waits(numbered):
            self.answer(numbered)
        return numbered.id

    def _waits(self, request: messages.Request) -> bool:
        match request:
            case messages.Search():
                encodes = request.encode and _model(request) in self.lacks
                return encodes or _model(request) in self.held or self.silent
            case messages.Warm():
                return request.system in self.slow_to_warm
            case messages.MeasureMatrices() | messages.Summarise():
                return request.system in self.held or self.silent
            case messages.EstimateEvaluation():
                return "estimate" in self.held or self.silent
            case messages.ListLibrary():
                return "library" in self.held or self.silent
            case messages.PlanTraining():
                return "plan" in self.held or self.silent
            case messages.Add():
                return "add" in self.held or self.silent
            case messages.GetCurve():
                return "curves" in self.held or self.silent
            case messages.JudgeCells() | messages.ListCellQueries():
                return self.hold_cells or self.silent
            case messages.Locate() | messages.RankQuestions():
                return self.hold_ranks or self.silent
            case _:
                return self.silent

    def of(self, kind: type[messages.Message]) -> list[Any]:
        return [request for request in self.sent if isinstance(request, kind)]

    def answer(self, request: messages.Request) -> None:
        match request:
            case messages.ListCatalog():
                self.deliver(msgspec.structs.replace(catalog(request.id), runs=self.runs))
            case messages.ListQuestions() if self.broken:
                self.deliver(msgspec.structs.replace(self.broken, id=request.id))
            case messages.ListQuestions():
                found = [
                    asked(number, request.lang)
                    for number in range(1, QUESTIONS + 1)
                    if request.text.lower() in question(number, request.lang).lower()
                ]
                shown = tuple(found[: request.limit])
                self.deliver(messages.Questions(id=request.id, questions=shown, total=len(found)))
            case messages.Search():
                ranking = self.ranking(request)
                figures = self.figures if request.query_id else None
                pool = dict.fromkeys(ranking.langs, 120)
                self.deliver(messages.Found(id=request.id, ranking=ranking, pool=pool, figures=figures))
            case messages.EstimateEncoding():
                self.deliver(msgspec.structs.replace(self.encoding, id=request.id))
            case messages.Locate():
                self.deliver(messages.Located(id=request.id, rank=1037))
            case messages.RankQuestions():
                self.deliver(rankings(request))
            case messages.Warm():
                self.deliver(messages.Done(id=request.id))
            case messages.FollowJobs():
                self.deliver(messages.JobList(id=request.id, jobs=self.jobs))
            case messages.EstimateEvaluation():
                lacking = tuple(each for each in request.systems if each in self.costs)
                self.deliver(messages.Estimated(id=request.id, estimate=self.estimate(request.data, lacking)))
            case messages.MeasureMatrices() if request.system in self.costs:
                estimate = self.estimate(request.data, (request.system,))
                self.deliver(messages.Measured(id=request.id, matrices={}, estimate=estimate))
            case messages.MeasureMatrices():
                wanted = request.measures == ("mrc",)
                found = {"mrc": consistency(request.system)} if wanted else matrices(request.system)
                label, notes = self.about.get(request.system, (request.system, ()))
                reply = messages.Measured(id=request.id, matrices=found, label=label, notes=notes)
                self.deliver(reply)
            case messages.JudgeCells():
                sure = certainty(request) if request.measure != "mrc" else None
                sure = sure and replace(sure, drawn=self.drawn)
                self.deliver(messages.Judged(id=request.id, certainty=sure))
            case messages.ListCellQueries():
                self.deliver(behind(request))
            case messages.ListEvaluations():
                self.deliver(messages.Evaluations(id=request.id, systems=self.systems))
            case messages.Summarise():
                self.deliver(messages.SystemSummary(id=request.id, figures=self._summed(request)))
            case messages.GetCurve():
                losses = tuple((10.0 * step, 3 / step + len(request.model) / 50) for step in range(1, 61))
                held_out = tuple((x, y + 0.2) for x, y in losses[9::10])
                self.deliver(messages.Curve(id=request.id, losses=losses, held_out=held_out))
            case _:
                reply = training_replies.answer(request, self.taken)
                if reply:
                    self.deliver(reply)

    def estimate(self, data: str, systems: tuple[str, ...]) -> messages.EvaluationEstimate:
        seconds = float(sum(self.costs[each] for each in systems))
        quick = seconds < 10
        return messages.EvaluationEstimate(
            data, systems, 24 * len(systems), seconds, quick=quick, guess=False
        )

    def tell_jobs(self, *jobs: messages.Job) -> None:
        """Tell how all jobs are from now on."""
        self.jobs = jobs
        for request in self.of(messages.FollowJobs)[-1:]:
            self.deliver(messages.JobList(id=request.id, jobs=jobs))

    def _summed(self, request: messages.Summarise) -> dict[str, SettingFigure]:
        every = summed(request)
        return {name: msgspec.structs.replace(each, drawn=self.drawn) for name, each in every.items()}

    def ranking(self, request: messages.Search) -> Ranking:
        langs = request.langs or CODES
        known = bool(request.query_id)
        found = [hit for hit in hits(self.texts, self.context, known=known) if hit.lang in langs]
        if order := self.orders.get(_model(request), "").split():
            by_lang = {hit.lang: hit for hit in found}
            placed = [by_lang[lang] for lang in order if lang in by_lang]
            found = [replace(hit, rank=rank, score=1 - rank / 100) for rank, hit in enumerate(placed, 1)]
        missing = 0 if request.encode else self.lacks.get(_model(request), 0)
        pool = 120 * len(langs) - missing
        return Ranking(
            system=request.system,
            data=request.data,
            query=request.query,
            query_lang="en" if request.query_lang == "auto" else request.query_lang,
            langs=langs,
            pool=pool,
            hits=tuple(found) if pool else (),
            seconds={"encode": 0.012, "search": 0.003},
            missing=missing,
        )


def _model(request: messages.Search) -> str:
    return request.system.partition("+")[0]


def asked(number: int, lang: str) -> messages.Question:
    return messages.Question(f"q{number}", lang, question(number, lang), "rivers", f"i{number}")


def rankings(request: messages.RankQuestions) -> messages.Rankings:
    """me5-small answers abc to each of four questions; the others the same to the third only."""
    other = ("abc", "abc") if request.system == "me5-small" else ("xyz", "acb")
    answers = {1: other[1], 2: other[0], 3: "abc", 4: "abx" if request.system != "me5-small" else "abc"}
    return messages.Rankings(
        id=request.id,
        questions=tuple(asked(number, request.lang) for number in answers),
        passages=tuple(map(tuple, answers.values())),
    )


def catalog(number: int) -> messages.Catalog:
    return messages.Catalog(
        id=number,
        collections=(
            messages.CollectionInfo("starter", CODES, 1320, 1320),
            messages.CollectionInfo("xquad-r", ("de", "el", "en"), 13090, 13014),
        ),
        models=(
            messages.ModelInfo("me5-small", "384 dimensions, 100 languages", True),
            messages.ModelInfo("use-m3", "512 dimensions, 16 languages", True),
            messages.ModelInfo("me5-hybrid", "me5-small, LoRA", True, sampler="hybrid"),
            messages.ModelInfo("labse", "768 dimensions", False, "a download of 1,884 MB"),
        ),
        samplers=(
            messages.SamplerInfo("mono", "one language a batch"),
            messages.SamplerInfo("cross", "two languages a row"),
            messages.SamplerInfo("hybrid", "some batches of each"),
        ),
    )


class Played:
    """An app and the fake engine behind it."""

    def __init__(
        self,
        models: tuple[str, ...] = ("me5-small", "use-m3"),
        query: str = "",
        keymap: dict[str, str] | None = None,
        ascii_only: bool = False,
    ) -> None:
        self.engine: FakeEngine
        begun = State("starter", models, query)
        self.app = ExploreApp(begun, self._make, keymap=keymap, ascii_only=ascii_only)

    def _make(self, deliver: Deliver) -> FakeEngine:
        self.engine = FakeEngine(deliver)
        return self.engine

    @property
    def row(self) -> PaneRow:
        return self.app.screen_stack[0].query_one(PaneRow)

    @property
    def panes(self) -> list[Pane]:
        return self.row.panes

    def request(self, pane: Pane) -> int:
        """The number of the last search in a pane's model."""
        return [search for search in self.engine.of(messages.Search) if search.system == pane.model][-1].id

    def detail(self, pane: Pane) -> str:
        return str(pane.query_one(".detail", Static).content)

    def facts(self, pane: Pane) -> str:
        """What the header tells of the ranking."""
        return str(pane.query_one(".facts", Static).content).replace("\n", " · ")

    def heads(self, pane: Pane) -> list[tuple[str, str]]:
        """The language and the move of each row."""
        return [(row.hit.lang, row.move) for row in pane.hits.rows]

    def notice(self, pane: Pane) -> str:
        """What stands in place of passages."""
        notice = pane.query_one(".notice", Static)
        return str(notice.content) if notice.display else ""

    def text(self, selector: str) -> str:
        """What a Static or Label of the screen in front says."""
        return str(self.app.screen.query_one(selector, Static).content)

    @property
    def notified(self) -> list[str]:
        """What the app has notified of."""
        return [note.message for note in self.app._notifications]

    def picture(self) -> str:
        """The screen as lines of text, as the compositor draws it."""
        return "\n".join(
            "".join(segment.text for segment in strip).rstrip()
            for strip in self.app.screen._compositor.render_strips()
        )


class Clock:
    """A clock that the test turns."""

    now = 1000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (pending, preloading):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the app draw at once, and the pilot wait until it has settled, however busy the machine is.

    What the app notifies of stays.
    """
    for module in (textual.app, textual.pilot):
        monkeypatch.setattr(module, "wait_for_idle", settled)
    monkeypatch.setattr(Pilot._wait_for_screen, "__defaults__", (None,))  # else it fails after 30 seconds
    monkeypatch.setattr(textual.screen, "UPDATE_PERIOD", 0.001)
    monkeypatch.setattr(ExploreApp, "NOTIFICATION_TIMEOUT", 3600.0)


@pytest.fixture(autouse=True)
def quick_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let apps share parsed stylesheets, and rules have the hash of any object: a quarter of all calls."""
    monkeypatch.setattr(Stylesheet, "_parse_rules", parsed_once)
    monkeypatch.setattr(RuleSet, "__hash__", object.__hash__)


@pytest.fixture(autouse=True)
def every_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw in every colour, whatever the terminal of the tests has."""
    monkeypatch.setattr(screen, "paint_of", lambda app: Paint.SHADES if app.no_color else Paint.TRUE)


@pytest.fixture
def eighteen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the collection have eighteen languages."""
    module = sys.modules[__name__]
    monkeypatch.setattr(module, "TEXTS", EIGHTEEN)
    monkeypatch.setattr(module, "CODES", tuple(EIGHTEEN))


@pytest.fixture
def played() -> Played:
    """The app on `starter` with both offline models."""
    return Played()
