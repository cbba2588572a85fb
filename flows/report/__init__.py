"""The report of a run: one page beside its record, of what came in, what became of it, and what to look at.

`gather` looks at the shards of a run while they are there; `write_report` makes the page from what was gathered, from
the record and from the snapshot. What is looked at is bounded, whatever the size of the run, and so is the page.
"""
