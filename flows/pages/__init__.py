"""Pages for people: one visual language for the report of a run, a document, and the explorer.

`render` fills a template of this folder. Whatever a template prints is escaped, and hidden characters are shown as
such; text from raw files is set with the filters of `escape`. No page loads anything, runs anything or names another
host: each carries a policy that forbids it.
"""
