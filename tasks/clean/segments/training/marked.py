"""Comments that the markup of a page gives away: elements named as comments, and the posts of a forum after the first.

This is stricter than what the segmenter reads from markup: what is learned from must be right.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from selectolax.lexbor import LexborNode

from tasks.clean.segments.looks import look_at
from tasks.clean.segments.markup.render import BLOCKS, SKIPPED, parse_page
from tasks.clean.segments.threads.posts import body_role
from tasks.document import ROLES

_COMMENT = re.compile(
    r"(?:(?:wp-block|post|blog|user|reader|article|js|single|c|entry|page|fb|react|threaded|thread)-?)?comments?"
    r"(?:[-_]{0,2}(?:area|lists?|container|section|wrapper|wrap|body|content|text|item|entry|thread|template|block|box"
    r"|holder|inner|main|list-item|tree|feed|node|single|\d+))?"
    r"|comment-?list|div-comment-\d+|disqus_thread|dsq-.*|repl(?:y|ies)|reply-list|responses?|discussion-?list",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"comment-?form.*|respond|comment-respond|reply-form.*|comment-reply-title|leave-?comment|comment-notes"
    r"|logged-in-as|must-log-in|add-?comment.*",
    re.IGNORECASE,
)
_NOT_ALNUM = re.compile(r"[\W_]+")
_NO_COMMENT = frozenset({"html", "body", "a", "span", "button", "i", "h1", "h2", "h3", "h4", "form", "main", "nav"})

# Names of the elements that hold the text of posts, all posts alike or replies only, of the usual forum programs.
POSTS = (
    "message-body", "message-content", "postbody", "post_body", "post-body", "postcontent", "post_message", "cooked",
    "bbwrapper", "topic-body", "forum-post", "forum-post-content", "lia-message-body-content", "lia-message-body",
    "ipscomment_content", "ipstype_richtext", "posttext", "thread-post", "s-prose", "js-post", "post-text",
    "post__content", "post-content", "message", "post",
)  # fmt: skip
REPLIES = (
    "bbp-reply-content", "crayons-comment__body", "usertext-body", "commenttext", "commtext", "comment-body",
    "comment-content", "comment-text", "answer-body", "reply-body", "reply-content", "answer", "reply", "comment",
    "shreddit-comment", "response",
)  # fmt: skip

LONG = 25
"""Letters from which a line may be part of a comment's block."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The text blocks, letters and digits only, of each element of comments, of the first post, and of all else."""

    roots: list[list[str]]
    first: list[str]
    other: list[str]


def letters_of(text: str) -> str:
    """The letters and digits of a text in lower case: what all renderers agree on."""
    return _NOT_ALNUM.sub("", text.lower())


def find_marked(page: str, *, forum: bool) -> Marked:
    """Find what a page's markup names as comments, or in a forum as posts."""
    tree = parse_page(page)
    root = tree.body or tree.root
    if root is None:
        return Marked([], [], [])
    if forum:
        return _find_posts(root)
    found = [node for node in _outermost(root, _is_comment) if not _is_form(node)]
    ids = {node.mem_id for node in found}
    roots = [_blocks(node, _is_form) for node in found]
    return Marked([root for root in roots if root], [], _blocks(root, lambda node: node.mem_id in ids))


def _find_posts(root: LexborNode) -> Marked:
    named: dict[str, list[LexborNode]] = {}
    for node in root.traverse():
        for name in _names(node):
            if name in _POST_NAMES:
                named.setdefault(name, []).append(node)
    best, most = None, 0
    for name in (*POSTS, *REPLIES):
        nodes = _without_inner(named.get(name, []))
        if len(nodes) < (2 if name in POSTS else 1):
            continue
        texts = [_blocks(node, _is_form) for node in nodes]
        size = sum(len(block) for text in texts for block in text)
        # The names stand in order of trust: a later one must hold clearly more.
        if size > 1.3 * most:
            best, most = (name, nodes, texts), size
    if best is None:
        return Marked([], [], [])
    name, nodes, texts = best
    ids = {node.mem_id for node in nodes}
    other = _blocks(root, lambda node: node.mem_id in ids)
    if name in POSTS:
        return Marked([text for text in texts[1:] if text], texts[0], other)
    return Marked([text for text in texts if text], [], other)


_POST_NAMES = frozenset({*POSTS, *REPLIES})


def _without_inner(nodes: list[LexborNode]) -> list[LexborNode]:
    ids = {node.mem_id for node in nodes}
    kept = []
    for node in nodes:
        above = node.parent
        while above is not None and above.mem_id not in ids:
            above = above.parent
        if above is None:
            kept.append(node)
    return kept


