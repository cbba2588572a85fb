"""Records that `withdrawn.txt` names: parted from the others before anything of them is written."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.acquire.withdrawals import Withdrawals, withdrawn_record
from tasks.clean.draft import Draft
from tasks.document import Rejected


def part_withdrawn(
    drafts: Sequence[Draft], rejected: Sequence[Rejected], withdrawals: Withdrawals
) -> tuple[list[Draft], list[Rejected]]:
    """The drafts that stay, and the rejected records with those that are withdrawn.

    What was rejected for another reason loses its sample where its whole source is withdrawn.
    """
    kept, ended = [], []
    for row in rejected:
        named = withdrawals.find("", None, row.source)
        ended.append(withdrawn_record(row.source, row.day, row.raw_path, row.raw_record, named) if named else row)
    for draft in drafts:
        record = draft.record
        named = withdrawals.find(record.document_id, draft.url, record.source)
        if named is None:
            kept.append(draft)
        else:
            place = (record.source, record.partition_day, record.raw_path, record.raw_record)
            ended.append(withdrawn_record(*place, named))
    return kept, ended
