-- Shows the keys of a range as those of standing texts and of texts that only older versions have. A part is never
-- changed, so that `absent` names the texts that do not stand, and which of them are forgotten for good.

CREATE TEMP VIEW postings AS SELECT key, text FROM all_keys ANTI JOIN absent USING (text);

CREATE TEMP VIEW dormant AS
SELECT key, text FROM all_keys SEMI JOIN (SELECT text FROM absent WHERE NOT is_dead) USING (text);
