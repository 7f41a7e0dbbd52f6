"""The prose of a Markdown page: what a reader reads, without marks, code and tags."""

from __future__ import annotations

import re

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TARGET = r"(?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\[\]\n]*\])"
_IMAGE = re.compile(rf"!\[([^\[\]\n]*)\]{_TARGET}")
_LINK = re.compile(rf"\[([^\[\]\n]+)\]{_TARGET}")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]\n]+\]:.*$", re.MULTILINE)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]*>|<https?://[^<>\s]*>")
_RULE = re.compile(r"^[ \t]*(?:[-*_=][ \t]*){3,}$|^[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+[ \t:-]*$", re.MULTILINE)
_BLOCK = re.compile(r"^[ \t]*(#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\d{1,3}[.)][ \t]+)", re.MULTILINE)
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t].*$", re.MULTILINE)
_ROW = re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.MULTILINE)
_MARK = re.compile(r"(\*\*|__|~~|`+)|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")


def prose(text: str) -> str:
    """Return the prose of a Markdown page; headings, list entries and table rows are paragraphs."""
    found = text.replace("\r\n", "\n")
    for pattern in (_FRONT, _FENCED, _COMMENT, _REFERENCE, _RULE):
        found = pattern.sub("", found)
    found = _TAG.sub("", _LINK.sub(r"\1", _IMAGE.sub(r"\1", found)))
    found = _ROW.sub(lambda row: "\n" + row[1].replace("|", " ") + "\n", found)
    found = _BLOCK.sub("\n", _HEADING.sub(_ended, found))
    return _MARK.sub("", found)


def _ended(heading: re.Match[str]) -> str:
    """Return a heading without the marks at its end, if any, and with an end of its own."""
    text = heading[0].rstrip(" \t")
    bare = text.rstrip("#")
    return f"{bare if bare.endswith((' ', chr(9))) else text}\n"
