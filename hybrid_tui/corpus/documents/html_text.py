"""The text of an HTML page that a reader sees."""

from __future__ import annotations

from html.parser import HTMLParser

_UNSEEN = frozenset(("head", "script", "style", "template", "noscript", "svg", "nav", "footer", "select"))
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section"),
        *("table", "td", "th", "tr", "ul", *_UNSEEN),
    )
)
_HEAD_ENDS = frozenset(("body", "article", "main", "h1", "p", "div"))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag in _HEAD_ENDS and self._unseen == ["head"]:
            self._unseen = []  # a page may leave </head> out
        if tag in _UNSEEN:
            self._unseen.append(tag)
        if tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_startendtag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            while self._unseen.pop() != tag:
                pass
        if tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data.replace("\n", " "))


def text_of(page: str) -> str:
    """Return what a reader sees of a page, each block a paragraph; without menus, scripts and styles."""
    parser = _Page()
    parser.feed(page)
    parser.close()
    return "".join(parser.parts)
