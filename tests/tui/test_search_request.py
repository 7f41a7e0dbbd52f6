import pytest

from hybrid_tui.engine import messages
from hybrid_tui.errors import UsageError
from hybrid_tui.tui.search_request import SearchRequest


def test_what_is_typed_is_cleaned() -> None:
    request = SearchRequest("starter", " a\x1b[31m\nb\ud800 ", query_lang="de", langs=("en",)).of("m")
    assert request == messages.Search(
        data="starter",
        system="m",
        query="a [31m b\N{REPLACEMENT CHARACTER}",
        query_lang="de",
        langs=("en",),
        k=20,
    )


def test_a_question_of_the_collection_goes_by_its_number_and_language() -> None:
    question = messages.Question("q7", "th", "ถาม?")
    request = SearchRequest("starter", "ถาม?", question, query_lang="de").of("m")
    assert (request.query_id, request.query_lang, request.query) == ("q7", "th", "ถาม?")


@pytest.mark.parametrize("text", ["", " \x00\n", "x" * 10_001])
def test_a_text_that_cannot_be_searched_for(text: str) -> None:
    with pytest.raises(UsageError):
        SearchRequest("starter", text).of("m")
