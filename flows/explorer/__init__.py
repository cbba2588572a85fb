"""The explorer: pages over the snapshots of a `curated/` folder, read only, for one person on this machine.

Queries are DuckDB's over the Parquet files of a snapshot that a page resolves once. Nothing here writes to `raw/` or to
what is published; the word lists that make searches fast are a cache in the working folder.
"""
