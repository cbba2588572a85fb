from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.language import Language, Options, detect_languages
from tasks.clean.language.once import load_once

ROOT = Path(__file__).parents[3]
CASES = json.loads(Path(__file__).with_name("cases.json").read_text("utf-8"))
SENTENCES = [*CASES["languages"].values(), *CASES["undetermined"]]

pieces = st.one_of(st.sampled_from(SENTENCES), st.text(max_size=40))
texts = st.lists(pieces, max_size=3).map("\n".join)


@settings(max_examples=120, deadline=None)
@given(st.lists(texts, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_batch_or_order(batch, shuffler):
    alone = {text: detect_languages([text])[0] for text in batch}
    shuffler.shuffle(batch)
    assert detect_languages(batch) == [alone[text] for text in batch]


@settings(max_examples=150, deadline=None)
@given(texts)
def test_confidence_is_a_probability_with_four_decimals(text):
    (found,) = detect_languages([text])
    assert 0.0 <= found.confidence <= 1.0
    assert found.confidence == round(found.confidence, 4)


def test_long_batches_are_cut_without_a_trace():
    many = SENTENCES * 12
    assert detect_languages(many) == detect_languages(SENTENCES) * 12


def test_no_texts_no_answers():
    assert detect_languages([]) == []


CHILD = """
import json, socket, sys
from concurrent.futures import ThreadPoolExecutor
from tasks.clean.language import Options, detect_languages
texts = json.load(sys.stdin)
def ask(detector):
    return [[found.code, found.confidence] for found in detect_languages(texts, Options(detector=detector))]
def no_network(*_):
    raise OSError("no network")
socket.socket = socket.create_connection = socket.getaddrinfo = no_network
with ThreadPoolExecutor(6) as pool:  # the very first use, from six threads at once
    answers = list(pool.map(ask, ["winnow", "langdetect"] * 3))
print(json.dumps(answers))
"""

MEMORY = """
import json, sys
from tasks.clean.language import detect_languages, detect_shares
texts = json.load(sys.stdin)
detect_languages(texts * 20)
detect_shares(["\\n".join(texts[:20])] * 20)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["VmHWM"].split()[0]) // 1024)  # ru_maxrss would count what the process was forked from
"""


def run_child(program):
    command = [sys.executable, "-c", program]
    child = subprocess.run(command, input=json.dumps(SENTENCES), capture_output=True, text=True, cwd=ROOT, check=True)
    return json.loads(child.stdout)


def test_another_process_without_network_and_its_threads_give_the_same_answers():
    ours = {detector: detect_languages(SENTENCES, Options(detector=detector)) for detector in ("winnow", "langdetect")}
    for number, answer in enumerate(run_child(CHILD)):
        detector = ("winnow", "langdetect")[number % 2]
        assert [Language(*found) for found in answer] == ours[detector]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux to measure the memory")
def test_all_models_and_a_full_batch_take_less_than_200_mb():
    assert run_child(MEMORY) < 200


def test_a_model_is_loaded_once_whichever_thread_comes_first():
    loads, start = [], threading.Barrier(8)

    @load_once
    def load():
        loads.append(threading.get_ident())
        time.sleep(0.05)
        return object()

    def use(_):
        start.wait()
        return load()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(use, range(8)))) == 1
    assert len(loads) == 1


def test_threads_do_not_disturb_each_other():
    expected = detect_languages(SENTENCES)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == expected for found in pool.map(detect_languages, [SENTENCES] * 12))


def test_the_answer_does_not_depend_on_numpys_error_settings():
    with np.errstate(all="raise"):
        assert detect_languages(SENTENCES) == detect_languages(SENTENCES[::-1])[::-1]
