from __future__ import annotations

import os

import msgspec

from hybrid_tui.jobs import job_names, notes

from .test_running import note


def test_the_latest_is_first_and_a_kind_can_be_asked_for():
    for at, (name, kind) in enumerate((("old", "training"), ("x:y+z@.5", "evaluation"), ("new", "training"))):
        notes.write(note(name, kind))
        os.utime(job_names.file_of(name, "json"), ns=(at, at))
    assert [each.name for each in notes.known()] == ["new", "x:y+z@.5", "old"]
    assert [each.name for each in notes.known("training")] == ["new", "old"]


def test_what_cannot_be_read_is_not_known():
    notes.write(note("mine"))
    file = job_names.file_of("mine", "json")
    assert msgspec.json.decode(file.read_bytes())["title"] == "mine [/x]"
    for torn in (b"{torn", b"\xff", b"[" * 100_000, b'{"kind": "training"}'):
        file.write_bytes(torn)
        assert notes.known() == []


def test_the_last_words_are_told_without_empty_lines():
    assert notes.last_words("mine", 3) == ""
    notes.write(note("mine"))
    job_names.file_of("mine", "log").write_bytes(b"one\n\ntwo\n\xff\n   \n")
    assert notes.last_words("mine", 2) == "two\n\ufffd"


def test_of_those_that_ended_well_the_latest_are_kept():
    for name, ended in (("a", "well"), ("b", "stopped"), ("c", "well"), ("d", "failed"), ("e", "well")):
        notes.write(note(name, "evaluation", ended=ended))
        job_names.file_of(name, "log").touch()
    notes.write(note("other", ended="well"))
    notes.forget_ended("evaluation", keep=1)
    assert {each.name for each in notes.known()} == {"b", "d", "e", "other"}
    assert not job_names.file_of("a", "log").exists()
