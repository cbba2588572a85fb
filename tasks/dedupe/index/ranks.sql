-- What a range knows of the ranks of its texts, and the texts of `crowd` of which more must be known.

CREATE TEMP TABLE ranks AS
SELECT text, rank, "first" FROM changes WHERE kind <> 'end'
UNION
SELECT text, rank, "first" FROM old_hubs ANTI JOIN changes USING (text);

CREATE TEMP VIEW unranked AS SELECT DISTINCT text FROM crowd ANTI JOIN ranks USING (text);
