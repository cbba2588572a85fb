"""The door of publish: its Prefect task, which makes the datasets known to Prefect as assets."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize
from prefect.cache_policies import NO_CACHE

from tasks.publish import lineage
from tasks.publish.changes import Delta
from tasks.publish.commit import publish_delta
from tasks.publish.snapshot import Snapshot
from tasks.retry import RETRIES, is_storage_error


def publish_task(
    raw: Path, sources: Iterable[str], curated: Path, parent: Any, delta: Any, snapshot_id: str, facts: Any
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

    task = materialize(
        *made,
        by="winnow",
        asset_deps=[_asset(one) for one in lineage.source_assets(raw, sources)],
        name="publish",
        cache_policy=NO_CACHE,
        persist_result=False,
        retry_condition_fn=is_storage_error,
        **RETRIES,
    )(publish)
    return task(parent, delta, facts)


def _asset(one: lineage.Asset) -> Asset:
    return Asset(key=one.key, properties=AssetProperties(name=one.name, description=one.description))
