import numpy as np
import pytest

from tasks.clean.segments.learned.case import lay_side_by_side
from tasks.clean.segments.learned.network import (
    EXACT,
    LEVELS,
    SURE,
    UNIT,
    heed_network,
    load_network,
    read_network,
    save_network,
)
from tasks.clean.segments.learned.trees import SCALE, pack, unpack
from tasks.clean.segments.training.fitting import Table
from tasks.clean.segments.training.network import train
from tasks.clean.segments.training.passes import Pass, draw_weights, read_columns
from tasks.clean.segments.training.whole_numbers import to_whole_numbers

SIZES = [30] * 120


pytestmark = pytest.mark.xdist_group("network")  # it is trained once


@pytest.fixture(scope="module")
def table() -> Table:
    """Lines that are main text where the line above says so, and comments where the one two below does."""
    random = np.random.default_rng(0)
    values = random.integers(0, 200, (sum(SIZES), 5)).astype(np.uint8)
    values[random.random(len(values)) < 0.1, 3] = 255
    above, below = (np.roll(values[:, column], by) > 120 for column, by in ((0, 1), (1, -2)))
    labels = np.where(above, 0, np.where(below, 2, 1))
    return Table(list("abcde"), values, labels, np.ones(len(values)))


@pytest.fixture(scope="module")
def network(table):
    return train([table, table], [SIZES, SIZES], 1, lambda _: None)


def ask(network, table, rows=None, sizes=SIZES):
    columns = dict(zip(table.names, np.ascontiguousarray(table.values.T), strict=True))
    rows = np.arange(len(table.labels)) if rows is None else rows
    return network.add_up(columns, lay_side_by_side(sizes), rows)


def test_a_network_learns_what_lines_around_say(network, table):
    main, comment = unpack(ask(network, table))
    found = np.stack((main, np.zeros_like(main), comment), axis=1).argmax(axis=1)
    inner = np.arange(len(found)) % 30 % 27 > 0
    assert (found == table.labels)[inner].mean() > 0.85
    assert np.abs(main).max() < 30 * SCALE


def test_what_is_asked_about_one_document_or_line_is_what_is_asked_about_all(network, table):
    all_of_them = ask(network, table)
    alone = Table(table.names, table.values[60:90], table.labels[60:90], table.weights[60:90])
    assert ask(network, alone, sizes=[30]).tolist() == all_of_them[60:90].tolist()
    rows = np.array([3, 89, 90])
    assert ask(network, table, rows).tolist() == all_of_them[rows].tolist()


def test_it_counts_one_part_where_the_trees_are_not_sure_and_none_elsewhere(network, table):
    said, _ = unpack(ask(network, table))
    trees = np.where(np.arange(len(said)) % 2, int(SURE * SCALE), 3)
    columns = dict(zip(table.names, np.ascontiguousarray(table.values.T), strict=True))
    sums = pack(trees, np.full(len(said), -100 * SCALE))
    main, _ = unpack(heed_network(sums, network, columns, lay_side_by_side(SIZES), 3))
    assert main[1::2].tolist() == trees[1::2].tolist()
    assert main[::2].tolist() == ((2 * 3 + said[::2]) // 3).tolist()


@pytest.mark.parametrize("name", ["trained here", "html_network", "text_network"])
def test_no_sum_can_be_inexact(request, name):
    network = request.getfixturevalue("network") if name == "trained here" else load_network(name)
    most = [np.abs(network.meanings.astype(np.int64)).max(axis=1).tolist() + [UNIT] * len(network.absent)]
    most += [[LEVELS] * len(layer.weights) for layer in network.layers[1:]]
    for layer, limits in zip(network.layers, most, strict=True):
        assert (layer.weights == np.rint(layer.weights)).all()
        sums = (np.abs(layer.weights) * np.array(limits)[:, None]).sum(axis=0) + np.abs(layer.biases)
        assert sums.max() < EXACT


def test_in_whole_numbers_it_answers_nearly_as_before(table):
    reader = read_columns(table.values)
    weights = draw_weights(5 + len(reader.absent), np.random.default_rng(2))
    starts = np.repeat(np.arange(0, len(table.values), 30), 30)
    answers = Pass(weights, reader.read(table.values), starts, starts + 30).answers
    found = unpack(ask(to_whole_numbers(weights, reader, table, np.array(SIZES)), table))
    for number, label in enumerate((0, 2)):
        odds = answers[:, label] - answers[:, 1]
        assert np.abs(found[number] / SCALE - odds).mean() < 0.03 * np.abs(odds).mean()


def test_what_is_written_is_read_again(network, table, tmp_path):
    save_network(network, tmp_path / "network.npz")
    again = read_network(tmp_path / "network.npz")
    assert ask(again, table).tolist() == ask(network, table).tolist()
    save_network(again, tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "network.npz").read_bytes()


def test_gradients_are_those_of_the_answers(table):
    reader = read_columns(table.values)
    weights = [weight.astype(np.float64) for weight in draw_weights(5 + len(reader.absent), np.random.default_rng(2))]
    inputs, first, last = reader.read(table.values[:40]), np.repeat([0, 30], [30, 10]), np.repeat([30, 40], [30, 10])
    errors = np.random.default_rng(3).normal(size=(40, 3))
    gradients = Pass(weights, inputs, first, last).back(weights, errors)
    for number, weight in enumerate(weights):
        place = tuple(size // 2 for size in weight.shape)
        kept = weight[place]
        answers = []
        for step in (1e-5, -1e-5):
            weight[place] = kept + step
            answers.append((Pass(weights, inputs, first, last).answers * errors).sum())
        weight[place] = kept
        assert gradients[number][place] == pytest.approx((answers[0] - answers[1]) / 2e-5, rel=1e-3, abs=1e-5)
