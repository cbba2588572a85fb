from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.segments import learned
from tasks.clean.segments.learned.trees import (
    FURTHEST,
    SCALE,
    Trees,
    average,
    load_trees,
    pack,
    save_trees,
    unpack,
)

FORESTS = ("html_first", "html_kinds", "html_second", "text_first", "text_kinds", "text_second")
DEPTH = 3
NAMES = ("a", "b", "c")


@st.composite
def forests(draw):
    count = draw(st.integers(1, 5))
    random = np.random.default_rng(draw(st.integers(0, 1 << 30)))
    leaves = random.integers(-3000, 3000, (2, count << DEPTH))
    columns = random.integers(0, len(NAMES), (count, DEPTH))
    return Trees(NAMES, columns, random.integers(0, 255, (count, DEPTH)).astype(np.uint8), pack(*leaves))


def answer_by_walking(trees: Trees, line: dict[str, int]) -> tuple[int, int]:
    """The log-odds of one line, tree by tree and question by question."""
    main, comment = unpack(trees.leaves)
    total = [0, 0]
    for tree in range(len(trees.columns)):
        leaf = sum(
            (line[trees.names[trees.columns[tree, level]]] > trees.borders[tree, level]) << level
            for level in range(DEPTH)
        )
        total[0] += int(main[(tree << DEPTH) + leaf])
        total[1] += int(comment[(tree << DEPTH) + leaf])
    return total[0], total[1]


@given(forests(), st.integers(1, 3000), st.integers(0, 1 << 30))
@settings(max_examples=60, deadline=None)
def test_lines_get_what_walking_down_the_trees_gives(trees, count, seed):
    table = np.random.default_rng(seed).integers(0, 256, (len(NAMES), count)).astype(np.uint8)
    columns = dict(zip(NAMES, table, strict=True))
    found = trees.evaluate(columns)
    assert np.allclose(found.sum(axis=1), 1)
    for line in {0, count // 2, count - 1}:
        alone = {name: values[line : line + 1] for name, values in columns.items()}
        assert trees.evaluate(alone).tolist() == [found[line].tolist()]
        main, comment = answer_by_walking(trees, {name: int(values[line]) for name, values in columns.items()})
        wanted = np.exp(np.clip([main / SCALE, 0, comment / SCALE], -FURTHEST, FURTHEST))
        assert found[line] == pytest.approx(wanted / wanted.sum(), abs=0.01)


@given(st.lists(forests(), min_size=1, max_size=4), st.integers(0, 1 << 30))
@settings(max_examples=40, deadline=None)
def test_the_average_of_forests_says_the_mean_of_what_they_say(several, seed):
    several = [replace(forest, names=(f"own {n}", "b", "c")) for n, forest in enumerate(several)]
    names = {name for forest in several for name in forest.names}
    columns = {name: np.random.default_rng(seed).integers(0, 256, 50).astype(np.uint8) for name in sorted(names)}
    said = [unpack(forest.add_up(columns)) for forest in several]
    trees = sum(len(forest.columns) for forest in several)
    for found, parts in zip(unpack(average(several).add_up(columns)), zip(*said, strict=True), strict=True):
        assert np.abs(found - np.mean(parts, axis=0)).max() <= trees / 2


@given(st.lists(st.tuples(st.integers(-(1 << 20), 1 << 20), st.integers(-(1 << 20), 1 << 20)), min_size=1, max_size=50))
def test_sums_of_packed_numbers_are_both_sums(pairs):
    main, comment = (np.array(numbers) for numbers in zip(*pairs, strict=True))
    total = pack(main, comment).sum(keepdims=True)
    assert [int(part[0]) for part in unpack(total)] == [main.sum(), comment.sum()]


@given(forests())
@settings(max_examples=10, deadline=None)
def test_a_forest_is_read_as_it_was_written(trees):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "forest.npz")
        save_trees(trees, path)
        with np.load(path) as arrays:
            assert str(arrays["names"]).split() == list(trees.names)
            assert (pack(arrays["main"].astype(np.int64), arrays["comment"].astype(np.int64)) == trees.leaves).all()


def test_the_forests_and_their_tables_are_small_and_all_there():
    paths = sorted(Path(learned.__file__).parent.glob("*.npz"))
    assert [path.stem for path in paths] == sorted((*FORESTS, "text_words"))
    assert sum(path.stat().st_size for path in paths) < 4_000_000


@pytest.mark.parametrize("name", FORESTS)
def test_a_forest_asks_only_columns_that_are_measured(name):
    from tasks.clean.segments.classify import first_columns
    from tasks.clean.segments.learned.case import lay_side_by_side, whole_words
    from tasks.clean.segments.learned.kinds import document_columns, kind_columns
    from tasks.clean.segments.learned.leanings import leaning_columns
    from tasks.clean.segments.learned.stacking import stacked_columns
    from tasks.clean.segments.lines import split_lines
    from tasks.clean.segments.reading import survey
    from tasks.clean.segments.render import parse_page, render

    page = "<h1>A title</h1><p>The lake froze early, as it does in most years.</p><p>Home</p>"
    lines = render(parse_page(page)) if name.startswith("html") else split_lines("A title\n\nThe lake froze.\n\nHome")
    cases = survey([(lines, None)])
    batch = lay_side_by_side([len(case.lines) for case in cases])
    columns = first_columns(cases, batch, whole_words(cases))
    if name.startswith("text"):
        columns |= leaning_columns(cases, batch)
    if name.endswith("second"):
        columns |= stacked_columns(np.full((len(batch), 3), 1 / 3), whole_words(cases), batch)
    if name.endswith("kinds"):
        columns = document_columns(columns, load_trees(name).names, whole_words(cases), batch)
        batch = lay_side_by_side([1])
    else:
        columns |= kind_columns(load_trees(f"{name.partition('_')[0]}_kinds"), columns, whole_words(cases), batch)
    assert set(load_trees(name).names) <= set(columns)
    assert {values.dtype for values in columns.values()} == {np.dtype(np.uint8)}
    assert {len(values) for values in columns.values()} == {len(batch)}
