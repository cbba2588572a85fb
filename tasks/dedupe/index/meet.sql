-- Finds the pairs that meet in touched keys, and what else of the edges may not hold any more. Reads what `touch` found,
-- `common_hubs` as it was, and `ranks`, those of the texts of `crowd` among others.

-- The first texts of each common key, after.
CREATE TEMP TABLE hubs AS
SELECT key, text, is_fresh, rank, "first" FROM crowd JOIN ranks USING (text)
QUALIFY row_number() OVER (PARTITION BY key ORDER BY rank, "first") <= (SELECT key_hubs FROM settings);

-- In how many keys pairs with a fresh text meet: all keys of that text are in `touched`, or steady.
CREATE TEMP TABLE met AS
WITH meetings AS (
    SELECT one.text AS one, other.text AS other
    FROM touched AS one JOIN counts USING (key) JOIN touched AS other USING (key)
    WHERE NOT counts.is_common AND one.is_fresh AND other.is_in AND one.text <> other.text
        AND NOT (other.is_fresh AND other.text < one.text)
    UNION ALL
    SELECT hub.text, other.text
    FROM (
        SELECT key, text, is_fresh FROM hubs
        UNION ALL
        SELECT key, text, FALSE FROM common_hubs SEMI JOIN steady USING (key)
    ) AS hub JOIN fresh_keys AS other USING (key)
    LEFT JOIN hubs AS also ON also.key = hub.key AND also.text = other.text
    WHERE hub.text <> other.text AND NOT (hub.is_fresh AND also.text IS NOT NULL AND other.text < hub.text)
    UNION ALL
    SELECT hubs.text, other.text
    FROM (SELECT * FROM hubs WHERE is_fresh) AS hubs
    JOIN (SELECT key, text FROM touched WHERE is_in AND NOT is_fresh) AS other USING (key)
    ANTI JOIN hubs AS also ON also.key = hubs.key AND also.text = other.text
)
SELECT least(one, other) AS "left", greatest(one, other) AS "right", count(*) AS shared FROM meetings GROUP BY ALL;

-- Pairs of other texts that meet in a key where they did not before.
CREATE TEMP TABLE gained AS
WITH others AS NOT MATERIALIZED (SELECT key, text FROM touched WHERE is_in AND NOT is_fresh)
SELECT one.text AS one, other.text AS other
FROM others AS one JOIN (SELECT key FROM counts WHERE was_common AND NOT is_common) USING (key)
JOIN others AS other USING (key)
WHERE one.text < other.text
UNION
SELECT least(hub.text, other.text), greatest(hub.text, other.text)
FROM (
    SELECT key, text FROM hubs JOIN (SELECT key FROM counts WHERE was_common) USING (key)
    ANTI JOIN old_hubs USING (key, text)
    WHERE NOT is_fresh
) AS hub JOIN others AS other USING (key)
WHERE hub.text <> other.text;

-- Whose edges may have lost a meeting: other texts of keys that have become common, two of them each; and former hubs.
CREATE TEMP TABLE crowded AS
SELECT key, text FROM touched SEMI JOIN (SELECT key FROM counts WHERE is_common AND NOT was_common) USING (key)
WHERE is_in AND NOT is_fresh;

CREATE TEMP TABLE former_hubs AS
SELECT DISTINCT text FROM old_hubs SEMI JOIN (SELECT key FROM counts WHERE is_common) USING (key)
ANTI JOIN hubs USING (key, text);
