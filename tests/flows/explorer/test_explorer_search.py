"""Search finds what is there, all of it, in order, and says how far it came."""

import re

import pytest

from flows.explorer.matching import choose_lookings
from flows.explorer.question import Question, parse_question
from flows.explorer.search import PAGE, search
from flows.explorer.wordlists import WordLists
from tasks.document import ROLES
from tasks.errors import UsageError
from tasks.publish.reading import find_document

WORDS = [
    "bearing", "BEARING", "the", "e", "hub goes tight", "tight  after", "?", "Straße", "ß", "潮", "й", "1.5", ".",
    "no such word", "comment", "Share", "said:", "ng fr", "\\d", "%", "_", "''",
]  # fmt: skip


@pytest.fixture(scope="session")
def texts(samples) -> list[dict]:
    """Every document of the samples with its pieces, in the order of lists."""
    rows = [{**row, "of": of} for of in ("documents", "duplicates") for row in samples.rows(of)]
    for row in rows:
        row["pieces"] = find_document(samples.snapshot, row["document_id"]).pieces
    rows.sort(key=lambda row: (row["source"], row["document_id"]))
    return sorted(rows, key=lambda row: row["day"], reverse=True)


def expected(texts, question: Question) -> list[str]:
    """What a search must find, read from the pieces one by one."""
    words = [re.escape(word) for word in question.text.split()]
    pattern = re.compile(r"[\t\n\v\f\r ]+".join(words), re.IGNORECASE)
    return [row["document_id"] for row in texts if _matches(row, question, pattern)]


def _matches(row, question: Question, pattern: re.Pattern) -> bool:
    if row["of"] != question.of or not question.wants(row["source"], row["day"]):
        return False
    if question.language and row["language"] != question.language:
        return False
    if not (question.text or question.label or question.role):
        return True
    main = "".join(piece.text for piece in row["pieces"] if piece.label == "main")
    if question.label in ("", "main") and not question.role and main and pattern.search(main):
        return True
    for piece in row["pieces"]:
        if (question.label and piece.label != question.label) or (question.role and piece.role != question.role):
            continue
        if not question.role and piece.label == "main":
            continue
        if pattern.search(piece.text):
            return True
    return False


def found(explorer, samples, question: Question, **options) -> list[str]:
    """What a search finds, page by page."""
    ids: list[str] = []
    while True:
        answer = search(explorer.database, samples.snapshot, explorer.lists, question, **options)
        ids += [hit.document_id for hit in answer.hits]
        assert answer.searched <= answer.total
        if not answer.after:
            assert answer.searched == answer.total
            return ids
        assert len(answer.hits) == PAGE or answer.is_cut
        question = parse_question(dict(part.split("=") for part in question_parts(question, answer.after)))


def question_parts(question: Question, after: str) -> list[str]:
    return [f"{name}={value}" for name, value in vars_of(question).items() if value and name != "after"] + [
        f"after={after}"
    ]


def vars_of(question: Question) -> dict[str, str]:
    return {name: getattr(question, name) for name in Question.__slots__}


@pytest.mark.parametrize("of", ["documents", "duplicates"])
@pytest.mark.parametrize("label", ["", "main", "boilerplate", "comment"])
@pytest.mark.parametrize("text", ["", *WORDS])
def test_a_search_finds_what_is_there(explorer, samples, texts, text: str, label: str, of: str) -> None:
    question = Question(text=text, label=label, of=of)
    assert found(explorer, samples, question) == expected(texts, question)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("text", ["", "a", "The"])
def test_a_search_in_a_role_looks_at_its_segments_alone(explorer, samples, texts, text: str, role: str) -> None:
    question = Question(text=text, role=role)
    assert found(explorer, samples, question) == expected(texts, question)


@pytest.mark.parametrize(
    "filters",
    [
        {"source": "harbour-news"},
        {"since": "2026-11-16", "until": "2026-11-18"},
        {"language": "de"},
        {"language": "en", "source": "wire-feed", "since": "2026-11-17"},
        {"source": "nowhere"},
        {"role": "title", "label": "comment"},
    ],
)
@pytest.mark.parametrize("text", ["", "e"])
def test_filters_narrow_it(explorer, samples, texts, filters: dict[str, str], text: str) -> None:
    question = Question(text=text, **filters)
    assert found(explorer, samples, question) == ([] if "label" in filters else expected(texts, question))


def test_without_time_a_search_says_so_and_goes_on_where_it_stopped(explorer, samples, texts, monkeypatch) -> None:
    monkeypatch.setattr("flows.explorer.search.FIRST_BYTES", 1)
    monkeypatch.setattr("flows.explorer.search.MOST_BYTES", 1)
    question = Question(text="the")
    first = search(explorer.database, samples.snapshot, explorer.lists, question, budget_seconds=-1)
    assert first.is_cut
    assert 0 < first.searched < first.total
    assert found(explorer, samples, question, budget_seconds=-1) == expected(texts, question)


def test_without_word_lists_it_finds_the_same(explorer, samples, texts, tmp_path) -> None:
    explorer_without = type(explorer)(**{**vars(explorer), "lists": WordLists(tmp_path)})
    for text in WORDS:
        question = Question(text=text)
        assert found(explorer_without, samples, question) == expected(texts, question)


@pytest.mark.parametrize(
    "values",
    [
        {"label": "footer"},
        {"role": "header"},
        {"of": "rejected"},
        {"source": "../etc"},
        {"since": "yesterday"},
        {"after": "2026-11-20"},
        {"after": "2026-11-20.a.' OR 1=1"},
        {"snapshot": "../../x"},
        {"snapshot": ".staging-1"},
        {"text": "a" * 201},
        {"language": "x" * 36},
    ],
)
def test_what_cannot_be_meant_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        parse_question(values)


def test_nothing_is_looked_for_where_role_and_label_exclude_each_other() -> None:
    assert choose_lookings(Question(role="title", label="comment")) == ()
