"""What the trees of the line classifier are grown from, and how: see `docs/segments.md`. Nothing here runs in a run."""
