-- Drops the edges that no longer hold, and gives the pairs to verify. Reads `support`.

CREATE TEMP TABLE supported AS
SELECT support."left", support."right"
FROM support JOIN texts AS one ON one.text = support."left" JOIN texts AS other ON other.text = support."right"
WHERE shared >= least((SELECT shared_keys FROM settings), one.key_count, other.key_count);

CREATE TEMP TABLE lost_edges AS
SELECT "left", "right" FROM old_pairs ANTI JOIN supported USING ("left", "right") WHERE is_edge;

DELETE FROM edges USING lost_edges
WHERE edges."left" = lost_edges."left" AND edges."right" = lost_edges."right";

CREATE TEMP VIEW candidates AS
SELECT "left", "right" FROM fresh_pairs
UNION ALL
SELECT old_pairs."left", old_pairs."right" FROM old_pairs SEMI JOIN supported USING ("left", "right") WHERE NOT is_edge;
