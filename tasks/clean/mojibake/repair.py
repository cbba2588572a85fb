"""Undo mojibake and touch nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from tasks.clean.mojibake.characters import control_characters
from tasks.clean.mojibake.east_asian import repair_east_asian
from tasks.clean.mojibake.fixes import Repaired, in_order
from tasks.clean.mojibake.gate import is_sound
from tasks.clean.mojibake.lines import cut_lines, cut_pieces, fix_line
from tasks.clean.mojibake.one_byte import repair_one_byte, restore_spaces
from tasks.clean.mojibake.options import Options
from tasks.clean.mojibake.western import repair_western

_PIECE = 1 << 20
"""Characters that are judged together."""
_TAG = re.compile("<[A-Za-z/!?]")
"""ftfy takes any `<` for HTML; a lone one is a sign of mathematics or an arrow."""

_ROUNDS = 6
"""Mojibake of mojibake of mojibake was seen; what is not at rest by then is left as it came."""


def repair(text: str, options: Options = Options()) -> Repaired:  # noqa: B008 (frozen)
    """Undo what broke the text, and say what that was.

    Text in which nothing is broken comes back as the same object, at many times the speed of ftfy: a proof that there
    is nothing to do stands in front of it. Repairing again changes nothing. Repairs are tried in this order: legacy
    encodings read as windows-1252, UTF-8 of which all was read as one encoding, ftfy's, UTF-8 in parts. Never raises.
    """
    if is_sound(text, options):
        return Repaired(text)
    if (bare := drop_controls(text, options)) is not None:
        return Repaired(bare, ("controls",))
    current, codes = text, set[str]()
    for _ in range(_ROUNDS):
        fixed, found = _repair_once(current, options)
        if fixed == current:
            break
        current = fixed
        codes |= found
    else:
        return Repaired(text)
    return Repaired(text) if current == text else Repaired(current, in_order(codes))


def drop_controls(text: str, options: Options) -> str | None:
    """Give the text without its control characters where nothing else is to be repaired, neither before nor after.

    None where that cannot be proven. Of a thousand pages some ten hold a U+FEFF in their midst, where a template was
    put together from files, and nothing else: looking for repairs would take fifty times as long.
    """
    if not options.remove_control_chars or not (pattern := control_characters()).search(text):
        return None
    bare = pattern.sub("", text)
    return bare if is_sound(text, _but_for_controls(options)) and is_sound(bare, options) else None


def _repair_once(text: str, options: Options) -> tuple[str, set[str]]:
    """Go over the text once, a piece at a time so that memory is bounded."""
    codes: set[str] = set()
    pieces = []
    by_lines = _for_lines(options, references=options.unescape_html is not False)
    for piece in cut_pieces(text, _PIECE, options.max_decode_length):
        if options.unescape_html == "auto" and by_lines.unescape_html and _TAG.search(piece):
            fixed, found, by_lines = _repair_up_to_tag(piece, options)
        else:
            fixed, found = _repair_piece(piece, options, by_lines)
        pieces.append(fixed)
        codes |= found
    return "".join(pieces), codes


def _repair_up_to_tag(piece: str, options: Options) -> tuple[str, set[str], Options]:
    """Repair a piece with the first tag in it: character references are left alone from its line on."""
    tag = _TAG.search(piece)
    start = piece.rfind("\n", 0, tag.start()) + 1 if tag else 0
    with_references = _for_lines(options, references=True)
    without_references = _for_lines(options, references=False)
    head, before = _repair_piece(piece[:start], options, with_references)
    rest, after = _repair_piece(piece[start:], options, without_references)
    return head + rest, before | after, without_references


def _repair_piece(text: str, options: Options, by_lines: Options) -> tuple[str, set[str]]:
    codes: set[str] = set()
    if options.repair_legacy and not text.isascii() and (repaired := repair_western(text, options)):
        text = repaired[0]
        codes.add(f"{repaired[1]}-as-windows-1252")
    if options.fix_encoding and (undone := repair_one_byte(text, completely=True)):
        text = undone[0]
        codes.add(f"utf-8-as-{undone[1]}")
    text, found = _undo_other(text, options)
    codes |= found
    text, found = _repair_lines(text, options, by_lines)
    codes |= found
    text, found = _undo_other(text, options)
    codes |= found
    if options.fix_encoding and options.repair_utf8_as_other and (undone := repair_one_byte(text, completely=False)):
        text = undone[0]
        codes.add(f"utf-8-as-{undone[1]}")
    return text, codes


def _undo_other(text: str, options: Options) -> tuple[str, set[str]]:
    """Undo readings as an East Asian encoding: before ftfy, which takes a stray control for windows-1252, and after."""
    if not options.repair_utf8_as_other or text.isascii():
        return text, set()
    other = repair_east_asian(text)
    return (other[0], {f"utf-8-as-{other[1]}"}) if other else (text, set())


def _repair_lines(text: str, options: Options, by_lines: Options) -> tuple[str, set[str]]:
    """Hand the lines that are not proven sound to ftfy; a line that repeats is looked at once."""
    codes: set[str] = set()
    done: dict[str, str] = {}
    for line in cut_lines(text, options.max_decode_length):
        if line in done:
            continue
        if is_sound(line, by_lines):
            done[line] = line
            continue
        spaced = restore_spaces(line) if options.fix_encoding and options.restore_byte_a0 else None
        if spaced:
            codes |= {"utf-8-as-windows-1252", "spaces-restored"}
        done[line], found = fix_line(spaced or line, by_lines)
        codes |= found
    return "".join([done[line] for line in cut_lines(text, options.max_decode_length)]), codes


@cache
def _but_for_controls(options: Options) -> Options:
    """Give the options of a repair that leaves control characters where they are."""
    return replace(options, remove_control_chars=False)


@cache
def _for_lines(options: Options, *, references: bool) -> Options:
    """Give the options for single lines: without what is judged by the whole text, references decided."""
    return replace(options, repair_legacy=False, repair_utf8_as_other=False, unescape_html=references)


_LINE_ENDS = ("\r", "\x85", "\u2028", "\u2029")


def settle(text: str) -> tuple[str, tuple[str, ...]]:
    r"""Give text the form in which it is published: LF line ends only, and no surrogates.

    CR LF, CR, NEL, U+2028 and U+2029 become LF; a surrogate pair becomes its character, a single surrogate U+FFFD.
    Called after `repair`, which needs NEL as evidence. Gives the text and the codes of FIXES, none where it is the same
    object.

    >>> settle("a\r\nb\rc")
    ('a\nb\nc', ('line-ends',))
    """
    codes: set[str] = set()
    if any(map(text.__contains__, _LINE_ENDS)):  # five quick scans beat one regular expression
        text = text.replace("\r\n", "\n")
        for end in _LINE_ENDS:
            text = text.replace(end, "\n")
        codes.add("line-ends")
    if not text.isascii() and _has_surrogates(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        codes.add("surrogates")
    return text, in_order(codes)


def _has_surrogates(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def repair_and_settle(text: str, options: Options = Options()) -> Repaired:  # noqa: B008 (frozen)
    """Repair a text and give it the form in which it is published, so that doing it again changes nothing.

    One after the other would not do: a line end that `settle` makes can show `repair` another line.
    """
    current, codes = text, set[str]()
    for _ in range(_ROUNDS):
        repaired = repair(current, options)
        settled, ends = settle(repaired.text)
        codes.update(repaired.fixes, ends)
        if settled == current:
            break
        current = settled
    return Repaired(current, in_order(codes) if current != text else ())
