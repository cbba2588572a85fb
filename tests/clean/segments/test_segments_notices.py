"""What software writes below an entry, in a form or about the browser is no main text, in whatever language."""

import pytest

from tasks.clean.segments import segment_pages, segment_texts

TEXT = (
    "The lamp on the mole\n\n"
    "Nobody has counted the steps of the tower since the bell was taken down, and nobody will before spring.\n\n"
    "The keeper's daughter, who has the key, says that there were once a hundred and twelve of them, and that the last "
    "nine were carried off for the new landing stage.\n\n"
    "From the water the tower looks as it always did. Only the boats that come in late notice that the lamp is lit an "
    "hour later than it used to be.\n\n"
)
NOTICES = {
    "below an entry": "This entry was posted on Saturday, August 25th, 2012 at 12:23 am and is filed under Towers. You "
    "can follow any responses to this entry through the RSS 2.0 feed. You can leave a response, or trackback from your "
    "own site.",
    "two taxonomies": "This entry was posted in Towers and tagged brass, lamps. Bookmark the permalink.",
    "German": "Dieser Eintrag wurde am 3. Mai 2012 von Ada unter Türme veröffentlicht.",
    "French": "Cette entrée a été publiée dans Phares, marquée avec lampe, port. Mettez-la en favori.",
    "a form": "Oops! Something went wrong while submitting the form.",
    "validation": "This field is for validation purposes and should be left unchanged.",
    "the browser": "You are using an outdated browser. Please upgrade your browser to improve your experience.",
    "tags": "Tags: towers, lamps, the mole, winter",
}


def label_of(text, segments, line) -> set[str]:
    start = text.index(line)
    return {each.label for each in segments if each.start < start + len(line) and each.end > start}


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES)
def test_it_is_boilerplate_below_a_text(notice):
    text = f"{TEXT}{notice}\n\nAbout us\nContact\n"
    (segments,) = segment_texts([text])
    assert label_of(text, segments, notice) == {"boilerplate"}
    assert label_of(text, segments, "The keeper's daughter") == {"main"}


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES)
def test_it_is_boilerplate_on_a_page(notice):
    body = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT.strip().split("\n\n")[1:])
    page = f"<body><article><h1>The lamp on the mole</h1>{body}<p>{notice}</p></article><footer>Contact</footer></body>"
    (found,) = segment_pages([page])
    assert label_of(found.text, found.segments, notice) == {"boilerplate"}
    assert label_of(found.text, found.segments, "From the water") == {"main"}


def test_a_text_that_tells_of_such_things_keeps_them():
    told = (
        "Posted in the hall, the notice was soon forgotten, and nobody took it down.",
        "Tags were what the porters called the brass discs that hung behind the door.",
    )
    text = TEXT + "\n\n".join(told) + "\n\nThe harbour master keeps them in a drawer, with the lists of those years.\n"
    (segments,) = segment_texts([text])
    assert {label for line in told for label in label_of(text, segments, line)} == {"main"}
