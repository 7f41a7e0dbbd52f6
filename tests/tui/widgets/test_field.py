import pytest
from textual.app import App, ComposeResult
from textual.events import Paste

from hybrid_tui.engine import messages
from hybrid_tui.tui.widgets.field import Field

from ..conftest import Played


class OneField(App[None]):
    CSS = "Field { width: 20; padding: 0; }"

    def __init__(self, value: str) -> None:
        super().__init__()
        self._value = value

    def compose(self) -> ComposeResult:
        yield Field(self._value)

    @property
    def field(self) -> Field:
        return self.query_one(Field)

    def drawn(self) -> str:
        return "".join(segment.text for segment in self.field.render_line(0))[:20]

    def marked(self) -> str:
        """The text under the cursor."""
        style = self.field.get_component_rich_style("input--cursor")
        return "".join(
            s.text for s in self.field.render_line(0) if s.style and s.style.bgcolor == style.bgcolor
        )


async def test_several_pasted_lines_become_one() -> None:
    async with OneField("old").run_test() as pilot:
        field = pilot.app.field
        field.select_all()
        pilot.app.field.post_message(Paste("first line\r\nsecond\tline\n"))
        await pilot.pause()
        assert field.value == "first line  second line"
        field.post_message(Paste("!"))
        await pilot.pause()
        assert field.value == "first line  second line!"


@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\x00b", "a\ud800b", "a\u2028b"])
async def test_what_no_terminal_can_draw_becomes_a_space(text: str) -> None:
    async with OneField(text).run_test() as pilot:
        assert pilot.app.field.value.startswith("a ")
        pilot.app.field.value = text + text
        await pilot.pause()
        assert pilot.app.drawn().encode()


async def test_right_to_left_text_is_drawn_from_the_right_with_the_cursor_where_it_goes_on() -> None:
    async with OneField("נהר ארוך").run_test() as pilot:
        assert pilot.app.drawn() == "ךורא רהנ".rjust(20)
        assert pilot.app.marked() == " "
        await pilot.press("home")
        assert pilot.app.marked() == "נ"
        await pilot.press("right")
        assert pilot.app.marked() == "ה"


async def test_typing_goes_on_at_the_logical_end() -> None:
    async with OneField("נה").run_test() as pilot:
        await pilot.press("ר", "?")
        assert pilot.app.field.value == "נהר?"
        assert pilot.app.drawn().strip() == "?רהנ"


async def test_a_left_to_right_text_with_a_right_to_left_word() -> None:
    async with OneField("the word נהר").run_test() as pilot:
        assert pilot.app.drawn().rstrip() == "the word רהנ"


@pytest.mark.parametrize(
    ("key", "shown"), [("home", "אאאאאאאאאאאאאאאאאאאא"), ("end", " תתתתתתתתתתתתתתתתתתת")]
)
async def test_a_long_text_shows_the_part_with_the_cursor(key: str, shown: str) -> None:
    async with OneField("א" * 30 + "ת" * 30).run_test() as pilot:
        await pilot.press(key)
        assert pilot.app.drawn() == shown


async def test_arabic_letters_are_joined_and_count_as_typed() -> None:
    async with OneField("سلام").run_test() as pilot:
        assert len(pilot.app.drawn().strip()) == 4
        await pilot.press("backspace")
        assert pilot.app.field.value == "سلا"


async def test_what_a_question_begins_with_is_seen_and_typing_replaces_it(played: Played) -> None:
    async with played.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        long = "What was it, of all that one could ask of rivers, that nobody knew before the year 1770?"
        played.app.screen.run_question(messages.Question("q1", "en", long, "rivers", "i1"))
        await pilot.pause()
        assert played.picture().lstrip().startswith("What was it")
        field = played.app.screen.query_one("#query", Field)
        await pilot.press("end", "!")
        assert field.value == f"{long}!"
        played.app.screen.run_question(messages.Question("q1", "en", long, "rivers", "i1"))
        await pilot.press(*"new")
        assert field.value == "new"


@pytest.mark.parametrize(("cell", "place"), [(19, 0), (18, 1), (11, 8), (10, 9), (0, 9)])
async def test_a_click_puts_the_cursor_on_the_letter_that_is_drawn_there(cell: int, place: int) -> None:
    async with OneField("שלום עולם").run_test() as pilot:
        await pilot.click(Field, offset=(cell, 0))
        assert pilot.app.field.cursor_position == place


async def test_a_click_in_mixed_text_finds_its_letter_however_far_it_is_scrolled() -> None:
    text = "abc נהר " + "x" * 30
    async with OneField(text).run_test() as pilot:
        field = pilot.app.field
        for at in (0, 4, 6, 20):
            field.cursor_position = at
            await pilot.pause()
            shown = pilot.app.drawn()
            for cell, letter in enumerate(shown.rstrip()):
                assert text[field._cell_offset_to_index(cell)] == letter
