-- Counts in how many keys each of `old_pairs` meets now.

CREATE TEMP TABLE support AS
WITH involved AS (
    SELECT key, text FROM postings SEMI JOIN (SELECT "left" AS text FROM old_pairs UNION SELECT "right" FROM old_pairs) USING (text)
),
shared AS (
    SELECT "left", "right", one.key
    FROM old_pairs JOIN involved AS one ON one.text = "left"
    JOIN involved AS other ON other.text = "right" AND other.key = one.key
)
SELECT "left", "right", count(*) AS shared
FROM shared LEFT JOIN common ON common.key = shared.key
LEFT JOIN common_hubs AS one ON one.key = shared.key AND one.text = "left"
LEFT JOIN common_hubs AS other ON other.key = shared.key AND other.text = "right"
WHERE common.key IS NULL OR one.key IS NOT NULL OR other.key IS NOT NULL
GROUP BY ALL;
