"""Threads whose heads hold words of their users' own, or words that mean something else in other places."""

import pytest

from tasks.clean.segments.reading import Reading, read_pages, read_texts

ARTICLE = (
    "The mill by the river turns again since spring. Three families repaired the wheel with hardly any machines.",
    "Who buys the flour pays twice the price of the supermarket, and still it is sold out by noon on most Saturdays.",
)
POSTS = (
    ("Pedal", "The wheel sticks on cold mornings as soon as the sluice is opened. Does the shaft have to be replaced?"),
    ("Nancy Pruitt", "Ours did the same for years. Grease the lower bearing before you touch the shaft at all."),
    ("Ruth Dole", "I would look at the sluice first, a branch was caught in it when I passed on Sunday."),
    ("Jim Oak", "The miller of Portville has a spare shaft in his barn, and he lends it to anybody who asks."),
)


def speakers(reading: Reading) -> list[tuple[str | None, str]]:
    """Who says what, by the first words."""
    found = reading.comments
    return [(each.author, " ".join(reading.text[each.start : each.end].split()[:2])) for each in found]


def board(rank: str, joined: str = "Joined", messages: str = "Messages") -> str:
    """Posts with users' cards, set in paragraphs of a line each."""
    posts = (
        "\n\n".join((name, rank, joined, "Jan 7, 2019", messages, "212", f"January {number}, 2023", f"#{number}", text))
        for number, (name, text) in enumerate(POSTS, 1)
    )
    return "The wheel sticks under load\n\n" + "\n\nReply\n\n".join(posts) + "\n\nReply\n"


@pytest.mark.parametrize("rank", ["Active member", "Enthusiast", "Master of the wheel"])
def test_a_title_of_the_users_own_is_no_name(rank: str) -> None:
    (reading,) = read_texts([board(rank)])
    assert speakers(reading) == [
        ("Nancy Pruitt", "Ours did"), ("Ruth Dole", "I would"), ("Jim Oak", "The miller"),
    ]  # fmt: skip


def test_the_word_above_comments_may_be_a_label_of_a_card() -> None:
    (reading,) = read_texts([board("Moderator", "Registriert", "Beiträge")])
    assert [author for author, _ in speakers(reading)] == ["Nancy Pruitt", "Ruth Dole", "Jim Oak"]


@pytest.mark.parametrize("word", ["Thanks!", "Danke!", "Gracias", "Good."])
def test_what_labels_say_people_say_too(word: str) -> None:
    said = (POSTS[1], ("Ben Hill", word), POSTS[2])
    posts = "\n\n".join(
        f"{name}\nMarch {number}, 2021 at 10:1{number}\n{text}\nReply" for number, (name, text) in enumerate(said, 3)
    )
    (reading,) = read_texts(["\n\n".join(("The mill by the river", *ARTICLE, "3 comments", posts))])
    assert [author for author, _ in speakers(reading)] == ["Nancy Pruitt", "Ben Hill", "Ruth Dole"]


def test_headings_that_say_who_and_when_are_no_teasers() -> None:
    posts = "".join(
        f'<div class="item"><h3><a class="author">{name}</a> commented <a href="#c{number}">'
        f'<time datetime="2023-01-0{number}T10:11:00Z">Jan {number}, 2023, 10:11 AM</time></a></h3>'
        f'<div class="body"><p>{text}</p></div></div>'
        for number, (name, text) in enumerate(POSTS, 1)
    )
    text = "".join(f"<p>{paragraph}</p>" for paragraph in ARTICLE)
    (reading,) = read_pages([f"<title>The mill</title><body><h1>The mill by the river</h1>{text}{posts}"])
    assert [author for author, _ in speakers(reading)] == [name for name, _ in POSTS]


@pytest.mark.parametrize("named", ['<div id="comments">', "<div>"])
@pytest.mark.parametrize(
    "form",
    [
        '<div class="{c}"><p>{text}</p><div>{name}</div><div>January {day}, 2024 at 9:1{day}</div></div>',
        '<div class="{c}"><p>{text}</p><p><b>{name}</b> January {day}, 2024 at 9:1{day}</p></div>',
        '<div class="{c}"><div>{name}</div><div>January {day}, 2024 at 9:1{day}</div><p>{text}</p></div>',
    ],
)
def test_elements_say_whose_a_name_is(named: str, form: str) -> None:
    posts = "".join(
        form.format(c="comment", name=name, day=day, text=text) for day, (name, text) in enumerate(POSTS, 1)
    )
    text = "".join(f"<p>{paragraph}</p>" for paragraph in ARTICLE)
    page = f"<title>The mill</title><body><h1>The mill by the river</h1>{text}{named}<h2>4 comments</h2>{posts}</div>"
    (reading,) = read_pages([page])
    assert speakers(reading) == [(name, " ".join(text.split()[:2])) for name, text in POSTS]


def test_a_field_for_the_teaser_of_an_entry_is_part_of_it() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in ARTICLE)
    teaser = "<p>On the roof of the mill stand six hives. The keeper says why.</p>"
    fields = f'<div class="field--name-field-teaser">{teaser}</div><div class="field--name-body">{text}</div>'
    page = f'<title>The mill</title><article class="node"><h1>The mill by the river</h1>{fields}</article>'
    (reading,) = read_pages([page])
    start = reading.text.index("On the roof")
    assert next(each.label for each in reading.segments if each.start <= start < each.end) == "main"
