"""Title, author, time and address that a page's head declares: Open Graph, schema.org, <meta>, <time>, <title>."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from tasks.clean.segments.dates import read_iso_time

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
_SITE = re.compile(r"(?:(?:\s(?:[|·•»›]|::)\s|\s?｜\s?)[^|｜·•›:]{1,60}){1,3}$|\s[-–—]\s[^|·•»›–—]{1,60}$")
_ARTICLES = frozenset(
    {"article", "newsarticle", "blogposting", "reportagenewsarticle", "discussionforumposting", "technicalarticle",
     "webpage", "recipe", "qapage", "question", "opinionnewsarticle", "scholarlyarticle", "liveblogposting"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What a page declares of itself; None where it does not."""

    title: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    url: str | None = None


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
    moment = _first(declared, TIMES) or schema.get("datePublished") or _time_element(tree)
    canonical = tree.css_first('link[rel="canonical"]')
    url = canonical.attributes.get("href") if canonical is not None else None
    return PageMetadata(
        _clean(title),
        _clean(author),
        read_iso_time(moment) if moment else None,
        _address(url) or _address(_first(declared, ADDRESSES)),
    )


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


def _time_element(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first("article time[datetime], main time[datetime], time[itemprop=datePublished]")
    return node.attributes.get("datetime") if node is not None else None


def _read_schema(tree: LexborHTMLParser) -> dict[str, str]:
    """The headline, author and datePublished of the first article among the page's JSON-LD blocks."""
    for node in tree.css('script[type="application/ld+json"]'):
        source = node.text()
        if not source or len(source) > LONGEST_SCHEMA:
            continue
        try:
            data = json.loads(source, strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _items(data):
            kinds = item.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(name, str) and name.lower() in _ARTICLES for name in names):
                found = {
                    key: value
                    for key in ("headline", "datePublished")
                    if isinstance(value := item.get(key), str) and value
                }
                if name := _person(item.get("author")):
                    found["author"] = name
                if found:
                    return found
    return {}


def _items(data: Any) -> list[dict[str, Any]]:
    """The objects at the top of a JSON-LD block, alone, in a list or in a @graph."""
    items = data if isinstance(data, list) else [data]
    found: list[dict[str, Any]] = []
    for item in items:
        if isinstance(item, dict):
            graph = item.get("@graph")
            found.extend(part for part in (graph if isinstance(graph, list) else [item]) if isinstance(part, dict))
    return found


def _person(author: Any) -> str | None:
    people = author if isinstance(author, list) else [author]
    names = [person.get("name") if isinstance(person, dict) else person for person in people]
    return ", ".join(name for name in names if isinstance(name, str) and name.strip()) or None
