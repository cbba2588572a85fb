-- Finds the texts that have a key of a changed text, before and after. Reads `changes` and `new_keys`, and what is known
-- by key: `postings`, `dormant`, `common` and `common_hubs`.

CREATE TEMP TABLE begun_keys AS
SELECT key, text FROM (SELECT key, text FROM dormant UNION ALL SELECT key, text FROM new_keys)
SEMI JOIN (SELECT text FROM changes WHERE kind = 'begin') USING (text);

CREATE TEMP TABLE lasting_keys AS
SELECT key, text, kind = 'end' AS is_ended
FROM postings JOIN (SELECT text, kind FROM changes WHERE kind <> 'begin') USING (text);

-- A fresh text begins or moves: all its pairs are found anew.
CREATE TEMP TABLE fresh_keys AS
SELECT key, text FROM begun_keys
UNION ALL
SELECT key, text FROM lasting_keys WHERE NOT is_ended;

CREATE TEMP TABLE key_changes AS
SELECT key, sum(change)::BIGINT AS change
FROM (
    SELECT key, 1 AS change FROM begun_keys
    UNION ALL
    SELECT key, CASE WHEN is_ended THEN -1 ELSE 0 END FROM lasting_keys
) GROUP BY key;

-- Keys that stay common, with the same hubs: what else has them need not be looked at.
CREATE TEMP TABLE steady AS
WITH hub_ranks AS (
    SELECT key, max(common_hubs.rank) AS last_rank, bool_or(changes.text IS NOT NULL) AS is_changed, count(*) AS hubs
    FROM common_hubs SEMI JOIN key_changes USING (key) LEFT JOIN changes USING (text)
    GROUP BY key
)
SELECT key FROM common JOIN key_changes USING (key) JOIN hub_ranks USING (key)
WHERE texts + change > (SELECT key_cap FROM settings) AND NOT is_changed AND hubs = (SELECT key_hubs FROM settings)
    AND key NOT IN (
        SELECT key FROM fresh_keys JOIN changes USING (text) JOIN hub_ranks USING (key) WHERE changes.rank <= last_rank
    );

CREATE TEMP TABLE posted AS
SELECT key, text FROM postings SEMI JOIN (SELECT key FROM key_changes ANTI JOIN steady USING (key)) USING (key);

-- Where texts meet: most keys of a new text are its own.
CREATE TEMP TABLE touched AS
WITH shared AS (
    SELECT DISTINCT key FROM posted
    UNION ALL
    SELECT key FROM begun_keys ANTI JOIN posted USING (key) ANTI JOIN steady USING (key) GROUP BY key HAVING count(*) > 1
)
SELECT key, text, TRUE AS was_in, kind IS DISTINCT FROM 'end' AS is_in, coalesce(kind = 'move', FALSE) AS is_fresh
FROM posted LEFT JOIN changes USING (text)
UNION ALL
SELECT key, text, FALSE, TRUE, TRUE FROM begun_keys SEMI JOIN shared USING (key);

CREATE TEMP TABLE counts AS
SELECT
    key,
    count(*) FILTER (was_in) > (SELECT key_cap FROM settings) AS was_common,
    count(*) FILTER (is_in) > (SELECT key_cap FROM settings) AS is_common,
    count(*) FILTER (is_in) AS texts
FROM touched GROUP BY key;

-- The first texts of each common key, before, and among whom those after are to be found: where all of them stay as they
-- were, and are as many as there may be, only fresh texts can come before them.
CREATE TEMP TABLE old_hubs AS
SELECT key, text, rank, "first" FROM common_hubs SEMI JOIN counts USING (key);

CREATE TEMP TABLE crowd AS
WITH settled AS (
    SELECT key FROM old_hubs SEMI JOIN (SELECT key FROM counts WHERE is_common) USING (key) LEFT JOIN changes USING (text)
    GROUP BY key HAVING count(*) = (SELECT key_hubs FROM settings) AND count(changes.text) = 0
),
candidates AS (
    SELECT key, text, is_fresh FROM touched SEMI JOIN (SELECT key FROM counts WHERE is_common) USING (key) WHERE is_in
)
SELECT key, text, is_fresh FROM candidates ANTI JOIN settled USING (key)
UNION ALL
SELECT key, text, TRUE FROM candidates SEMI JOIN settled USING (key) WHERE is_fresh
UNION ALL
SELECT key, text, FALSE FROM old_hubs SEMI JOIN settled USING (key);
