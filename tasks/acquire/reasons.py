"""Why acquire rejects: the codes in the column `reason`, each with the sentence that explains it."""

from __future__ import annotations

STAGE = "acquire"
"""The name of this room in the column `stage`."""

REASONS: dict[str, str] = {
    "empty": "The record holds nothing, or only white space.",
    "truncated": "The data ends before it should. What came before was read.",
    "damaged": "The compressed data, or the archive, is broken here. What could be read around it was read.",
    "too_large": "The record holds more bytes than `limits.record_bytes` allows.",
    "too_deep": "The record, or the archives in it, are nested deeper than the limits allow.",
    "too_many_columns": "The row or table has more columns than `limits.columns` allows.",
    "too_many_members": "The archive holds more members than `limits.members` allows. Those before were read.",
    "expansion": "The file grows beyond `limits.expansion_ratio` or `limits.expanded_bytes` when it is decompressed.",
    "broken_json": "The line is no valid JSON.",
    "not_an_object": "The JSON value is no object, so it has no fields.",
    "no_text": "None of the fields that may hold the text is there, or none of them is text.",
    "broken_row": "The row does not fit the table: another number of fields than the header, or a quote left open.",
    "broken_record": "The WARC record has no valid header, or its length is a lie.",
    "broken_parquet": "The Parquet file, or one of its row groups, cannot be read.",
    "not_a_page": "The response is an error, a redirect or no text: nothing that a reader of the site would read.",
    "unsupported": "The data is of a kind, or packed in a way, that is not read here.",
    "encrypted": "The member of the archive is encrypted.",
    "unsafe_name": "The member's name leads out of its archive, by `..` or from the root.",
    "not_a_file": "The name belongs to a link, pipe, socket or device, which has no content of its own.",
    "dangling_link": "The symbolic link leads nowhere.",
    "link_loop": "The symbolic link leads back to itself or to a folder above it.",
    "unreadable": "The reader failed in a way that was not foreseen. Please report it.",
}
