-- Finds the pairs to verify and drops the edges that no longer hold.

-- Pairs with a fresh text: all keys of that text are in `touched`, so their meetings can be counted there.
CREATE TEMP TABLE fresh_pairs AS
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
),
met AS (
    SELECT least(one, other) AS "left", greatest(one, other) AS "right", count(*) AS shared FROM meetings GROUP BY ALL
),
-- Texts with fewer keys than a pair must meet in.
few AS (SELECT text, key_count FROM texts WHERE key_count < (SELECT shared_keys FROM settings))
SELECT met."left", met."right"
FROM met LEFT JOIN few AS one ON one.text = met."left" LEFT JOIN few AS other ON other.text = met."right"
WHERE shared >= least((SELECT shared_keys FROM settings), one.key_count, other.key_count);

DELETE FROM edges
WHERE "left" IN (SELECT text FROM changes WHERE kind <> 'begin')
    OR "right" IN (SELECT text FROM changes WHERE kind <> 'begin');

-- Pairs of other texts: those that meet in a key where they did not before, and edges that may have lost a meeting.
CREATE TEMP TABLE old_pairs AS
WITH others AS NOT MATERIALIZED (SELECT key, text FROM touched WHERE is_in AND NOT is_fresh),
gained AS (
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
    WHERE hub.text <> other.text
),
lost AS (
    SELECT edges."left", edges."right"
    FROM others AS one JOIN (SELECT key FROM counts WHERE is_common AND NOT was_common) USING (key)
    JOIN edges ON edges."left" = one.text
    JOIN others AS other ON other.text = edges."right" AND other.key = one.key
    UNION
    SELECT edges."left", edges."right"
    FROM edges JOIN (
        SELECT DISTINCT text FROM old_hubs JOIN (SELECT key FROM counts WHERE is_common) USING (key)
        ANTI JOIN hubs USING (key, text)
    ) AS hub ON edges."left" = hub.text OR edges."right" = hub.text
)
SELECT one AS "left", other AS "right", FALSE AS is_edge
FROM gained ANTI JOIN edges ON edges."left" = one AND edges."right" = other
UNION ALL
SELECT "left", "right", TRUE FROM lost;

-- In how many keys each of these meets, now.
CREATE TEMP TABLE supported AS
WITH involved AS (
    SELECT key, text FROM postings SEMI JOIN (SELECT "left" AS text FROM old_pairs UNION SELECT "right" FROM old_pairs) USING (text)
),
shared AS (
    SELECT "left", "right", one.key
    FROM old_pairs JOIN involved AS one ON one.text = "left"
    JOIN involved AS other ON other.text = "right" AND other.key = one.key
),
met AS (
    SELECT "left", "right", count(*) AS shared
    FROM shared LEFT JOIN common ON common.key = shared.key
    LEFT JOIN common_hubs AS one ON one.key = shared.key AND one.text = "left"
    LEFT JOIN common_hubs AS other ON other.key = shared.key AND other.text = "right"
    WHERE common.key IS NULL OR one.key IS NOT NULL OR other.key IS NOT NULL
    GROUP BY ALL
)
SELECT met."left", met."right"
FROM met JOIN texts AS one ON one.text = met."left" JOIN texts AS other ON other.text = met."right"
WHERE met.shared >= least((SELECT shared_keys FROM settings), one.key_count, other.key_count);

CREATE TEMP TABLE lost_edges AS
SELECT "left", "right" FROM old_pairs ANTI JOIN supported USING ("left", "right") WHERE is_edge;

DELETE FROM edges USING lost_edges
WHERE edges."left" = lost_edges."left" AND edges."right" = lost_edges."right";

CREATE TEMP VIEW candidates AS
SELECT "left", "right" FROM fresh_pairs
UNION ALL
SELECT old_pairs."left", old_pairs."right" FROM old_pairs SEMI JOIN supported USING ("left", "right") WHERE NOT is_edge;
