"""Publish: documents and clusters become one consistent snapshot that readers see all at once or not at all."""
