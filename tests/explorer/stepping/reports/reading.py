"""Readers of exported reports that share nothing with what writes them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "nav", "ul", "li", "a", "figure",
    "section", "div", "span", "svg", "text", "line", "circle", "rect", "math", "mrow", "mi", "mo", "mn", "msub", "msup",
    "msubsup", "mfrac", "mover", "munder", "mspace", "mstyle", "mtext", "msqrt", "mtable", "mtr", "mtd",
}  # fmt: skip
VOID = {"meta"}
FORBIDDEN = (
    r"\\(input|include|write|openin|openout|read|catcode|def|let|csname|immediate|special|usepackage|newcommand)\b"
)
COMMANDS = re.compile(r"\\([A-Za-z]+)")


class Page(HTMLParser):
    """Notes tags, attributes and texts, and fails on what is not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, key, value) for key, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, key, value) for key, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def check_page(html: str) -> Page:
    """A page that nothing can run in, and that loads nothing."""
    page = Page(html)
    assert set(page.tags) <= TAGS
    for tag, key, value in page.attributes:
        assert not key.startswith("on"), key
        assert key not in ("src", "srcset", "action", "formaction", "data", "background", "ping", "srcdoc")
        if key == "href":
            assert tag == "a"
            assert (value or "").startswith("#")
    assert page.tags.count("style") == 1
    style = html.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    return page


def maths(html: str) -> list[ElementTree.Element]:
    """The formulas of a page."""
    return [ElementTree.fromstring(found) for found in re.findall(r"<math.*?</math>", html, re.DOTALL)]


def results(html: str) -> list[str]:
    """The numbers in the accent colour, in order, as they are read."""
    return [
        "".join(element.itertext())
        for math in maths(html)
        for element in math.iter()
        if element.get("class") == "value"
    ]


def check_latex(document: str) -> None:
    """Balanced, with known commands alone outside of the preamble, and characters that every TeX can set."""
    preamble, _, body = document.partition("\\begin{document}")
    assert "\\usepackage{amsmath}" in preamble
    assert not re.search(FORBIDDEN, body)
    bare = re.sub(r"\\\\|\\[{}%&#$_ ]", "", body)
    assert "%" not in bare
    assert "#" not in bare
    depth = 0
    for mark in bare:
        depth += (mark == "{") - (mark == "}")
        assert depth >= 0
    assert depth == 0
    assert bare.count("$") % 2 == 0
    begun: list[str] = []
    for what, name in re.findall(r"\\(begin|end)\{(\w+\*?)\}", body):
        if what == "begin":
            begun.append(name)
        elif name != "document":
            assert begun.pop() == name
    assert begun == []
    known = set(COMMANDS.findall(KNOWN))
    assert set(COMMANDS.findall(bare)) <= known, set(COMMANDS.findall(bare)) - known
    assert all(mark == "\n" or " " <= mark <= "~" or ("À" <= mark <= "ſ") for mark in body)
    for line in re.findall(r"\\begin\{align\*\}(.*?)\\end\{align\*\}", body, re.DOTALL):
        assert "\n\n" not in line  # an empty line would end the paragraph, which is an error in a display


KNOWN = r"""
\begin \end \section \subsection \paragraph \emph \frac \tfrac \sum \partial \delta \eta \epsilon \varepsilon \alpha
\beta
\sigma \mu \gamma \Delta \cdot \cdots \hat \mathbf \mathrm \operatorname \text \textbackslash \textasciitilde \leftarrow
\textasciicircum \textquotedbl \textless \textgreater \textbar \textasciigrave \textquotesingle \times \infty \dots \leq
\geq \nncharacter \sqrt \ln \tanh \max \min \cases \pi \quad
"""
