from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.segments import learned
from tasks.clean.segments.learned.network import load_network
from tasks.clean.segments.learned.trees import (
    DOUBT,
    FURTHEST,
    SCALE,
    Trees,
    average,
    load_trees,
    pack,
    read_trees,
    save_trees,
    unpack,
)

NETWORKS = ("html_network", "text_network")
FORESTS = tuple(f"{kind}_{part}" for kind in ("html", "text") for part in ("first", "kinds", "offers", "second"))
DEPTH = 3
NAMES = ("a", "b", "c")


def grow(trees: int, seed: int) -> Trees:
    random = np.random.default_rng(seed)
    leaves = random.integers(-3000, 3000, (2, trees << DEPTH))
    columns = random.integers(0, len(NAMES), (trees, DEPTH))
    return Trees(NAMES, columns, random.integers(0, 255, (trees, DEPTH)).astype(np.uint8), pack(*leaves))


SEEDS = st.integers(0, 1 << 30)
forests = st.builds(grow, st.integers(1, 5), SEEDS)
draws = st.builds(
    lambda trees, seeds: [grow(trees, seed) for seed in seeds],
    st.integers(1, 5),
    st.lists(SEEDS, min_size=2, max_size=4),
)


def ask(trees: Trees, table: np.ndarray) -> np.ndarray:
    """The log-odds of main text, comment and boilerplate for each line: shape (3, lines)."""
    main, comment = unpack(trees.add_up(dict(zip(trees.names, table, strict=True))))
    return np.stack((main, comment, np.zeros_like(main)))


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


@given(forests, st.integers(1, 3000), SEEDS)
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


@given(draws, SEEDS)
@settings(max_examples=40, deadline=None)
def test_the_average_of_forests_says_the_mean_of_what_they_say_where_the_first_is_in_doubt(several, seed):
    table = np.random.default_rng(seed).integers(0, 256, (len(NAMES), 200)).astype(np.uint8)
    mean = average(several)
    first, found = ask(several[0], table), ask(mean, table)
    lead = np.diff(np.sort(first, axis=0)[1:], axis=0)[0] / SCALE
    rounding = len(mean.columns) / 2
    doubted, sure = lead < DOUBT - rounding / SCALE, lead >= DOUBT + rounding / SCALE
    wanted = np.where(doubted, np.mean([ask(forest, table) for forest in several], axis=0), first)
    assert np.abs(found - wanted)[:, doubted | sure].max(initial=0) <= rounding


@given(draws, SEEDS)
@settings(max_examples=20, deadline=None)
def test_an_average_of_forests_says_of_a_line_what_it_says_of_it_alone(several, seed):
    table = np.random.default_rng(seed).integers(0, 256, (len(NAMES), 50)).astype(np.uint8)
    mean = average(several)
    alone = [ask(mean, table[:, line : line + 1]) for line in range(50)]
    assert (np.concatenate(alone, axis=1) == ask(mean, table)).all()


def test_columns_of_several_forests_are_told_apart_by_name():
    several = [replace(grow(3, seed), names=(f"own {seed}", "b", "c")) for seed in range(3)]
    mean = average(several)
    assert set(mean.names) == {"own 0", "own 1", "own 2", "b", "c"}
    zero = {name: np.zeros(1, np.uint8) for name in mean.names}
    low, high = (unpack(mean.add_up(zero | {"own 2": np.array([value], np.uint8)})) for value in (0, 255))
    assert low != high


@given(st.lists(st.tuples(st.integers(-(1 << 20), 1 << 20), st.integers(-(1 << 20), 1 << 20)), min_size=1, max_size=50))
def test_sums_of_packed_numbers_are_both_sums(pairs):
    main, comment = (np.array(numbers) for numbers in zip(*pairs, strict=True))
    total = pack(main, comment).sum(keepdims=True)
    assert [int(part[0]) for part in unpack(total)] == [main.sum(), comment.sum()]


@given(draws)
@settings(max_examples=10, deadline=None)
def test_a_forest_is_read_as_it_was_written(several):
    import tempfile

    mean = average(several)
    with tempfile.TemporaryDirectory() as folder:
        save_trees(mean, Path(folder, "forest.npz"))
        read = read_trees(Path(folder, "forest.npz"))
    for name in ("names", "columns", "borders", "leaves", "draws"):
        assert np.array_equal(getattr(read, name), getattr(mean, name))


def test_the_forests_and_their_tables_are_small_and_all_there():
    paths = sorted(Path(learned.__file__).parent.glob("*.npz"))
    assert [path.stem for path in paths] == sorted((*FORESTS, *NETWORKS, "text_words"))
    assert sum(path.stat().st_size for path in paths) < 4_000_000


@pytest.mark.parametrize("name", [*FORESTS, *NETWORKS])
def test_only_columns_that_are_measured_are_asked(name):
    from tasks.clean.segments.classify import first_columns
    from tasks.clean.segments.learned.boxes import number_boxes
    from tasks.clean.segments.learned.case import lay_side_by_side, whole_words
    from tasks.clean.segments.learned.kinds import document_columns, kind_columns
    from tasks.clean.segments.learned.leanings import leaning_columns
    from tasks.clean.segments.learned.stacking import stacked_columns
    from tasks.clean.segments.lines import split_lines
    from tasks.clean.segments.markup.render import parse_page, render
    from tasks.clean.segments.reading import survey

    page = "<h1>A title</h1><p>The lake froze early, as it does in most years.</p><p>Home</p>"
    lines = render(parse_page(page)) if name.startswith("html") else split_lines("A title\n\nThe lake froze.\n\nHome")
    cases = survey([(lines, None)])
    batch = lay_side_by_side([len(case.lines) for case in cases])
    columns = first_columns(cases, batch, whole_words(cases), number_boxes(cases, batch))
    if name.startswith("text"):
        columns |= leaning_columns(cases, batch)
    if name.endswith(("second", "offers", "network")):
        columns |= stacked_columns(np.full((len(batch), 3), 1 / 3), whole_words(cases), batch)
    if name.endswith("kinds"):
        columns = document_columns(columns, load_trees(name).names, whole_words(cases), batch)
        batch = lay_side_by_side([1])
    else:
        columns |= kind_columns(load_trees(f"{name.partition('_')[0]}_kinds"), columns, whole_words(cases), batch)
    learned_from = load_network(name) if name in NETWORKS else load_trees(name)
    assert set(learned_from.names) <= set(columns)
    assert {values.dtype for values in columns.values()} == {np.dtype(np.uint8)}
    assert {len(values) for values in columns.values()} == {len(batch)}
