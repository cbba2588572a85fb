import numpy as np
import pytest

from tasks.clean.segments.learned.trees import SCALE, unpack

pytest.importorskip("catboost", reason="trees are grown with CatBoost, which a run does not need")


def test_packed_trees_answer_as_the_grown_ones():
    from catboost import CatBoostClassifier, Pool

    from tasks.clean.segments.training.fitting import DEPTH, Recipe, Table, draw, fit, pack_model

    random = np.random.default_rng(0)
    values = random.integers(0, 255, (900, 6)).astype(np.uint8)
    labels = np.where(values[:, 0] > 120, 0, np.where(values[:, 1] > 100, 2, 1))
    names = list("abcdef")
    model = CatBoostClassifier(loss_function="MultiClass", depth=DEPTH, iterations=8, verbose=False, thread_count=1,
                               allow_writing_files=False)  # fmt: skip
    model.fit(Pool(values.astype(np.float32), labels))
    trees = pack_model(model, names)
    found = trees.evaluate(dict(zip(names, np.ascontiguousarray(values.T), strict=True)))
    assert found == pytest.approx(model.predict_proba(values.astype(np.float32)), abs=0.02)
    grown, use = fit(Table(names, values, labels, np.ones(900)), Recipe(trees=20, lines=500))
    found = grown.evaluate(dict(zip(names, np.ascontiguousarray(values.T), strict=True)))
    assert (found.argmax(axis=1) == labels).mean() > 0.9
    assert set(np.argsort(-use)[:2].tolist()) == {0, 1}
    assert abs(unpack(grown.leaves)[0]).max() < 20 * SCALE
    rows, weights = draw(np.ones(900), 300, 1)
    assert 200 < len(rows) < 400
    assert weights.sum() == pytest.approx(900, rel=0.2)
