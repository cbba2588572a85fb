"""The door of publish: its Prefect tasks. That of a run makes the datasets known to Prefect as assets."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from prefect import task
from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize
from prefect.cache_policies import NO_CACHE

from tasks.place import Place
from tasks.publish import lineage
from tasks.publish.changes import Delta
from tasks.publish.commit import publish_delta
from tasks.publish.snapshot import Snapshot
from tasks.publish.upkeep.compact import publish_merged
from tasks.publish.upkeep.expire import delete_snapshots
from tasks.publish.upkeep.leftovers import remove_leftovers
from tasks.retry import RETRIES, is_storage_error


def publish_task(
    raw: Place, sources: Iterable[str], curated: Path, parent: Any, delta: Any, snapshot_id: str, facts: Any
) -> Snapshot:
    """Publish the next snapshot; see `publish_delta`. A second try starts anew, or moves the link.

    The datasets count as made out of the `sources` once the task is completed, that is when the snapshot is current.
    """
    made = [_asset(one) for one in lineage.dataset_assets(curated)]

    def publish(parent: Snapshot | None, delta: Delta, facts: dict[str, Any]) -> Snapshot:
        snapshot = publish_delta(curated, parent, delta, snapshot_id=snapshot_id, facts=facts)
        with suppress(RuntimeError, ValueError):  # the snapshot is current, whatever Prefect makes of the rest
            for asset, facts_of_it in zip(made, lineage.describe(snapshot), strict=True):
                add_asset_metadata(asset, facts_of_it)
        return snapshot

    publishing = materialize(
        *made,
        by="winnow",
        asset_deps=[_asset(one) for one in lineage.source_assets(raw, sources)],
        name="publish",
        cache_policy=NO_CACHE,
        persist_result=False,
        retry_condition_fn=is_storage_error,
        **RETRIES,
    )(publish)
    return publishing(parent, delta, facts)


def _asset(one: lineage.Asset) -> Asset:
    return Asset(key=one.key, properties=AssetProperties(name=one.name, description=one.description))


merge_task = task(
    name="merge", cache_policy=NO_CACHE, persist_result=False, retry_condition_fn=is_storage_error, **RETRIES
)(publish_merged)
"""Merge small parts into a new snapshot; see `publish_merged`. A second try starts anew, or moves the link."""

expire_task = task(name="expire", cache_policy=NO_CACHE, persist_result=False)(delete_snapshots)
"""Delete snapshots; see `delete_snapshots`. Not tried again: it says what could not be deleted, and goes on."""

clear_task = task(name="clear", cache_policy=NO_CACHE, persist_result=False)(remove_leftovers)
"""Clear what was left behind; see `remove_leftovers`. Not tried again, as with `expire_task`."""
