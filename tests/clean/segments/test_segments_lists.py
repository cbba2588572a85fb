"""Lists with times that look like threads, and threads that lists stand beside."""

import pytest

from tasks.clean.segments import read_pages, read_texts
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.markup.render import parse_page, render
from tasks.clean.segments.reading import survey
from tests.stories import SAID, STORY

NAMES = ("Runa", "Odd Falk", "Ida", "Wickham", "Peg Lowe", "Tallow", "Sven", "Gitta", "Orla", "Bo")


def find_thread(lines: list[str]):
    """The thread that the rules find in a plain text."""
    (case,) = survey([(split_lines("\n".join(lines)), None)])
    return case.layout.thread


def blocks(hours: list[int]) -> list[str]:
    """A time without a name and what stands below it, for each hour of one day."""
    return [line for at, hour in enumerate(hours) for line in (f"January 15, 2018 - {hour}:02 PM", SAID[at % 3])]


def test_times_without_names_newest_first_are_a_list_of_news():
    assert find_thread([*STORY, "Around the valley", *blocks([9, 8, 7, 6, 5])]).posts == ()


def test_below_a_heading_of_comments_the_newest_may_come_first():
    assert len(find_thread([*STORY, "5 Comments", *blocks([9, 8, 7, 6, 5])]).posts) == 5


def test_rows_of_titles_with_their_times_are_no_posts():
    titles = ("Mystics still magical", "Warriors slay the dragons", "Rafuse loses", "Phoenix rise up", "Choi wins it")
    rows = [f"* {title} 14/01/08 6:41 AM" for title in titles * 2]
    assert find_thread([*STORY, "Extra", *rows[:5], SAID[0], *rows[5:], SAID[1], SAID[2]]).posts == ()


def test_times_of_other_things_between_heading_and_named_posts_are_left_out():
    teasers = ["Posted on July 19th, 2012", "Another birthday present", "Posted on June 2nd, 2012", "The tweet to beat"]
    posts = [
        line
        for at, name in enumerate(NAMES)
        for line in (f"{name} — July 22nd, 2012, 6:{at + 10} pm", SAID[at % 3], "Reply")
    ]
    story = [*STORY, *(f"{line} {STORY[2]}" for line in SAID)]
    thread = find_thread([*story, "274 Comments", *teasers, *posts])
    assert len(thread.posts) >= len(NAMES)
    assert thread.end >= len(story) + 1 + len(teasers) + len(posts) - 1


def test_lists_far_behind_the_form_are_no_posts():
    posts = [line for name in NAMES[:4] for line in (f"{name} on 01/13/08 at 12:02PM", SAID[1])]
    menu = [f"Section {'abcdefghijklmnopqrstuvwxyz'[at]}" for at in range(26)]
    latest = ["Boating", "Rope on 01/15/08 at 1:07PM", "Gardens", "Spade on 01/15/08 at 1:09PM"]
    thread = find_thread([*STORY, "4 Comments", *posts, "Post a comment", *menu, *latest])
    assert len(thread.posts) == 4
    assert thread.end <= len(STORY) + 1 + len(posts) + 1


def commented(head: str) -> str:
    """A page of a blog program, `{name}` and `{at}` in each comment's head and body."""
    story = "".join(f"<p>{line}</p>" for line in STORY[1:] * 2)
    comments = "".join(head.format(name=name, at=10 + at, said=SAID[at % 3]) for at, name in enumerate(NAMES))
    return f"<h1>{STORY[0]}</h1>{story}<div id='comments'><h2>{len(NAMES)} Comments</h2>{comments}</div>"


WRITERS_CARD = (
    "<div class='comment'><footer class='comment-meta'><span class='vcard author'>{name}</span>"
    " | <a href='#c'>November 9, 2012 9:{at} AM</a> | <a href='#r'>Reply</a></footer><p>{said}</p></div>"
)
NUMBERED_FEET = (  # believed whatever times the posts speak of
    "<div><p>{said}</p><p>10 rounds: 2:{at}:59</p>"
    "<p>Comment #{at} - Posted by: {name} at May 9, 2012 9:{at} PM</p></div>"
)


