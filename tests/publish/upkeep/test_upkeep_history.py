"""What became of each snapshot, told from manifests, records of runs and the link."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tasks.errors import UsageError
from tasks.publish.runs import RunRecord
from tasks.publish.snapshot import load_snapshot
from tasks.publish.upkeep import history
from tasks.publish.upkeep.expire import choose_expired, find_pinned
from tasks.publish.upkeep.history import Lying, Past, look_around, tell_history
from tasks.publish.upkeep.options import MOST, UpkeepOptions
from tasks.publish.upkeep.restore import choose_snapshot

START = datetime(2026, 11, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def lying(name: str, published: float, parent: str | None, **facts) -> Lying:
    return Lying(Path(name), day(published), parent, **facts)


def record(name: str, status: str = "published", snapshot: str | None = None, **facts) -> RunRecord:
    return RunRecord(name, "ingest", status, START.isoformat(), snapshot=snapshot, **facts)


CHAIN = [lying("a", 0, None), lying("b", 1, "a"), lying("c", 2, "b")]


def tell(folders, current="c", moved=2.0, records=()) -> dict[str, tuple[str, float | None]]:
    """The fate of each, and the day on which it stopped being current."""
    told = tell_history(folders, current, day(moved), records)
    return {past.id: (past.fate, past.left_at and (past.left_at - START) / timedelta(days=1)) for past in told}


def test_a_snapshot_stops_being_current_when_the_next_is_published() -> None:
    assert tell(CHAIN) == {"c": ("current", None), "b": ("former", 2), "a": ("former", 1)}


def test_it_is_the_last_published_that_comes_first() -> None:
    assert list(tell(CHAIN)) == ["c", "b", "a"]


def test_one_whose_run_was_killed_before_the_link_moved_was_never_current() -> None:
    folders = [*CHAIN[:2], lying("x", 1.5, "b"), CHAIN[2]]
    assert tell(folders, records=[record("x", "killed")])["x"] == ("unborn", 1.5)
    assert tell(folders, records=[record("x", "killed")])["b"] == ("former", 2)


def test_without_a_record_it_may_have_been_current() -> None:
    assert tell([*CHAIN, lying("x", 3, "c")])["x"] == ("former", 2)
    assert tell([*CHAIN[:2], lying("x", 1.5, "b"), CHAIN[2]])["x"] == ("former", 2)


def test_one_that_others_descend_from_was_current_whatever_its_record_says() -> None:
    assert tell(CHAIN, records=[record("b", "failed")])["b"] == ("former", 2)


def test_one_whose_run_is_at_work_is_left_alone() -> None:
    assert tell([*CHAIN, lying("x", 3, "c")], records=[record("x", "running")])["x"] == ("unknown", None)


def test_a_folder_without_manifest_is_left_alone() -> None:
    assert tell([*CHAIN, lying("x", 3, None, has_manifest=False)])["x"] == ("unknown", None)


def test_after_going_back_the_newer_one_stopped_being_current_when_the_link_moved() -> None:
    records = [record("c", snapshot="c")]
    assert tell(CHAIN, current="b", moved=5, records=records) == {
        "c": ("former", 5),
        "b": ("current", None),
        "a": ("former", 1),
    }


def test_one_that_was_current_twice_counts_from_the_last_time() -> None:
    folders = [*CHAIN, lying("d", 9, "b")]  # c was left for b again, and then d came
    records = [record("c", snapshot="c")]
    assert tell(folders, current="d", moved=9, records=records) == {
        "d": ("current", None),
        "c": ("former", 9),
        "b": ("former", 9),
        "a": ("former", 1),
    }


def test_going_back_twice_is_known_from_the_records() -> None:
    at = day(6).isoformat()
    records = [record("r", "done", ended_at=at, upkeep={"restored": "c", "restored_from": "a"})]
    assert tell(CHAIN, records=records)["a"] == ("former", 6)


def test_a_link_that_is_gone_or_leads_nowhere_leaves_all_of_them_former() -> None:
    assert {fate for fate, _ in tell(CHAIN, current=None).values()} == {"former"}
    assert {fate for fate, _ in tell(CHAIN, current="z").values()} == {"former"}


def test_parents_in_a_circle_end() -> None:
    assert tell([lying("a", 0, "b"), lying("b", 1, "a")], current="b")["a"] == ("former", 1)


def former(count: int, every: float = 1.0) -> list[Past]:
    """A current snapshot, and so many before it, replaced at intervals of some days; the last published first."""
    pasts = [Past(lying(f"s{number:03}", 0, None), "former", day(number * every)) for number in range(count)]
    return [Past(lying("now", 0, None), "current", None), *reversed(pasts)]


def expired(history, now: float, pinned=(), **options) -> list[str]:
    return sorted(past.id for past in choose_expired(history, UpkeepOptions(**options), day(now), pinned))


def test_what_was_replaced_longer_ago_than_the_days_goes() -> None:
    assert expired(former(10), 12) == ["s000", "s001", "s002", "s003", "s004"]
    assert expired(former(10), 12.5, keep_days=3.2) == [f"s{number:03}" for number in range(8)]


def test_the_last_ones_stay_whatever_their_age() -> None:
    assert expired(former(5), 1000) == ["s000", "s001", "s002"]
    assert expired(former(5), 1000, keep_least=0) == [f"s{number:03}" for number in range(5)]
    assert expired(former(5), 1000, keep_least=9) == []


def test_beyond_the_number_the_oldest_go_whatever_their_age() -> None:
    history = former(10, every=0.1)
    assert expired(history, 2) == []
    assert expired(history, 2, keep_most=4) == [f"s{number:03}" for number in range(7)]
    assert expired(history, 2, keep_most=1) == [f"s{number:03}" for number in range(10)]


def test_one_that_was_replaced_just_now_stays_unless_someone_says_otherwise() -> None:
    history = former(3)
    just_now = 2 + 59 / (24 * 60)
    assert expired(history, just_now, keep_days=0, keep_least=0, keep_most=1) == ["s000", "s001"]
    assert expired(history, just_now, keep_days=0, keep_least=0, spare_minutes=0) == ["s000", "s001", "s002"]


def test_a_snapshot_from_the_future_stays() -> None:
    assert expired(former(3), -5, keep_days=0, keep_least=0, spare_minutes=0) == []


def test_snapshots_can_be_kept_as_good_as_for_ever() -> None:
    assert expired(former(5), 1000, keep_days=MOST, spare_minutes=MOST) == []


def test_what_was_never_current_goes_and_what_is_unknown_stays() -> None:
    history = [
        *former(1),
        Past(lying("x", 0.5, None), "unborn", day(0.5)),
        Past(lying("y", 0.5, None), "unknown", None),
    ]
    assert expired(history, 0.51) == []
    assert expired(history, 0.6) == ["x"]


def test_links_pin_snapshots_wherever_others_lead(tmp_path) -> None:
    (tmp_path / "snapshots/one").mkdir(parents=True)
    for name, target in {"paper": "snapshots/one", "circle": "circle", "nowhere": "missing", "away": "/"}.items():
        (tmp_path / name).symlink_to(target)
    assert find_pinned(tmp_path) == {"one": "paper"}


def test_what_a_link_names_stays() -> None:
    assert expired(former(5), 1000, pinned={"s001"}) == ["s000", "s002"]


@pytest.mark.parametrize("name", ["keep_days", "keep_most", "merge_parts", "part_mb", "spare_minutes"])
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), 1e12])
def test_options_that_make_no_sense_are_refused(name: str, value: float) -> None:
    with pytest.raises(UsageError, match="--" + name.replace("_", "-")):
        UpkeepOptions(**{name: value})


def test_a_snapshot_to_go_back_to_is_named_by_the_start_of_its_name() -> None:
    history = tell_history([lying("20261101a", 0, None), lying("20261102b", 1, None)], "20261102b", day(1), [])
    assert choose_snapshot(history, "20261101").id == "20261101a"
    for wanted, word in (
        ("2026", "2 snapshots .* the current one among them"),
        ("x", "no snapshot"),
        ("20261102b", "is current already"),
    ):
        with pytest.raises(UsageError, match=word) as caught:
            choose_snapshot(history, wanted)
        assert "20261101a" in caught.value.hint


def test_of_names_that_begin_alike_those_are_named_that_one_can_go_back_to() -> None:
    names = ["20261031a", "20261101a", "20261101b", "20261101c"]
    history = tell_history([lying(name, at, None) for at, name in enumerate(names)], "20261101c", day(1), [])
    with pytest.raises(UsageError, match="3 snapshots") as caught:
        choose_snapshot(history, "20261101")
    assert caught.value.hint == "one of: 20261101b, 20261101a"


def test_a_damaged_snapshot_cannot_be_gone_back_to() -> None:
    history = tell_history([lying("a", 0, None, problem="cut"), lying("b", 1, None)], "b", day(1), [])
    with pytest.raises(UsageError, match="no snapshot"):
        choose_snapshot(history, "a")


def test_a_snapshot_that_upkeep_deletes_meanwhile_is_none_of_the_history(tmp_path, monkeypatch) -> None:
    folders = [tmp_path / "snapshots" / name for name in ("1", "2", "3")]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{")

    def load(root):
        for other in folders:
            if other.exists() and other != root:
                other.rename(other.with_name(f".{other.name}"))
        return load_snapshot(root)

    monkeypatch.setattr(history, "load_snapshot", load)
    assert len(look_around(tmp_path)) == 1

    def load_too_late(root):
        root.rename(root.with_name(f".{root.name}"))
        return load_snapshot(root)

    monkeypatch.setattr(history, "load_snapshot", load_too_late)
    assert look_around(tmp_path) == []
