"""Teasers of other pages, of which a renderer left headlines and sentences in turn."""

import pytest

from tasks.clean.segments import segment_texts
from tasks.clean.segments.features import measure
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import read_pages
from tasks.clean.segments.teasers import find_teasers

ARTICLE = [
    "The old mill will turn again",
    "The mill below the weir will grind flour again from the spring on, forty years after its wheel stood still.",
    "The parish bought the house in March and has since had the roof mended, the race cleared and the stones dressed.",
    "A miller from the next valley, who has kept his own mill running all his life, will teach two younger people.",
    "They will grind on Saturdays, and whoever brings a sack of grain may take the flour home on the same day.",
    "The wheel is of larch and weighs as much as two horses, so that it took a crane to lift it over the wall.",
    "Visitors are asked to leave their cars at the church and to walk the last stretch along the brook on foot.",
    "What the work has cost will be told at the meeting in June, where the accounts are laid out for all to read.",
]
TEASERS = {
    "en": [
        (
            "Ferry back in service after the storm",
            "The ferry crosses the lake again since Monday, with two boats an hour.",
        ),
        (
            "Choir looks for tenors and a pianist",
            "Rehearsals are on Thursdays in the hall behind the library, at seven.",
        ),
        (
            "Frost takes half of the apple blossom",
            "Growers along the river fear for their harvest after three cold nights.",
        ),
        ("New timetable leaves the valley out", "From December on no bus will run to the upper villages after nine."),
        (
            "Library opens its cellar to readers",
            "Some nine thousand volumes were hidden from the public until last week.",
        ),
    ],
    "de": [
        ("Fähre fährt nach dem Sturm wieder", "Seit Montag fahren wieder zwei Boote in der Stunde über den See."),
        ("Chor sucht Tenöre und einen Pianisten", "Geprobt wird donnerstags um sieben im Saal hinter der Bücherei."),
        ("Frost nimmt die halbe Apfelblüte", "Die Bauern am Fluss bangen nach drei kalten Nächten um ihre Ernte."),
        ("Neuer Fahrplan lässt das Tal aus", "Ab Dezember fährt nach neun Uhr kein Bus mehr in die oberen Dörfer."),
        ("Bücherei öffnet ihren Keller", "Rund neuntausend Bände waren bis zur letzten Woche niemandem zugänglich."),
    ],
    "ru": [
        ("Паром снова ходит после бури", "С понедельника через озеро снова ходят два судна каждый час."),
        ("Хор ищет теноров и пианиста", "Репетиции проходят по четвергам в зале за библиотекой в семь."),
        ("Мороз погубил половину цветов яблони", "Садоводы у реки боятся за урожай после трёх холодных ночей."),
        ("Новое расписание забыло о долине", "С декабря после девяти ни один автобус не пойдёт в верхние сёла."),
        ("Библиотека открывает свой подвал", "Около девяти тысяч томов были закрыты для всех до прошлой недели."),
    ],
    "zh": [
        ("风暴过后渡轮恢复通航", "自星期一起，渡轮每小时有两班船往来于湖的两岸，乘客可以放心出行。"),
        ("合唱团招募男高音和钢琴师", "排练在每个星期四晚上七点，地点是图书馆后面的大厅，欢迎报名。"),
        ("霜冻毁掉一半的苹果花", "连续三个寒冷的夜晚之后，河边的果农都在为今年的收成担心。"),
        ("新的时刻表忘记了山谷", "从十二月起，晚上九点以后不再有公共汽车开往上面的村庄。"),
        ("图书馆向读者开放地下室", "大约九千册图书直到上个星期为止都没有向公众开放过。"),
    ],
}


def lay_down(*parts):
    return "\n".join(line for part in parts for line in part)


def pairs_of(teasers):
    return [line for pair in teasers for line in pair]


def found_in(text):
    lines = split_lines(text)
    return [lines.texts[index] for held in find_teasers(lines, measure([lines])[0]) for index in held]


@pytest.mark.parametrize("language", TEASERS)
def test_teasers_below_a_text_are_found(language):
    teasers = pairs_of(TEASERS[language])
    assert found_in(lay_down(ARTICLE, ["More news"], teasers)) == teasers


def test_teasers_are_no_main_text():
    text = lay_down(ARTICLE, ["Headlines"], pairs_of(TEASERS["en"]), ["Contact"])
    (segments,) = segment_texts([text])
    main = "\n".join(text[one.start : one.end] for one in segments if one.label == "main")
    assert all(line in main for line in ARTICLE)
    assert not any(line in main for line in pairs_of(TEASERS["en"]))


