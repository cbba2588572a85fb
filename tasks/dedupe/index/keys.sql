-- Finds the texts that have a key of a changed text, before and after, and brings keys and standing up to date.

CREATE TEMP TABLE new_keys AS
SELECT key, text FROM print_keys JOIN (SELECT print, text FROM numbered WHERE is_new) USING (print);

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
    SELECT key, max(standing.rank) AS last_rank, bool_or(changes.text IS NOT NULL) AS is_changed, count(*) AS hubs
    FROM common_hubs SEMI JOIN key_changes USING (key) JOIN standing USING (text) LEFT JOIN changes USING (text)
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

DELETE FROM standing WHERE text IN (SELECT text FROM changes WHERE kind = 'end');
UPDATE standing SET rank = changes.rank, "first" = changes."first" FROM changes
WHERE standing.text = changes.text AND changes.kind = 'move';
INSERT INTO standing SELECT text, rank, "first", NULL, NULL FROM changes WHERE kind = 'begin';

-- The first texts of each common key, before and after.
CREATE TEMP TABLE old_hubs AS
SELECT key, text FROM common_hubs SEMI JOIN counts USING (key);

CREATE TEMP TABLE hubs AS
SELECT key, text, is_fresh
FROM (SELECT key, text, is_fresh FROM touched WHERE is_in) SEMI JOIN (SELECT key FROM counts WHERE is_common) USING (key)
JOIN standing USING (text)
QUALIFY row_number() OVER (PARTITION BY key ORDER BY rank, "first") <= (SELECT key_hubs FROM settings);

DELETE FROM common_hubs WHERE key IN (SELECT key FROM counts WHERE was_common);
INSERT INTO common_hubs SELECT key, text FROM hubs;
DELETE FROM common WHERE key IN (SELECT key FROM counts WHERE was_common);
UPDATE common SET texts = texts + change FROM key_changes WHERE common.key = key_changes.key;
INSERT INTO common SELECT key, texts FROM counts WHERE is_common;

DELETE FROM postings WHERE text IN (SELECT text FROM changes WHERE kind = 'end');
INSERT INTO postings SELECT key, text FROM begun_keys;
DELETE FROM dormant WHERE text IN (SELECT text FROM changes WHERE kind = 'begin');
INSERT INTO dormant
SELECT key, text FROM new_keys ANTI JOIN (SELECT text FROM changes WHERE kind = 'begin') USING (text);

-- Texts that no document has any more are forgotten; those of older versions sleep.
CREATE TEMP TABLE forgotten AS
SELECT DISTINCT text FROM gone WHERE text IS NOT NULL AND text NOT IN (SELECT text FROM documents WHERE text IS NOT NULL);
INSERT INTO dormant SELECT key, text FROM lasting_keys WHERE is_ended AND text NOT IN (SELECT text FROM forgotten);
DELETE FROM dormant WHERE text IN (SELECT text FROM forgotten);
DELETE FROM texts WHERE text IN (SELECT text FROM forgotten);
