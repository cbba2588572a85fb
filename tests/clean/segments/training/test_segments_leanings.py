"""Learning how words lean: from several sites, and for each part of the examples from the others."""

from dataclasses import replace

import numpy as np
import pytest

from tasks.clean.segments.learned.leanings import MIDDLE
from tasks.clean.segments.lines import split_lines
from tasks.clean.segments.training.examples import BOILERPLATE, COMMENT, MAIN, Example
from tasks.clean.segments.training.leanings import FEWEST_SITES, join_said, learn_leanings, sum_words
from tasks.clean.segments.training.tables import fold_of, load, save, tabulate

pytest.importorskip("scipy", reason="leanings are learned with SciPy, which a run does not need")

TEXT = "yesterday the lamp went out\nshipping and returns\nthanks for the lamp\nzebra {site}"
LABELS = np.array([MAIN, BOILERPLATE, COMMENT, MAIN])


def make_table(count):
    sites = [f"site{number}.example" for number in range(count)]
    examples = [
        Example(site, "page", "text", split_lines(TEXT.format(site=f"word{chr(97 + at)}")), None, LABELS)
        for at, site in enumerate(sites)
    ]  # fmt: skip
    return tabulate(examples)


def test_words_of_enough_sites_are_learned():
    lines = make_table(FEWEST_SITES + 1)
    leanings = learn_leanings(lines.said, lines.labels, lines.weights, lines.sites)
    sums = sum_words(lines.said, leanings)
    assert (sums & 0xFFFFF).tolist()[:4] == [5, 3, 4, 1]  # "zebra" stands on all sites, the word beside it on one
    main, comment = (((sums >> shift & 0xFFFFF) - 128 * (sums & 0xFFFFF))[:4] for shift in (40, 20))
    assert main[0] > 0 > main[1]
    assert comment[2] > 0 > comment[1]


def test_words_of_few_sites_are_not_learned():
    lines = make_table(FEWEST_SITES - 1)
    leanings = learn_leanings(lines.said, lines.labels, lines.weights, lines.sites)
    assert not leanings.packed.any()


def test_each_part_is_told_by_the_others():
    pytest.importorskip("catboost")
    from tasks.clean.segments.training.stages import lean

    lines = make_table(FEWEST_SITES + 10)
    told, leanings = lean(lines, np.ones(len(lines.labels), np.bool_))
    assert leanings.packed.any()
    column, known = (told.values[:, told.names.index(f"said_{name}")] for name in ("main", "known"))
    assert 0 < (known == 0).sum() < len(known) / 2  # the words of some examples say nothing
    assert (column[known == 0] == MIDDLE).all()
    assert (column[(known > 0) & (lines.labels == MAIN)] > MIDDLE).all()
    assert (column[(known > 0) & (lines.labels == BOILERPLATE)] < MIDDLE).all()
    # Labels turned around in one part only: it is told by the other parts, as they are.
    here = lines.folds == fold_of("site0.example")
    turned = replace(lines, labels=np.where(here & (lines.labels != COMMENT), 1 - lines.labels, lines.labels))
    again, _ = lean(turned, np.ones(len(lines.labels), np.bool_))
    assert (again.values[here] == told.values[here]).all()


def test_a_table_is_kept_with_its_words(tmp_path):
    lines = make_table(3)
    save(lines, tmp_path / "lines.npz")
    kept = load(tmp_path / "lines.npz")
    assert kept.names == lines.names
    assert kept.said.slots.tolist() == lines.said.slots.tolist()
    assert join_said([kept.said, lines.said]).counts().tolist() == [*lines.said.counts(), *lines.said.counts()]