def test_those_around_that_are_a_little_different_belong_to_them():
    before = ["Will the bank of the village close?", "A letter to all who have an account there speaks of the autumn."]
    between = ["Valley"]
    behind = [
        "Who owns the path along the brook?",
        "Two farmers have put up gates, and walkers have taken them down, twice within a month.",
    ]
    teasers = [*before, *pairs_of(TEASERS["en"][:3]), *between, *pairs_of(TEASERS["en"][3:]), *behind]
    assert found_in(lay_down(ARTICLE, teasers)) == teasers


SENTENCES = [
    "Lay the dough on a cloth and leave it alone for an hour at least.",
    "Heat the oven as far as it goes, with the stone already inside.",
    "Bake the loaf until it sounds hollow when you knock on its underside.",
    "Wait with the knife until the crumb is cold, however good it smells.",
]
HEADINGS = ["Shape the loaf with care", "Bring the oven to heat", "Watch the crust turn brown", "Let it cool on a rack"]


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([pairs_of(TEASERS["en"])], id="nothing above"),
        pytest.param([ARTICLE[:2], pairs_of(TEASERS["en"])], id="a list of teasers below two lines"),
        pytest.param([ARTICLE, pairs_of(TEASERS["en"][:3])], id="too few"),
        pytest.param([ARTICLE, pairs_of(zip(HEADINGS, SENTENCES, strict=True)), ARTICLE[1:4]], id="the text goes on"),
        pytest.param(
            [
                ARTICLE,
                pairs_of((f"Step {n}: {h}", s) for n, (h, s) in enumerate(zip(HEADINGS, SENTENCES, strict=True))),
            ],
            id="headings that begin alike",
        ),
        pytest.param(
            [ARTICLE, pairs_of((f"{h}:", s) for h, s in zip(HEADINGS, SENTENCES, strict=True))], id="lists of terms"
        ),
        pytest.param(
            [ARTICLE, pairs_of((f"{n}. {h}", s) for n, (h, s) in enumerate(zip(HEADINGS, SENTENCES, strict=True)))],
            id="numbered headings",
        ),
        pytest.param(
            [
                ARTICLE,
                pairs_of((h, f"{s} {SENTENCES[0]} {SENTENCES[1]}") for h, s in zip(HEADINGS, SENTENCES, strict=True)),
            ],
            id="sections of several sentences",
        ),
        pytest.param(
            [ARTICLE, pairs_of((f"Ada wrote on May {n}, 2021 at 10:1{n}", s) for n, s in enumerate(SENTENCES, 1))],
            id="comments",
        ),
    ],
)
def test_what_is_no_teasers(parts):
    assert found_in(lay_down(*parts)) == []


def test_lines_that_a_renderer_broke_are_no_teasers():
    words = " ".join(ARTICLE[1:] * 3).split()
    broken = [
        line
        for at in range(0, len(words), 13)
        for line in (" ".join(words[at : at + 5]), " ".join(words[at + 5 : at + 13]))
    ]
    assert found_in(lay_down(ARTICLE, broken)) == []


def test_posts_below_teasers_are_not_among_them():
    posts = ["3 comments", "Ada | May 9, 2021 at 10:12", "I ground there as a boy, and the noise was awful."]
    teasers = pairs_of(TEASERS["en"])
    assert found_in(lay_down(ARTICLE, teasers, posts)) == teasers


def as_page(language: str, headline: str) -> str:
    title, *paragraphs = ARTICLE
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    teasers = "".join(f"<div>{headline.format(head)}<p>{said}</p></div>" for head, said in TEASERS[language])
    return f"<html><body><div><h1>{title}</h1>{text}</div><div><h2>Valley</h2>{teasers}</div></body></html>"


@pytest.mark.parametrize("language", TEASERS)
def test_with_markup_headlines_of_teasers_are_links(language):
    for headline, is_found in (("<h3><a href='/page'>{}</a></h3>", True), ("<h3>{}</h3>", False)):
        lines = render(parse_page(as_page(language, headline)))
        assert bool(find_teasers(lines, measure([lines])[0])) == is_found


def test_linked_teasers_below_a_text_are_no_main_text():
    reading = read_pages([as_page("en", "<a href='/page'>{}</a>")])[0]
    main = " ".join(reading.text[part.start : part.end] for part in reading.segments if part.label == "main")
    assert ARTICLE[-1] in main
    assert not any(said in main or head in main for head, said in TEASERS["en"])
