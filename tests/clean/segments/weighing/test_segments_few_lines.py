"""A plain text of a line or a few is text, unless a line says that it is something else."""

import pytest

from tasks.clean.segments import segment_pages, segment_texts


def main_text(text: str) -> str:
    (segments,) = segment_texts([text])
    return "".join(text[one.start : one.end] for one in segments if one.label == "main")


@pytest.mark.parametrize(
    "text",
    [
        "The bus is late.",
        "Hello world",
        "Fix a leak in the boiler room",
        "Temperature 21 C, humidity 40%",
        "Meeting moved to 3pm",
        "Re: the key to the shed",
        "12",
        "https://example.org/mills",
        "What is the capital of the valley?\nMillbrook",
        "The new lock\nIt turns both ways.\nNobody knows why.",
        "Der Bus kommt heute nicht.",
        "Le chat dort.",
        "El tren llega tarde.",
        "Il treno è in ritardo.",
        "O comboio está atrasado.",
        "De trein is te laat.",
        "Pociąg się spóźnia.",
        "Tren geç kaldı.",
        "Потяг запізнюється.",
        "Поезд опаздывает.",
        "Το τρένο αργεί.",
        "القطار متأخر.",
        "הרכבת מאחרת.",
        "ट्रेन देर से है।",
        "รถไฟมาช้า",
        "今天天气很好。",
        "今日はいい天気ですね",
        "기차가 늦습니다.",
    ],
)
def test_a_text_that_stands_alone_is_main_text(text: str) -> None:
    assert main_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Advertisement",
        "Home | About | Contact",
        "Read more",
        "Photo: Anna Smith",
        "By Anna Smith",
        "Published on 20 November 2026",
        "Subscribe to our newsletter",
        "Log in",
        "© 2026 The Millbrook Press",
        "Startseite",
        "广告",
        "Share",
    ],
)
def test_furniture_that_stands_alone_is_none(text: str) -> None:
    assert main_text(text) == ""


def test_a_few_lines_without_a_sentence_are_left_to_the_trees() -> None:
    assert main_text("Lamps\nRopes\nNets") == ""


def test_one_line_of_furniture_leaves_a_few_to_the_trees() -> None:
    lines = "Lamps and ropes for boats\nHe asked why."
    assert main_text(lines) == lines
    assert main_text(f"{lines}\nAdvertisement") == ""


def test_a_menu_of_more_lines_is_none() -> None:
    assert main_text("Lamps\nRopes\nNets\nWhy us?") == ""


def test_a_page_of_one_line_is_left_to_the_trees() -> None:
    """Those are shells of programs and ways to other pages."""
    (page,) = segment_pages(["<html><body><div id='root'>Taking you there</div></body></html>"])
    assert [one.label for one in page.segments] == ["boilerplate"]
