"""The console that everything is printed to."""

import io

from flows.terminal import Terminal

SENTENCE = "a sentence that a log must not break " * 9


def printed(**options) -> list[str]:
    told = io.StringIO()
    Terminal(file=told, width=120, **options).print(f"[bold]{SENTENCE}[/]")
    return [line.strip() for line in told.getvalue().splitlines()]


def test_a_sentence_is_one_line_of_a_log_and_wrapped_on_a_terminal() -> None:
    assert printed() == [SENTENCE.strip()]
    wrapped = printed(force_terminal=True, color_system=None)
    assert len(wrapped) > 1
    assert " ".join(wrapped) == SENTENCE.strip()
