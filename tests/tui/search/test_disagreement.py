"""Questions in the order of disagreement: ranked in the background, gone through, cancelled."""

import msgspec
import pytest

from hybrid_tui.engine import messages
from hybrid_tui.tui.search.disagreement import DisagreementWalk, RankingScope
from hybrid_tui.tui.search.disagreement_order import least_similar_first

from ..conftest import Played, rankings
from ..waiting import until
from .linked import Linked

WIDE = (140, 40)


def status(played: Played) -> str:
    return str(played.app.screen_stack[0].query_one("#message").content)


def asked_last(played: Played) -> str:
    return played.engine.of(messages.Search)[-1].query_id


async def test_n_goes_to_the_question_answered_least_similarly(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("down", "n")
        await pilot.pause()
        ranked = played.engine.of(messages.RankQuestions)
        assert [(request.system, request.lang, request.k) for request in ranked] == [
            ("me5-small", "en", 20),
            ("use-m3", "en", 20),
        ]
        assert asked_last(played) == "q2"
        assert status(played) == "question 1 of 4 · RBO .000 against me5-small"
        for number, key in (("q4", "n"), ("q1", "ctrl+n"), ("q4", "N"), ("q2", "ctrl+b")):
            await pilot.press(key)
            await pilot.pause()
            assert asked_last(played) == number
        await pilot.press("ctrl+b")
        assert "first question" in status(played)
        assert len(played.engine.of(messages.RankQuestions)) == 2


async def test_the_measure_is_chosen(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+n")
        await pilot.pause()
        await pilot.press("ctrl+o", *"jac", "enter")
        await pilot.press("ctrl+n", "ctrl+n", "ctrl+n")
        await pilot.pause()
        assert asked_last(played) == "q1"
        assert "Jaccard 1.000" in status(played)


@pytest.mark.parametrize(
    "change",
    [
        lambda screen: screen.set_model("labse"),
        lambda screen: screen.show_models(["labse", "use-m3"]),
        lambda screen: screen.set_passage_languages(("de", "en")),
    ],
    ids=["model", "models", "languages"],
)
async def test_how_much_they_agree_is_told_no_more_of_others(played: Played, change) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert "RBO" in status(played)
        if waits := change(played.app.screen):
            await waits
        await until(pilot, lambda: status(played).startswith("question in English"))


async def test_ranking_tells_its_progress_and_is_cancelled(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.engine.hold_ranks = True
        await pilot.press("ctrl+n")
        ranked = played.engine.of(messages.RankQuestions)
        step = messages.Progress(id=ranked[0].id, step="ranking questions", done=7, total=120)
        played.engine.deliver(step)
        await pilot.pause()
        assert status(played) == "me5-small: ranking questions 7/120 · Esc cancels"
        await pilot.press("ctrl+n")
        assert "ranking questions" in status(played)
        await pilot.press("escape")
        assert [cancel.target for cancel in played.engine.of(messages.Cancel)] == [each.id for each in ranked]
        assert status(played) == "cancelled"
        assert asked_last(played) == "q1"
        played.engine.hold_ranks = False
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert asked_last(played) == "q2"


async def test_a_lost_engine_ends_it_and_the_next_one_is_asked_anew(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.engine.hold_ranks = True
        played.engine.orders = {"use-m3": "de en"}
        await pilot.press("enter", "down", "p", "ctrl+n")
        assert len(played.engine.of(messages.Locate)) == 1
        played.engine.die()
        await pilot.pause()
        played.engine.hold_ranks = False
        await pilot.press("enter")
        await pilot.pause()
        assert len(played.engine.of(messages.Locate)) == 2
        assert played.text("#pin").endswith("use-m3 #1,037")
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert asked_last(played) == "q2"


@pytest.mark.parametrize(
    "change",
    [lambda screen: screen.show_models(["me5-small", "use-m3"]), lambda screen: screen.refresh_catalog()],
    ids=["shown again", "others added or removed"],
)
async def test_models_may_be_others_of_the_same_names(played: Played, change) -> None:
    """A training that is done again writes other models under the names that the panes have."""
    played.engine.orders = {"use-m3": "de en"}
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+n")
        await pilot.pause()
        await pilot.press("down", "p")
        await pilot.pause()
        catalogs = len(played.engine.of(messages.ListCatalog))
        if waits := change(played.app.screen):
            await waits
        await until(pilot, lambda: all(pane.ranking for pane in played.panes))
        played.app.screen.search()
        await pilot.pause()
        assert len(played.engine.of(messages.ListCatalog)) == catalogs + 1
        assert len(played.engine.of(messages.Locate)) == 2, "where the pinned passage is, is asked anew"
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert len(played.engine.of(messages.RankQuestions)) == 4


async def test_what_is_no_longer_on_screen_is_ranked_in_vain(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.engine.hold_ranks = True
        await pilot.press("ctrl+n")
        asked = played.engine.of(messages.RankQuestions)
        await played.app.screen.set_model("labse")
        await until(pilot, lambda: not played.panes[0].busy)
        for request in asked:
            played.engine.answer(request)
        await pilot.pause()
        assert "stopped ranking" in status(played)
        assert asked_last(played) == "q1"


async def test_a_failure_is_told_and_ends_it(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.engine.hold_ranks = True
        await pilot.press("ctrl+n")
        first = played.engine.of(messages.RankQuestions)[0]
        played.engine.deliver(messages.Failure(id=first.id, message="no memory", hint="close a pane"))
        await pilot.pause()
        assert status(played) == "✗ no memory: close a pane"


async def test_one_model_has_nothing_to_disagree_with() -> None:
    played = Played(models=("me5-small", "me5-small"))
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+n")
        assert "only one model" in status(played)
        assert played.engine.of(messages.RankQuestions) == []


def test_the_order_is_that_of_the_mean_over_the_others() -> None:
    def of(model: str) -> messages.Rankings:
        return rankings(messages.RankQuestions(data="d", system=model, lang="en"))

    base, other = of("me5-small"), of("use-m3")
    assert [each.question.query_id for each in least_similar_first(base, [other], "RBO")] == [
        "q2",
        "q4",
        "q1",
        "q3",
    ]
    assert [each.similarity for each in least_similar_first(base, [other, base], "Jaccard")] == [
        0.5,
        0.75,
        1,
        1,
    ]


class Walked(Linked):
    """A walk, what is on screen, and what it has shown and said."""

    lacking = ()

    def __init__(self) -> None:
        super().__init__()
        self.scope = RankingScope("starter", "en", (), ("me5-small", "use-m3"))
        self.said: list[str] = []
        self.shown: list[str] = []
        self.walk = DisagreementWalk(self.link, self)

    def say(self, text: str, *, problem: bool = False, keys: str = "") -> None:
        self.said.append(text)

    def run_question(self, question: messages.Question, note: str = "") -> None:
        self.shown.append(question.query_id)
        self.said.append(note)


def test_a_walk_ranks_once_and_goes_on_from_there() -> None:
    here = Walked()
    here.walk.step(1)
    assert here.walk.busy
    assert here.shown == []
    here.deliver()
    for by in (1, 1, -1, -1, -1):
        here.walk.step(by)
    assert here.shown == ["q2", "q4", "q1", "q4", "q2"]
    assert here.said[-1].startswith("this is the first question")
    assert len(here.engine.of(messages.RankQuestions)) == 2
    assert not here.walk.busy


def test_a_walk_tells_which_models_were_trained_on_the_questions() -> None:
    here = Walked()
    here.engine.hold_ranks = True
    here.walk.step(1)
    for request in here.engine.of(messages.RankQuestions):
        trained = 3 if request.system == "use-m3" else 0
        here.deliver(msgspec.structs.replace(rankings(request), trained_on=trained))
    assert here.said[-1] == (
        "question 1 of 4 · RBO .000 against me5-small · † trained on some of them: use-m3"
    )


def test_another_measure_begins_a_walk_anew_without_ranking_anew() -> None:
    here = Walked()
    here.walk.step(1)
    here.deliver()
    here.walk.order_by("Jaccard")
    for _ in range(4):
        here.walk.step(1)
    assert here.said[-1] == "question 4 of 4 · Jaccard 1.000 against me5-small"
    assert len(here.engine.of(messages.RankQuestions)) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [({"systems": ("me5-small",)}, "only one model"), ({"lang": ""}, "not open yet")],
)
def test_a_walk_that_cannot_begin_says_why(change: dict, told: str) -> None:
    here = Walked()
    here.scope = here.scope._replace(**change)
    here.walk.step(1)
    assert told in here.said[-1]
    assert here.engine.sent == []


def test_answers_for_what_is_not_on_screen_any_more_end_the_ranking() -> None:
    here = Walked()
    here.walk.step(1)
    here.scope = here.scope._replace(langs=("de",))
    here.deliver()
    assert "stopped ranking" in here.said[-1]
    assert here.shown == []
    here.walk.step(1)
    here.deliver()
    assert here.shown == ["q2"]


def test_what_a_stopped_engine_was_asked_is_asked_again() -> None:
    here = Walked()
    here.walk.step(1)
    here.link.forget()
    here.walk.stop()
    here.walk.step(1)
    here.deliver()
    assert here.shown == ["q2"]
