"""What is set into the text: pull quotes, and subheads that are none."""

import pytest

from tasks.clean.segments import segment_texts

TITLE = "How a choir finds its next leader"
LOST = (
    "When a choir of amateurs loses the woman who has led it for twenty years, it loses more than a conductor, and "
    "most choirs need a year to find that out."
)
LEARNT = (
    "Nobody is born knowing how to rehearse, and training for the new choir leader is something that the county pays "
    "for, though few choirs ever ask. The courses take two weekends, and the second is spent in front of real singers."
)
WANTED = (
    "What the singers want is simple: they want to begin on time, to sing more than they listen, and to go home with a "
    "tune in their heads. A leader who manages this is forgiven nearly everything else."
)
FOUND = (
    "In the end it was the baritone who took over, a retired postman who had never read a score in his life, and who "
    "filled the hall within a year."
)
SUBHEAD, OTHER = "Training for the new choir leader", "What singers want"


@pytest.mark.parametrize(
    ("line", "label"),
    [
        (SUBHEAD, "main"),
        (f"“{SUBHEAD}”", "boilerplate"),
        (f"{SUBHEAD} is something that the county pays for", "boilerplate"),
    ],
    ids=["a subhead", "in quotation marks", "a sentence"],
)
def test_a_short_line_that_its_paragraph_says_again_is_a_subhead(line, label):
    paragraphs = [TITLE, FOUND, LOST, line, LEARNT, OTHER, WANTED]
    text = "\n\n".join(paragraphs)
    (segments,) = segment_texts([text])
    found = [each for each in segments if text[each.start : each.end].strip() == line]
    assert [each.label for each in found] == [label]
