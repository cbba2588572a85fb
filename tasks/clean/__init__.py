"""Records -> documents: encoding, mojibake, segments, language, quality.

Each stage is a package with its public functions, and a module `stage` that applies them to a batch of drafts; the list
is in `stages`.
"""
