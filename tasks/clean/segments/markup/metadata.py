"""Title, author, time and address that a page's head declares: Open Graph, schema.org, <meta>, <time>, <title>."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tasks.clean.segments.dates import read_iso_time
from tasks.clean.segments.markup.names import class_marks
from tasks.clean.segments.markup.tags import TAG_BIT

TITLES = ("og:title", "twitter:title", "dc.title")
AUTHORS = ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl")
TIMES = (
    "article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "pubdate", "parsely-pub-date",
    "publishdate", "sailthru.date", "og:published_time", "dcterms.created", "article.published",
)  # fmt: skip
ADDRESSES = ("og:url",)

LONGEST_SCHEMA = 500_000
"""Characters of schema.org JSON that are read; beyond that it is a page of data, not about the page."""

# What a template adds behind the title: the section and the site.
_SITE = re.compile(
    r"(?:(?:\s(?:[|·•»›]|::)\s|\s?｜\s?)[^|｜·•›:]{1,60}){1,3}$"
    r"|\s[-–—]\s(?:(?!\s-\s)[^|·•»›–—]){1,60}$|(?<=\S)_[^_]{0,39}[\u3040-\u30ff\u4e00-\u9fff][^_]{0,39}$"
)
_ARTICLES = frozenset(
    {"article", "newsarticle", "blogposting", "reportagenewsarticle", "discussionforumposting", "technicalarticle",
     "recipe", "question", "opinionnewsarticle", "scholarlyarticle", "liveblogposting"}
)  # fmt: skip
_PAGES = frozenset({"webpage", "qapage"})  # these say of the page what an article on it says better
_APART = frozenset({"aside", "nav", "footer", "li"})
_OTHERS = TAG_BIT["class_comment"] | TAG_BIT["class_related"]

TIMES_TRIED = 10
"""Elements with a time, of which the first that is the page's own counts."""


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What a page declares of itself; None where it does not.

    `shown_at` is what an element of the article says, of which nobody knows of what it is the time; it is looked for
    only where `published_at` is None.
    """

    title: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    url: str | None = None
    shown_at: datetime | None = None


def read_page_metadata(tree: LexborHTMLParser) -> PageMetadata:
    """Read what the head of a page says; where several places do, Open Graph and <meta> come before schema.org."""
    declared: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").lower()
        content = (attributes.get("content") or "").strip()
        if name and content:
            declared.setdefault(name, content)
    schema = _read_schema(tree)
    title = _first(declared, TITLES) or schema.get("headline") or _document_title(tree)
    author = _first(declared, AUTHORS)
    if author is None or "://" in author:
        author = schema.get("author")
    published = _first_time(_declared_times(tree, declared, schema))
    return PageMetadata(
        _clean(title),
        _clean(author),
        published,
        _find_address(tree, _address(_first(declared, ADDRESSES))),
        None if published else _first_time(_shown_times(tree)),
    )


def _declared_times(
    tree: LexborHTMLParser, declared: Mapping[str, str], schema: Mapping[str, str]
) -> Iterator[str | None]:
    yield from (declared.get(name) for name in TIMES)
    yield schema.get("datePublished")
    yield _attribute(tree, "time[itemprop=datePublished]", "datetime")


def _find_address(tree: LexborHTMLParser, declared: str | None) -> str | None:
    """The canonical address of a page, from its base or from what it declares where it is relative."""
    url = _attribute(tree, 'link[rel="canonical"]', "href")
    if not url:
        return declared
    found = _address(_joined(url, url))
    if found is None:
        base = _address(_attribute(tree, "base[href]", "href")) or declared or ""
        found = _address(_joined(base, url))
    return found or declared


def _first_time(said: Iterable[str | None]) -> datetime | None:
    """The first that is a time: what a page puts there may be none."""
    return next((moment for text in said if text and (moment := read_iso_time(text))), None)


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str | None:
    node = tree.css_first(selector)
    return node.attributes.get(name) if node is not None else None


def _joined(base: str, url: str) -> str | None:
    try:
        return urljoin(base, url.strip())
    except ValueError:  # "http://[" is no address
        return None


def _first(declared: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((declared[name] for name in names if name in declared), None)


def _clean(text: str | None) -> str | None:
    cleaned = " ".join(text.split())[:500] if text else ""
    return cleaned or None


def _address(url: str | None) -> str | None:
    stripped = url.strip() if url else ""
    return stripped if stripped.startswith(("http://", "https://")) else None


def _document_title(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first("title")
    if node is None:
        return None
    text = " ".join(node.text().split())
    return _SITE.sub("", text) or text


def _shown_times(tree: LexborHTMLParser) -> Iterator[str | None]:
    """What <time> elements of the article say; not those of comments, of teasers and of what stands beside."""
    nodes = tree.css("article time[datetime], main time[datetime]")[:TIMES_TRIED]
    return (node.attributes.get("datetime") for node in nodes if _is_of_article(node))


def _is_of_article(node: LexborNode) -> bool:
    articles = 0
    above = node.parent
    while above is not None and articles < 2:
        names = " ".join(filter(None, (above.attributes.get("class"), above.attributes.get("id"))))
        if above.tag in _APART or (
            names and above.tag not in {"body", "html", "main"} and class_marks(names) & _OTHERS
        ):
            return False
        articles += above.tag == "article"
        above = above.parent
    return articles < 2


def _read_schema(tree: LexborHTMLParser) -> dict[str, str]:
    """The headline, author and datePublished that the articles among the page's JSON-LD blocks say, the first first."""
    items = [item for node in tree.css('script[type="application/ld+json"]') for item in _read_block(node.text())]
    people = {item["@id"]: item for item in items if isinstance(item.get("@id"), str) and item.get("name")}
    found: dict[str, str] = {}
    for kinds in (_ARTICLES, _PAGES):
        for item in items:
            if kinds.isdisjoint(_kinds_of(item)):
                continue
            for key in ("headline", "datePublished"):
                if isinstance(value := item.get(key), str) and value:
                    found.setdefault(key, html.unescape(value))
            if name := _person(item.get("author"), people):
                found.setdefault("author", html.unescape(name))
    return found


def _read_block(source: str | None) -> list[dict[str, Any]]:
    if not source or len(source) > LONGEST_SCHEMA:
        return []
    try:
        return _items(json.loads(source, strict=False))
    except (ValueError, RecursionError):
        return []


def _kinds_of(item: dict[str, Any]) -> set[str]:
    kinds = item.get("@type")
    return {kind.lower() for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)}


def _items(data: Any) -> list[dict[str, Any]]:
    """The objects at the top of a JSON-LD block, alone, in a list or in a @graph."""
    items = data if isinstance(data, list) else [data]
    found: list[dict[str, Any]] = []
    for item in items:
        if isinstance(item, dict):
            graph = item.get("@graph")
            found.extend(part for part in (graph if isinstance(graph, list) else [item]) if isinstance(part, dict))
    return found


def _person(author: Any, people: dict[str, dict[str, Any]]) -> str | None:
    """The names of the authors; one may be told by the `@id` of an object of its own."""
    names = []
    for person in author if isinstance(author, list) else [author]:
        if isinstance(person, dict):
            known = people.get(identity) if isinstance(identity := person.get("@id"), str) else None
            names.append(person.get("name") or (known or {}).get("name"))
        else:
            names.append(person)
    return ", ".join(name for name in names if isinstance(name, str) and name.strip()) or None
