-- Finds the pairs to verify among those that meet, and those of which it must be known in how many keys they meet now.
-- Reads `met`, `gained`, `crowded` and `former_hubs`.

CREATE TEMP TABLE fresh_pairs AS
-- Texts with fewer keys than a pair must meet in.
WITH few AS (SELECT text, key_count FROM texts WHERE key_count < (SELECT shared_keys FROM settings))
SELECT met."left", met."right"
FROM met LEFT JOIN few AS one ON one.text = met."left" LEFT JOIN few AS other ON other.text = met."right"
WHERE shared >= least((SELECT shared_keys FROM settings), one.key_count, other.key_count);

DELETE FROM edges
WHERE "left" IN (SELECT text FROM changes WHERE kind <> 'begin')
    OR "right" IN (SELECT text FROM changes WHERE kind <> 'begin');

-- Pairs of other texts: those that meet in a key where they did not before, and edges that may have lost a meeting.
CREATE TEMP TABLE old_pairs AS
WITH lost AS (
    SELECT edges."left", edges."right"
    FROM crowded AS one JOIN edges ON edges."left" = one.text
    JOIN crowded AS other ON other.text = edges."right" AND other.key = one.key
    UNION
    SELECT edges."left", edges."right"
    FROM edges JOIN former_hubs AS hub ON edges."left" = hub.text OR edges."right" = hub.text
)
SELECT DISTINCT one AS "left", other AS "right", FALSE AS is_edge
FROM gained ANTI JOIN edges ON edges."left" = one AND edges."right" = other
UNION ALL
SELECT "left", "right", TRUE FROM lost;