@pytest.mark.parametrize("comment", [WRITERS_CARD, NUMBERED_FEET])
def test_the_head_or_foot_inside_a_comment_names_who_wrote_it(comment):
    (reading,) = read_pages([commented(comment)])
    assert [comment.author for comment in reading.comments] == list(NAMES)


def test_the_terms_above_the_form_do_not_turn_feet_into_heads():
    posts = [
        line for at in range(3) for line in (SAID[at], f"Posted by: {NAMES[at]} of Whitby {at + 2}:19pm May 4, 2018")
    ]
    terms = "We welcome your comments on this story. Comments are submitted for possible publication, and may be cut."
    thread = find_thread([*STORY, "Latest comments:", *posts, terms, "Leave a comment"])
    assert [post.author for post in thread.posts] == [f"{name} of Whitby" for name in NAMES[:3]]
    assert len(STORY) + 1 + len(posts) not in thread.roles


def test_posts_below_a_list_of_related_things_and_the_day_of_the_story():
    posts = [line for at, name in enumerate(NAMES) for line in (f"By {name} at 01/08/08 05:{at + 30} PM", SAID[at % 3])]
    thread = find_thread([*STORY, "January 8, 2008", "Read more:", "Ferries, chains, saws", *posts])
    assert len(thread.posts) == len(NAMES)


def test_names_and_times_of_which_a_renderer_made_lines_are_one_head():
    posts = [line for at, name in enumerate(NAMES) for line in (name, ",", "on", f"May {at + 1}, 2019", SAID[at % 3])]
    lines = [*STORY, "10 comments on “The ferry”", *posts]
    thread = find_thread(lines)
    assert [lines[post.start] for post in thread.posts] == list(NAMES)
    assert [lines[post.body] for post in thread.posts] == [SAID[at % 3] for at in range(len(NAMES))]


def test_addresses_in_brackets_above_their_time_are_a_list():
    rows = [
        line for name in NAMES for line in (f"{name} is hiring", "(", f"{name.split()[0]}.example", ")", "3 days ago")
    ]
    assert find_thread([*STORY, *rows]).posts == ()


def test_the_poster_below_a_subject_with_its_score_heads_a_post():
    posts = [
        line
        for at, name in enumerate(NAMES)
        for line in (
            f"* {SAID[at % 3][:20]} (Score: {at})",
            f"by {name} (4{at}871)",
            SAID[at % 3],
            "1 reply below your level",
        )
    ]
    lines = [*STORY, *posts]
    thread = find_thread(lines)
    heads = [f"by {name} (4{at}871)" for at, name in enumerate(NAMES)]
    assert [lines[post.start] for post in thread.posts] == heads[1:]
    assert {thread.roles[at] for at in thread.roles if "Score" in lines[at]} == {"repeated_title"}


def test_comments_on_a_picture_are_as_many_as_their_heading_says():
    posts = [
        line
        for at, name in enumerate(NAMES)
        for line in (f"{name} said...", SAID[at % 3], f"November {at + 10}, 2012 7:{at + 10} PM")
    ]
    lines = ["Next up: the ferry", "Pin it", f"{len(NAMES)} comments:", *posts, "Post a Comment"]
    archive = [*(f"* Ferries ({at}) + October ({at})" for at in range(25)), *(SAID * 2)]
    thread = find_thread([*lines, *archive])
    assert (lines[thread.start], thread.end) == (f"{NAMES[0]} said...", len(lines) - 1)
    assert len(thread.posts) >= len(NAMES)
    # In a forum the opening post has a head as well.
    assert find_thread([*lines[:2], f"{len(NAMES) - 1} comments:", *lines[3:]]).start > thread.start


