import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.segments import read_pages, read_texts, titles
from tasks.clean.segments.features import measure
from tasks.clean.segments.layout import _ends_with
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.titles import find_title
from tasks.clean.segments.topics import WORD, overlap, read_topic
from tasks.clean.segments.vocabulary import load_vocabulary, phrase_words

WORDS = (
    "lantern",
    "lanterns",
    "because",
    "becausal",
    "the",
    "ice",
    "icy",
    "harbour",
    "harbours",
    "1790",
    "été",
    "éteint",
)


@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=10, max_size=14).map(" ".join), min_size=1, max_size=3),
    st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join),
)
def test_a_title_shares_the_words_of_the_text_by_their_beginnings(paragraphs: list[str], title: str):
    lines = split_lines("\n".join(f"{paragraph}, and nobody said so." for paragraph in paragraphs))
    (features,) = measure([lines])
    prose = features.prose
    stop = load_vocabulary().stop
    said = {
        word[:WORD]
        for text, is_prose in zip(lines.texts, prose, strict=True)
        for word in phrase_words(text)
        if is_prose and len(word) > 2 and word not in stop
    }
    telling = [word[:WORD] for word in phrase_words(title) if len(word) > 2 and word not in stop]
    shared = sum(word in said for word in telling) / len(telling) if telling else 0.0
    assert overlap(title, read_topic(lines, features, (0, len(lines) - 1))) == shared


LINES = (
    "The lantern of the harbour", "Harbour Weekly", "Home", "9 May 2021", "By Ada Hale", "ICE", "the ice of 1790:",
    "A lantern was seen", "Photo: the ice", "",
)  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=8), st.lists(st.sampled_from(LINES), max_size=3))
def test_the_text_is_not_read_only_where_it_could_not_change_the_title(above: list[str], below: list[str]):
    text = ["The lantern of the harbour burned through the ice for all of the winter.", *below]
    lines = split_lines("\n".join([*above, *text]))
    (features,) = measure([lines])
    first = lines.texts.index(text[0])
    core = (first, len(lines) - 1)
    found = find_title(lines, features, core)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(titles, "_find_surest", lambda *_: (-1, -99.0))
        assert find_title(lines, features, core) == found


PARTS = "Ice", "ice", "12", "É", "’", "ß", "SS", "—", "\ud800", "冰", "ice-free"
SAID = st.lists(st.sampled_from(PARTS), max_size=5)


@given(SAID.filter(bool).map(" ".join), SAID.map(" ".join))
def test_a_text_ends_with_a_title_where_its_last_words_are_the_same(text: str, title: str):
    said, words = phrase_words(title), phrase_words(text)
    assert _ends_with(text, title) == (words[-len(said) :] == said)


KEEPER = (
    "When the lock was built, nobody had thought of a keeper, and the skippers opened the gates themselves.",
    "Then a barge sank in the chamber, and the county sent its youngest clerk to look after the gates and the lock.",
)


def read_title(*above: str) -> str | None:
    (reading,) = read_texts(["\n".join([*above, *KEEPER])])
    return reading.title


@pytest.mark.parametrize("bullet", ["•", "*", "+", "-", "»"])
def test_an_item_of_a_list_is_no_title(bullet: str):
    above = "Clerks and keepers", "Boats", f"{bullet} The county sent a keeper to look after the lock", "Tides"
    assert read_title(*above) != above[2]
    assert read_title(*above[:2], above[2].removeprefix(f"{bullet} "), above[3]) == above[2].removeprefix(f"{bullet} ")


@pytest.mark.parametrize("first", ["{} | Clocks and cakes", "Clocks: {}", "{}"])
def test_the_title_is_what_the_first_line_says_of_the_lines_below(first: str):
    title, other = "The barge and the youngest pilot", "The county and its gates"
    assert read_title("Home", title, "Boats", other, "Tides") == other
    assert read_title(first.format(title), title, "Boats", other, "Tides") == title


def test_the_lesser_part_of_the_first_line_names_the_site():
    first = "The county sent a clerk to look after the lock - Wet feet in May"
    assert read_title(first, "Wet feet in May", "Boats") == first


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("Sand", "Sand is rock that wind and water have ground to grains."),
        ("Sand", "Sandy soil warms early in spring and dries out fast."),
        ("安装", "安装完成后，运行下面的命令检查版本。"),
        ("Install the program", "Install the program into a folder of your own, and start it from there."),
    ],
)
def test_a_sentence_may_begin_with_the_title(title: str, line: str) -> None:
    body = "".join(f"<p>{text}</p>" for text in (line, *PROSE))
    (page,) = read_pages([f"<title>{title}</title><h1>{title}</h1>{body}"])
    (text,) = read_texts(["\n\n".join((title, line, *PROSE))])
    for reading in (page, text):
        start = reading.text.index(line)
        assert next(each.label for each in reading.segments if each.start <= start < each.end) == "main"


@pytest.mark.parametrize("line", ["Open until 18:00", "Doors open 19:30", "Hasta las 11:00"])
def test_opening_hours_are_by_nobody(line: str) -> None:
    (reading,) = read_texts(["\n\n".join(("The mill by the river", *PROSE, line, "Room 12, ground floor"))])
    assert reading.author is None


def test_a_word_for_the_kind_of_text_names_no_author() -> None:
    (reading,) = read_texts(["\n\n".join(("Interview", "Bees are no pets", *PROSE))])
    assert (reading.title, reading.author) == ("Bees are no pets", None)


PROSE = (
    "The mill by the river turns again since spring. Three families repaired the wheel with hardly any machines.",
    "Who buys the flour pays twice the price of the supermarket, and still it is sold out by noon on most Saturdays.",
)
