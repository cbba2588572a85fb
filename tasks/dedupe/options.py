"""What can be chosen in finding duplicates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Canonical = Literal["earliest", "newest", "longest"]


@dataclass(frozen=True)
class Options:
    """When two documents are duplicates, and which of them is canonical.

    Changing any of these changes what was published before: the clusters are a function of the live documents and of
    these options, so the next run publishes those of all documents anew.
    """

    canonical: Canonical = "earliest"
    """Which document of a cluster stands for it, by `seen_at` or by `characters`; of equals the least `document_id`.
    `longest` prefers pages whose boilerplate was taken for main text."""

    similarity: float = 0.35
    """Jaccard index from which two texts are copies, in [0, 1]. Below .3 pages that quote the same passage join; above
    .43 copies with 6 % of the characters changed are lost."""

    containment: float = 0.9
    """Share of the smaller text that must be in the larger one where `similarity` is not reached, in [0, 1], and from
    which the relation is `contained`. At .7 one in 100 pages that quote part of another is taken for a copy."""

    containment_similarity: float = 0.2
    """Jaccard index that is wanted all the same of a text within another, in [0, 1]. Below it a one-line notice joins
    every page that carries it, and through it those pages."""

    coverage: float = 0.92
    """Share of one of the two texts that must stand near something that both have, in [0, 1]: nearly all of a copy
    does, with errors all over it too, but only a part of a page with the same menu and another article. At .85 pages
    of one site join where its menu was taken for main text; above .95 copies within remains of different menus are
    lost."""

    numbers: float = 0.65
    """Share of the numbers of the text with fewer that the other must have, in [0, 1]; one more may differ, so that a
    damaged digit does not part two short texts, but not more than half. At 0 the weather of each day is a copy of the
    day's before; above .8 copies with 3 % of the characters changed are lost."""

    key_cap: int = 50
    """Distinct texts from which a key is too common to pair all that have it. Its cost grows with the square."""

    key_hubs: int = 4
    """With how many of the first texts that have it a key beyond the cap pairs each other one. With 1, a first text
    that was damaged can split a cluster."""

    shared_keys: int = 2
    """Keys in which two texts must meet before they are compared. With 1 nine in ten comparisons are for nothing."""

    has_url_versions: bool = True
    """Whether the documents of one URL in one source are its versions, of which the newest counts. Turn it off where
    many records share one address, such as the posts of a thread."""

    alarm_cluster_size: int = 10_000
    """Documents in one cluster from which an alarm is raised: something that is no content joins them."""


DEFAULTS = Options()
