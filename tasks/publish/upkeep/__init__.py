"""Upkeep: what keeps `curated/` small and quick as snapshots come and go. No row is changed by it."""
