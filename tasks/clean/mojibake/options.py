"""What repair may do, and what each liberty risks."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Normalization = Literal["NFC", "NFD", "NFKC", "NFKD"]

# Of this room's own; all others are ftfy's, by its names.
_OWN = ("repair_legacy", "repair_habits", "repair_utf8_as_other")


@dataclass(frozen=True, slots=True)
class Options:
    """The liberties of `repair`. The defaults undo damage and leave the author's text alone."""

    unescape_html: bool | Literal["auto"] = "auto"
    """Turn character references (`&eacute;`, `&#233;`) into characters. `auto` does so up to the first line with a tag
    (ftfy stops at any `<`). Risk: text that explains HTML is changed; True also does so in HTML, where it makes tags of
    `&lt;`."""
    remove_terminal_escapes: bool = True
    """Drop the colour codes of terminals. Risk: none in text."""
    fix_encoding: bool = True
    """Undo UTF-8 that was read as another encoding. The four options after this one refine it. Risk: text about
    mojibake is repaired too."""
    restore_byte_a0: bool = True
    """Take a space for a no-break space where that makes a broken sequence whole. Risk: `fà cil` for `fàcil`."""
    replace_lossy_sequences: bool = True
    """Put one U+FFFD in place of a sequence of which bytes are lost. Risk: the remains are no longer seen."""
    decode_inconsistent_utf8: bool = True
    """Repair parts of a line when the whole is broken in several ways. Risk: a rare sequence such as `Ã±` was meant."""
    fix_c1_controls: bool = True
    """Read the controls U+0080 to U+009F as windows-1252, as browsers do. Risk: none in text."""
    fix_latin_ligatures: bool = False
    """Take `ﬁ` apart. Risk: changes what the author typed, also the Dutch and Croatian digraphs."""
    fix_character_width: bool = False
    """Turn full-width Latin and half-width katakana into the usual forms. Risk: changes Chinese and Japanese
    typography, the ideographic space included."""
    uncurl_quotes: bool = False
    """Straighten curly quotes. Risk: changes the author's typography, and merges quotes with apostrophes."""
    fix_line_breaks: bool = False
    """Turn all line ends into LF. `settle` does this for published text; here it would report a repair where nothing
    was broken."""
    fix_surrogates: bool = True
    """Join surrogate pairs, and put U+FFFD for single ones. Risk: none, they are no characters."""
    remove_control_chars: bool = True
    """Drop control characters that show nothing, deprecated format characters, U+FEFF and U+FFFC. Risk: a NUL or a form
    separator may have been a separator of fields."""
    normalization: Normalization | None = None
    """Bring the text into a Unicode normal form. Risk: NFC changes the code points of text that looks the same; NFKC
    also loses superscripts, ligatures and widths."""
    max_decode_length: int = 1_000_000
    """How many characters of a line are repaired at once. Risk: longer lines are cut there, and a sequence on the cut
    stays broken."""
    repair_legacy: bool = True
    """Undo legacy encodings read as windows-1252 or Latin-1 (`Ïðèâåò`, `pøíliš`), where the result reads as a language
    and the text as it is does not. Risk: lists of codes or names of no language, if long, may come near one."""
    repair_habits: bool = False
    """With `repair_legacy`, also where nothing but letters changes that people typed so for want of keys: õ and û for ő
    and ű in Hungarian, ý, þ and ð for ı, ş and ğ in Turkish. Risk: the author's own spelling is changed."""
    repair_utf8_as_other: bool = True
    """Undo UTF-8 read as GBK, Shift-JIS, EUC-KR, Big5 or a code page that ftfy leaves alone, where a whole line
    decodes. Risk: a short line of rare CJK characters may happen to be valid UTF-8."""

    def for_ftfy(self) -> dict[str, object]:
        """Give the options that ftfy knows, by its names."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name not in _OWN}


FOR_HTML = Options(unescape_html=False)
"""For HTML before it is rendered: the parser resolves character references, and `&lt;` must not become a tag."""