def _outermost(root: LexborNode, wanted: Callable[[LexborNode], bool]) -> list[LexborNode]:
    found: list[LexborNode] = []
    stack = [root]
    while stack:
        node = stack.pop()
        if wanted(node):
            found.append(node)
        elif node.tag not in SKIPPED and not (_is_form(node) and node.tag != "form"):
            stack.extend(reversed([child for child in node.iter() if child.tag]))
    return found


def _names(node: LexborNode) -> list[str]:
    attributes = node.attributes
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower().split()


def _is_comment(node: LexborNode) -> bool:
    if node.tag in _NO_COMMENT:
        return False
    kind = node.attributes.get("itemtype") or ""
    if kind.endswith(("schema.org/Comment", "UserComments")) or node.attributes.get("itemprop") == "comment":
        return True
    return any(_COMMENT.fullmatch(name) for name in _names(node))


def _is_form(node: LexborNode) -> bool:
    return node.tag in {"form", "textarea"} or any(_FORM.fullmatch(name) for name in _names(node))


def _blocks(root: LexborNode, stop: Callable[[LexborNode], bool]) -> list[str]:
    """The text between the edges of block elements, letters only, without what lies in elements to stop at."""
    blocks: list[str] = []
    parts: list[str] = []

    def end() -> None:
        if text := letters_of("".join(parts)):
            blocks.append(text)
        parts.clear()

    stack: list[tuple[LexborNode | None, bool]] = [(root, False)]
    while stack:
        node, over = stack.pop()
        if node is None:
            continue
        if node.tag == "-text":
            parts.append(node.text_content or "")
            continue
        if over:
            end()
            continue
        if node.tag is None or node.tag in SKIPPED or (node.mem_id != root.mem_id and stop(node)):
            continue
        if node.tag in BLOCKS or node.tag in {"br", "time"}:
            end()
            stack.append((node, True))
        stack.extend((child, False) for child in reversed(list(node.iter(include_text=True))))
    end()
    return blocks


def label_comments(
    texts: list[str], labels: npt.NDArray[np.int64], marked: Marked, *, forum: bool
) -> npt.NDArray[np.int64] | None:
    """Put the comments (2) into the labels of lines; None for a forum whose posts were not found.

    Buttons and users' cards stay boilerplate. An element of which much is main text is no comment. In a forum the
    first post is main (0), and of short lines among the posts nothing is known (-1).
    """
    result = labels.copy()
    letters = [letters_of(text) for text in texts]
    elsewhere = {*marked.other, *marked.first}
    for root in marked.roots:
        blocks = set(root)
        whole = "\n".join(root)
        hits = [
            index
            for index, line in enumerate(letters)
            if line and ((line in blocks and line not in elsewhere) or (len(line) >= LONG and line in whole))
        ]
        main = sum(len(letters[index]) for index in hits if labels[index] == 0)
        if not forum and main > 0.25 * sum(len(letters[index]) for index in hits):
            continue
        for index in hits:
            if forum or labels[index] == 1:
                result[index] = 2 if ROLES[body_role(look_at(texts[index]))] == "comment" else 1
    return _label_forum(texts, letters, result, marked) if forum else result


def _label_forum(
    texts: list[str], letters: list[str], labels: npt.NDArray[np.int64], marked: Marked
) -> npt.NDArray[np.int64] | None:
    posts = np.flatnonzero(labels == 2)
    if len(posts) < 2:
        return None
    first = set(marked.first)
    whole = "\n".join(marked.first)
    for index, line in enumerate(letters):
        if labels[index] == 1 and line and (line in first or (len(line) >= LONG and line in whole)):
            labels[index] = 0
    opening = np.flatnonzero(labels == 0)
    start = opening[0] if len(opening) else posts[0]
    if not len(opening):
        # Above the replies the opening post stands somewhere: nothing is known of it.
        labels[: posts[0]] = np.where([len(line) > LONG for line in letters[: posts[0]]], -1, labels[: posts[0]])
    for index in range(start, min(len(texts), posts[-1] + 1)):
        if labels[index] == 1 and not _is_button(texts[index]):
            labels[index] = -1
    title = next((index for index in range(start) if 3 <= len(texts[index].split()) <= 25), None)
    if title is not None:
        labels[:start] = np.where([len(line) > 12 for line in letters[:start]], -1, labels[:start])
    return labels


def _is_button(text: str) -> bool:
    return body_role(look_at(text)) in {"navigation", "user_card"}
