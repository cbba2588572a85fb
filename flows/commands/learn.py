"""`winnow learn`: learn what a source repeats on its pages."""

from __future__ import annotations

import click
from rich.console import Console
from rich.text import Text

from flows.commands.options import complete_source, local_folder, messages, raw
from flows.commands.sources import list_source
from flows.hidden import visible
from flows.tables import plain_table
from tasks.acquire.profile import PROFILE_FILE, Profile, dump_profile, load_profile
from tasks.acquire.source import load_rules
from tasks.clean.learning import Options, learn_source
from tasks.errors import SourceError, UsageError
from tasks.parts import write_whole
from tasks.place import Place

SHOWN_LINES = 15


@click.command(short_help="Learn what the pages of a source repeat.")
@click.argument("source", shell_complete=complete_source)
@raw
@click.option("--write", is_flag=True, help="Write it to raw/SOURCE/profile.json, in the place of an older one.")
def learn(source: str, raw: Place, write: bool) -> None:
    """Look through the records of SOURCE for lines that many of its pages have, and print a profile of them.

    Menus, notices, boxes of links: what a source repeats is no page's own text. With the profile beside source.toml the
    next ingest cleans the documents of the source again, and keeps such lines out of their main text. Copies of one
    page count once; dates and numbers do not matter. What was learnt stays as it is until it is learnt anew.

    \b
    Examples:
      winnow learn harbour-news              print it, and show the lines on most pages
      winnow learn harbour-news --write
    """  # noqa: D301 - \b is click's mark of a paragraph that is not wrapped
    settings = load_rules(raw, source)
    files = list_source(raw, source, settings.settle_seconds)
    console = messages()
    with console.status(f"reading up to {Options().most_pages} pages of {len(files)} files"):
        profile = learn_source(files, settings)
    least = Options().fewest_pages
    if profile.pages < least:
        facts = f"{profile.learnt_from['sampled']} readable records, {profile.learnt_from['copies']} of them copies"
        raise UsageError(
            problem=f"{profile.pages} different pages in {raw / source} ({facts}): a profile needs {least}",
            hint="learn when there are more",
        )
    _print_profile(console, source, profile)
    console.print(_compare(profile, raw / source), markup=False, soft_wrap=True)
    if not write:
        console.print(f"nothing was written: --write makes it {PROFILE_FILE} of the source", soft_wrap=True)
        click.echo(dump_profile(profile), nl=False)
        return
    path = local_folder(raw, PROFILE_FILE) / source / PROFILE_FILE
    write_whole(path, dump_profile(profile).encode())
    console.print(f"wrote {path}", markup=False, soft_wrap=True)


def _print_profile(console: Console, source: str, profile: Profile) -> None:
    facts = profile.learnt_from
    console.print(
        f"{source}: {profile.pages} different pages among {facts['sampled']} of {facts['records']} records, "
        f"{len(profile.lines)} lines are repeated",
        markup=False,
        soft_wrap=True,
    )
    if not profile.lines:
        return
    table = plain_table()
    for name in ("share", "pages"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("line", overflow="ellipsis", no_wrap=True, max_width=80)
    for each in profile.lines[:SHOWN_LINES]:
        table.add_row(f"{each.pages / profile.pages:.0%}", str(each.pages), Text(visible(each.example)))
    console.print(table)
    if len(profile.lines) > SHOWN_LINES:
        console.print(f"… and {len(profile.lines) - SHOWN_LINES} more", markup=False)


def _compare(profile: Profile, folder: Place) -> str:
    """What the profile changes against the one that is there."""
    try:
        before = load_profile(folder)
    except SourceError:
        return f"the {PROFILE_FILE} that is there cannot be read"
    if before is None and not profile.lines:
        return "with it nothing would change"
    if before is not None and before.fingerprint() == profile.fingerprint():
        return f"the {PROFILE_FILE} that is there says the same"
    old, new = ({each.line for each in one.lines} if one else set() for one in (before, profile))
    against = f"against the one that is there {len(new - old)} lines came and {len(old - new)} went; " if before else ""
    return f"{against}with it the next ingest cleans the documents of the source again"
