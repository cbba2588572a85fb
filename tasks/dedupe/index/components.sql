-- Finds the texts of all clusters that may have changed. Reads the view `new_edges`.

INSERT INTO edges SELECT "left", "right" FROM new_edges;

CREATE TEMP TABLE members AS
WITH ends AS (
    SELECT text FROM changes WHERE kind <> 'end'
    UNION
    SELECT "left" FROM lost_edges
    UNION
    SELECT "right" FROM lost_edges
    UNION
    SELECT "left" FROM new_edges
    UNION
    SELECT "right" FROM new_edges
),
roots AS (
    SELECT root FROM standing SEMI JOIN ends USING (text) WHERE root IS NOT NULL
    UNION
    SELECT old_root FROM changes WHERE kind = 'end'
)
SELECT text, rank, "first", root, canonical FROM standing SEMI JOIN roots USING (root)
UNION ALL
SELECT text, rank, "first", root, canonical FROM standing WHERE root IS NULL;
