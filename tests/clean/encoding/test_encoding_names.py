"""Names of encodings are few, and `bytes.decode` knows them all."""

import encodings.aliases

import pytest

from tasks.clean.encoding import names
from tasks.clean.encoding.legacy import priors


def test_all_names_can_be_decoded_with():
    known = {*names._CANONICAL.values(), *names._LABELS.values(), *names.MULTIBYTE, *priors()}

    for name in known:
        assert name == name.lower()
        assert b"a".decode(name, "replace")


def test_names_are_fixed_points():
    for alias in {*encodings.aliases.aliases, *encodings.aliases.aliases.values(), *names._LABELS, *priors()}:
        name = names.canonical(alias)
        if name is not None:
            assert names.canonical(name) == name, alias
            assert b"".decode(name) == ""


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("ISO-8859-1", "windows-1252"),
        ("latin1", "windows-1252"),
        ("us-ascii", "utf-8"),
        ("UTF8", "utf-8"),
        (' "Windows-1251" ', "windows-1251"),
        ("shift_jis", "cp932"),
        ("EUC-KR", "cp949"),
        ("gb2312", "gb18030"),
        ("Big5", "big5hkscs"),
        ("TIS-620", "cp874"),
        ("macintosh", "mac-roman"),
        ("rot13", None),
        ("base64", None),
        ("utf-7", None),
        ("unicode_escape", None),
        ("", None),
    ],
)
def test_labels_of_the_web(label, name):
    assert names.canonical(label) == name
