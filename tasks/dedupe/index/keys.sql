-- Finds all texts that have a key of a changed text, before and after, and brings keys and standing up to date.

CREATE TEMP TABLE new_keys AS
SELECT key, text FROM print_keys JOIN (SELECT print, text FROM numbered WHERE is_new) USING (print);

CREATE TEMP TABLE begun_keys AS
SELECT key, text FROM (SELECT key, text FROM dormant UNION ALL SELECT key, text FROM new_keys)
SEMI JOIN (SELECT text FROM changes WHERE kind = 'begin') USING (text);

CREATE TEMP TABLE lasting_keys AS
SELECT key, text, kind = 'end' AS is_ended
FROM postings JOIN (SELECT text, kind FROM changes WHERE kind <> 'begin') USING (text);

CREATE TEMP TABLE posted AS
SELECT key, text FROM postings
SEMI JOIN (SELECT key FROM begun_keys UNION SELECT key FROM lasting_keys) USING (key);

-- Where texts meet: most keys of a new text are its own. A fresh text begins or moves: all its pairs are found anew.
CREATE TEMP TABLE touched AS
WITH shared AS (
    SELECT DISTINCT key FROM posted
    UNION ALL
    SELECT key FROM begun_keys ANTI JOIN posted USING (key) GROUP BY key HAVING count(*) > 1
)
SELECT key, text, TRUE AS was_in, kind IS DISTINCT FROM 'end' AS is_in, coalesce(kind = 'move', FALSE) AS is_fresh
FROM posted LEFT JOIN changes USING (text)
UNION ALL
SELECT key, text, FALSE, TRUE, TRUE FROM begun_keys SEMI JOIN shared USING (key);

CREATE TEMP TABLE counts AS
SELECT
    key,
    count(*) FILTER (was_in) > (SELECT key_cap FROM settings) AS was_common,
    count(*) FILTER (is_in) > (SELECT key_cap FROM settings) AS is_common
FROM touched GROUP BY key;

-- The first texts of each common key, before and after.
CREATE TEMP TABLE old_hubs AS
WITH having_it AS (
    SELECT key, text, is_fresh, rank, "first"
    FROM (SELECT * FROM touched WHERE was_in) SEMI JOIN (SELECT key FROM counts WHERE was_common) USING (key)
    JOIN standing USING (text)
),
-- The rank of the last one that can be among them: cheap to find, and leaves few to sort.
bounds AS (SELECT key, list_max(min(rank, (SELECT key_hubs FROM settings))) AS bound FROM having_it GROUP BY key)
SELECT key, text, is_fresh FROM having_it JOIN bounds USING (key)
WHERE rank <= bound
QUALIFY row_number() OVER (PARTITION BY key ORDER BY rank, "first") <= (SELECT key_hubs FROM settings);

DELETE FROM standing WHERE text IN (SELECT text FROM changes WHERE kind = 'end');
UPDATE standing SET rank = changes.rank, "first" = changes."first" FROM changes
WHERE standing.text = changes.text AND changes.kind = 'move';
INSERT INTO standing SELECT text, rank, "first", NULL, NULL FROM changes WHERE kind = 'begin';

CREATE TEMP TABLE hubs AS
WITH having_it AS (
    SELECT key, text, is_fresh, rank, "first"
    FROM (SELECT * FROM touched WHERE is_in) SEMI JOIN (SELECT key FROM counts WHERE is_common) USING (key)
    JOIN standing USING (text)
),
-- The rank of the last one that can be among them: cheap to find, and leaves few to sort.
bounds AS (SELECT key, list_max(min(rank, (SELECT key_hubs FROM settings))) AS bound FROM having_it GROUP BY key)
SELECT key, text, is_fresh FROM having_it JOIN bounds USING (key)
WHERE rank <= bound
QUALIFY row_number() OVER (PARTITION BY key ORDER BY rank, "first") <= (SELECT key_hubs FROM settings);

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
