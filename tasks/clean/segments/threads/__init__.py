"""Threads: the posts of several people, who wrote them and when, and which answers which."""
