"""What a page must be, whatever it shows: well-formed, alone in the world, and without power."""

import re
from collections import Counter
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr", "col"}
LOADING = {"src", "srcset", "poster", "data", "action", "formaction", "background", "ping", "manifest"}
HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> \u202egnp.exe\u202c \x1b[31m\x07 ]]> {{ 7 * 7 }} &amp;"
)
"""What a page shows as text: markup, a right-to-left override, an escape sequence, a bell, a template."""

PLAIN_ROW = {
    "document_id": "0f" * 16,
    "raw_path": "notes/a.txt",
    "raw_record": "",
    "title": None,
    "author": None,
    "published_at": None,
    "url": None,
    "language": "en",
    "language_confidence": 0.9,
    "encoding": "utf-8",
    "encoding_method": "utf-8",
    "fixes": [],
}
"""A published row of which nothing is known but what must be."""


class PageChecker(HTMLParser):
    """Reads a page strictly: `faults` has whatever is wrong with it, `texts` what it says, `starts` its elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.texts: list[str] = []
        self.starts: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        names = [name for name, _ in attrs]
        self.faults += [f"<{tag}> has {name} twice" for name, count in Counter(names).items() if count > 1]
        self.starts.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag) -> None:
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self._open[-1:]}, line {self.getpos()[0]}")
        else:
            self._open.pop()

    def handle_data(self, data) -> None:
        if not self._open or self._open[-1] != "style":
            self.texts.append(data)

    def close(self) -> None:
        super().close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]


def check_page(page: str) -> PageChecker:
    """The page as it was read; `AssertionError` where it is not well-formed, or loads, runs or reaches anything."""
    checker = PageChecker()
    checker.feed(page)
    checker.close()
    assert not checker.faults, checker.faults
    assert page.startswith("<!doctype html>")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)
    ids = Counter(facts["id"] for _, facts in checker.starts if "id" in facts)
    twice = [name for name, count in ids.items() if count > 1]
    assert not twice, twice
    for tag, facts in checker.starts:
        assert tag not in {"script", "iframe", "object", "embed", "base", "img"}, tag
        assert not {name for name in facts if name.startswith("on")}, facts
        assert not LOADING & facts.keys(), facts
        link = facts.get("href") or ""
        assert link.startswith(("#", "data:,", "file:///", "./", "../")) or re.fullmatch(r"[\w.-]+", link or "x"), link
        assert "url(" not in (facts.get("style") or "")
    assert any(facts.get("http-equiv") == "Content-Security-Policy" for _, facts in checker.starts)
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)
    assert style
    assert not re.search(r"url\(|@import|//[\w-]+\.", style[1])
    return checker
