"""Passages of documents: chunks, their languages, and what is left out."""

from __future__ import annotations

from hybrid_tui.corpus import catalog
from hybrid_tui.corpus.documents.document import Document
from hybrid_tui.corpus.documents.passages import passages
from hybrid_tui.corpus.notes import Notes


def texts(lang: str, count: int) -> list[str]:
    return catalog.load("starter").passages.filter(lang=lang)["text"].head(count).to_list()


def test_languages_are_found_also_within_one_document() -> None:
    mixed = Document("mixed.txt", "\n\n".join([*texts("de", 12), *texts("th", 12)]))
    found = passages([mixed, Document("en.txt", "\n\n".join(texts("en", 6)))], Notes(), 60)
    assert set(found["lang"]) == {"de", "en", "th"}
    assert set(found.filter(document="en.txt")["lang"]) == {"en"}
    assert found["passage_id"].is_unique().all()


def test_a_stray_guess_is_no_language() -> None:
    english = Document(
        "a.txt", "\n\n".join([*texts("en", 40), "Gallia est omnis divisa in partes tres, quarum."])
    )
    found = passages([english], Notes(), 8)
    assert set(found["lang"]) == {"en"}


def test_a_told_language_is_believed_and_leavings_are_counted() -> None:
    notes = Notes()
    told = Document("rows:1", texts("en", 1)[0], "deu")
    found = passages([told, Document("numbers", "1 2 3"), Document("again", told.text)], notes)
    assert found["lang"].to_list() == ["de"]
    assert any("fewer than" in line for line in notes.lines)
    assert any("repeat another" in line for line in notes.lines)
