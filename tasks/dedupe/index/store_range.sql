-- Writes a new part of a range, with its state after the update. Reads `merging`, its keys, and `is_whole`: whether no
-- other part is left, so that nobody has the keys of forgotten texts any more.

CREATE TABLE made.common_hubs AS
SELECT key, text, rank, "first" FROM common_hubs ANTI JOIN (SELECT key FROM counts WHERE was_common) USING (key)
UNION ALL
SELECT key, text, rank, "first" FROM hubs;

CREATE TABLE made.common AS
SELECT key, texts + coalesce(change, 0) AS texts
FROM (SELECT * FROM common ANTI JOIN (SELECT key FROM counts WHERE was_common) USING (key))
LEFT JOIN key_changes USING (key)
UNION ALL
SELECT key, texts FROM counts WHERE is_common;

CREATE TEMP TABLE absent_now AS
WITH begins AS (SELECT text FROM changes WHERE kind = 'begin'),
away AS (
    SELECT text, is_dead FROM absent ANTI JOIN begins USING (text)
    UNION ALL
    SELECT text, FALSE FROM changes WHERE kind = 'end'
    UNION ALL
    SELECT DISTINCT text, FALSE FROM new_keys ANTI JOIN begins USING (text)
)
SELECT text, is_dead OR text IN (SELECT text FROM forgotten) AS is_dead FROM away;

CREATE TABLE made.absent AS
SELECT text, is_dead FROM absent_now WHERE NOT (is_dead AND (SELECT is_whole FROM is_whole));

CREATE TABLE made.keys AS
SELECT key, text FROM merging ANTI JOIN (SELECT text FROM absent_now WHERE is_dead) USING (text);