def test_feet_of_which_a_renderer_made_lines():
    posts = [
        line
        for at, name in enumerate(NAMES)
        for line in (SAID[at % 3], "Posted by:", name, "|", f"October {at + 2}, 2012 at 01:5{at} PM")
    ]
    thread = find_thread([*STORY, "Comments", *posts, "Post a comment"])
    lines = [*STORY, "Comments", *posts]
    assert [(lines[post.body], post.author) for post in thread.posts] == [
        (SAID[at % 3], name) for at, name in enumerate(NAMES)
    ]
    assert {thread.roles[at] for at in range(thread.start, thread.end) if lines[at] not in SAID} == {"comment_meta"}


def test_a_name_its_address_a_bar_and_a_time_are_one_head():
    posts = [
        line
        for at, name in enumerate(NAMES)
        for line in (name, f"http://valley.example/{at}", "|", f"11/{at + 7}/2012 11:57:5{at} PM", SAID[at % 3])
    ]
    lines = [*STORY, "Post a Comment", *posts]
    assert [lines[post.start] for post in find_thread(lines).posts] == list(NAMES)


def test_the_latest_entries_of_other_blogs_behind_the_form_are_no_posts():
    people = [(name, f"August {at + 2}, 2012 4:1{at} AM", SAID[at % 3]) for at, name in enumerate(NAMES)]
    posts = [line for post in people for line in post]
    blogs = [line for at, name in enumerate(NAMES) for line in (f"{name}'s jars", SAID[at % 3], f"{at + 2} hours ago")]
    thread = find_thread([*STORY, "10 comments:", *posts, "Add comment", "My Blog List", *blogs])
    assert len(thread.posts) == len(NAMES)
    assert thread.end <= len(STORY) + 1 + len(posts)


@pytest.mark.parametrize(("body", "count"), [("<a href='/{at}'>{said}</a>", 0), ("{said}", len(NAMES))])
def test_names_and_times_above_links_are_a_list_of_articles(body, count):
    rows = "".join(
        f"<p>{name}</p><p>May {at + 1}, 2019 at 8:1{at} pm</p><p>{body.format(at=at, said=SAID[at % 3])}</p>"
        for at, name in enumerate(NAMES)
    )
    story = "".join(f"<p>{line}</p>" for line in STORY[1:])
    (case,) = survey([(render(parse_page(f"<h1>{STORY[0]}</h1>{story}<div>{rows}</div>")), None)])
    assert len(case.layout.thread.posts) == count


def test_the_hour_of_the_story_above_its_buttons_heads_no_post():
    posts = [
        line for at, name in enumerate(NAMES) for line in (f"Posted by: {name} on 9:1{at}pm Tue 1 Jan", SAID[at % 3])
    ]
    lines = [*STORY, "7:51pm Tuesday 1st January 2008", "Print Email this Comment", *posts]
    assert lines[find_thread(lines).start] == posts[0]


def test_a_table_with_little_beside_it_is_the_text():
    rows = [f"{name}   {number * 37.5:.2f}   {number - 4}.21   7,8{number}1,732" for number, name in enumerate(
        ("ABX", "CGN", "DLM", "EFT", "GHR", "IOP", "JKL", "MNO", "PQR", "STU"), 10
    )]  # fmt: skip
    notes = ["Prices are delayed by at least fifteen minutes.", "Past performance is no guide to what comes next."]
    text = "\n\n".join(["Closing prices 19 June 2004, 02:37", *rows, *notes])
    (reading,) = read_texts([text])
    main = "".join(text[part.start : part.end] for part in reading.segments if part.label == "main")
    assert all(row in main for row in rows)
    menu = "\n\n".join(f"{text} and the rest" for text in ("Home", "News", "Sport", "Weather", "Lamps") * 5)
    (case,) = survey([(split_lines(f"{menu}\n\n{text}"), None)])
    assert "body" not in case.layout.hints


def test_letters_that_open_a_paragraph_are_no_posters():
    said = [f"{line} {STORY[2]}" for line in SAID * 3]
    openings = [part for line in said for part in ("a", line[0], line[1:], said[0])]
    assert find_thread([*STORY, *openings]).posts == ()
    users = [part for name, line in zip(NAMES, said, strict=False) for part in (name[0], name.lower(), line)]
    assert len(find_thread([*STORY, "9 Comments", *users]).posts) == 9
