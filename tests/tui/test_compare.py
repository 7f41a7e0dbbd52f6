"""Panes against the first one: moves, figures, differences, scrolling together, the pinned passage."""

from textual.pilot import Pilot

from hybrid_tui.engine import messages
from hybrid_tui.tui.widgets.mix_bar import MixBar

from .conftest import CODES, Played

WIDE, NARROW = (140, 40), (80, 24)
FIGURES = messages.RankFigures(0.8331, 2, 1204, 11)


async def set_apart(played: Played, pilot: Pilot) -> None:
    """Let use-m3 answer otherwise than me5-small, whose order is that of the codes; go to the first pane."""
    played.engine.orders = {"use-m3": "de ar el hi es zh"}
    played.engine.figures = FIGURES
    await pilot.press("enter")
    await pilot.pause()
    await pilot.press("down")


async def test_rows_tell_how_they_moved_and_what_is_gone(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await set_apart(played, pilot)
        base, other = played.panes
        assert played.heads(base) == [(code, "") for code in CODES]
        assert other.hits.current.hit.lang == "de"
        assert played.heads(other)[:6] == [
            ("de", "▲1"),
            ("ar", "▼1"),
            ("el", "="),
            ("hi", "▲2"),
            ("es", "="),
            ("zh", "▲5"),
        ]
        assert played.heads(other)[6:] == [(code, "gone") for code in ("en", "ru", "th", "tr", "vi")]
        assert "gone: 5, in the top 11 of me5-small only" in played.picture()
        await pilot.press("right", "end", "enter")
        await pilot.pause()
        assert played.text(".title").startswith("me5-small · rank 10 · ")


async def test_the_header_tells_exact_figures_and_the_overlap(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await set_apart(played, pilot)
        base, other = map(played.facts, played.panes)
        for told in (base, other):
            assert told.startswith("AP .833  best #2  rank distance 1,204")
        assert base.endswith("base")
        assert "6/11 shared" in other
        assert "RBO ." in other
        assert "▲3 ▼1" in other
        assert "top 6" in played.picture()
        assert "pool" in played.picture()


async def test_the_sampler_of_a_trained_model_is_told() -> None:
    played = Played(models=("me5-hybrid",))
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert played.detail(played.panes[0]) == "hybrid · 15 ms"
        assert "RBO" not in played.facts(played.panes[0])
        assert "base" not in played.facts(played.panes[0])


async def test_one_language_has_no_mix(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert played.panes[0].query_one(MixBar).display
        played.app.screen.set_passage_languages(("de",))
        await pilot.pause()
        assert not played.panes[0].query_one(MixBar).display


async def test_nothing_is_compared_to_a_pane_that_has_not_answered(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        played.engine.held = {"me5-small"}
        field = played.app.screen.query_one("#query")
        field.value = "another"
        await pilot.press("enter")
        await pilot.pause()
        other = played.panes[1]
        assert {move for _, move in played.heads(other)} == {""}
        played.engine.answer(played.engine.of(messages.Search)[-2])
        await pilot.pause()
        assert {move for _, move in played.heads(other)} == {"="}
        await pilot.press("enter", "escape")
        assert {move for _, move in played.heads(other)} == {""}


async def test_only_what_differs_is_shown_on_d_and_all_again(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await set_apart(played, pilot)
        await pilot.press("d")
        base, other = played.panes
        gone = [("en", "gone"), ("ru", "gone"), ("th", "gone"), ("tr", "gone"), ("vi", "gone")]
        assert played.heads(other) == [("de", "▲1"), ("ar", "▼1"), ("hi", "▲2"), ("zh", "▲5"), *gone]
        assert [lang for lang, _ in played.heads(base)] == [
            code for code in CODES if code not in {"el", "es"}
        ]
        assert "differences only" in played.facts(base)
        await pilot.press("ctrl+g")
        assert len(played.heads(base)) == len(CODES)


async def test_panes_that_agree_have_no_differences(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("down", "ctrl+g")
        assert [played.heads(pane) for pane in played.panes] == [[], []]
        assert "no differences" in played.facts(played.panes[1])
        await pilot.press("down", "enter", "p")


async def test_panes_scroll_together_once_told(played: Played) -> None:
    async with played.app.run_test(size=(140, 24)) as pilot:
        await pilot.pause()
        first, second = (pane.hits for pane in played.panes)
        await pilot.press("down", "end")
        assert second.current.hit.rank == 1
        await pilot.press("s")
        await pilot.pause()
        assert second.current.hit.rank == 11
        assert second.scroll_offset.y > 0
        await pilot.press("home", "down")
        await pilot.pause()
        assert (second.current.hit.rank, second.scroll_offset.y) == (2, first.scroll_offset.y)
        await pilot.press("ctrl+y", "end")
        assert second.current.hit.rank == 2


async def test_a_pane_that_was_behind_comes_to_the_same_place(played: Played) -> None:
    async with played.app.run_test(size=NARROW) as pilot:
        await pilot.pause()
        await pilot.press("down", "ctrl+y", "end", "right")
        await pilot.pause()
        assert played.panes[1].hits.current.hit.rank == 11
        assert "尼罗河" in played.picture()


async def test_a_pinned_passage_is_told_in_every_pane(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await set_apart(played, pilot)
        await pilot.press("down", "p")
        await pilot.pause()
        assert played.text("#pin") == "◆ de-1: me5-small #2, use-m3 #1"
        assert played.engine.of(messages.Locate) == []
        assert "  2◆· de" in played.picture()
        await pilot.press("p")
        assert not played.app.screen.query_one("#pin").display
        played.engine.hold_ranks = True
        await pilot.press("down", "down", "ctrl+t")
        assert played.text("#pin") == "◆ en-1: me5-small #4, use-m3 not in top 6"
        (locate,) = played.engine.of(messages.Locate)
        played.engine.answer(locate)
        await pilot.pause()
        assert (locate.passage_id, locate.search.system, locate.search.query_id) == ("en-1", "use-m3", "q1")
        assert played.text("#pin") == "◆ en-1: me5-small #4, use-m3 #1,037"


async def test_a_pin_stays_with_its_item_and_goes_with_the_next(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("down", "p")
        screen = played.app.screen
        for question in (messages.Question("q1", "th", "ไหน", "", "i1"), messages.Question("", "", "")):
            if question.query_id:
                screen.run_question(question)
            else:
                screen.query_one("#query").value = "typed"
                screen.query_one("#query").focus()
                await pilot.press("enter")
            await pilot.pause()
            assert played.text("#pin").startswith("◆ ar-1: me5-small #1")
            assert screen.query_one("#pin").display
        screen.run_question(messages.Question("q2", "th", "ไหน", "", "i2"))
        await pilot.pause()
        assert not screen.query_one("#pin").display


async def test_every_line_keeps_its_width_with_moves_and_marks(played: Played) -> None:
    async with played.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await set_apart(played, pilot)
        await pilot.press("escape", *"Nil", "enter")
        await pilot.pause()
        for width in (140, 83, 60):
            await pilot.resize_terminal(width, 40)
            await pilot.pause()
            for pane in played.panes:
                if pane.display:
                    hits, mix = pane.hits, pane.query_one(MixBar)
                    wide = hits.scrollable_content_region.width
                    assert {hits.render_line(y).cell_length for y in range(hits.size.height)} == {wide}
                    assert {mix.render_line(y).cell_length for y in range(3)} == {mix.size.width}
