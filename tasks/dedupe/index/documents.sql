-- Takes the removed documents out and the added ones in, finds the newest versions anew, and which texts come to stand
-- (begin), cease to (end) or have another first document (move). Reads the views `removed`, `added`, `prints` and
-- `print_keys`.

CREATE TEMP TABLE gone AS SELECT documents.* FROM documents SEMI JOIN removed USING (document_id);

-- A number for each added text: the known one or the next.
CREATE TEMP TABLE numbered AS
SELECT
    print,
    text IS NULL AS is_new,
    coalesce(
        text, (SELECT texts - 1 FROM meta) + row_number() OVER (PARTITION BY text IS NULL ORDER BY print)
    )::INTEGER AS text
FROM (SELECT print, exact_hash FROM prints) LEFT JOIN texts USING (exact_hash);

INSERT INTO texts
SELECT text, exact_hash, sketch, shingles, numbers, key_count
FROM prints JOIN (SELECT print, text FROM numbered WHERE is_new) USING (print);

UPDATE meta SET texts = texts + (SELECT count(*) FROM numbered WHERE is_new);

CREATE TEMP TABLE new_keys AS
SELECT key, text FROM print_keys JOIN (SELECT print, text FROM numbered WHERE is_new) USING (print);

DELETE FROM documents WHERE document_id IN (SELECT document_id FROM removed);
INSERT INTO documents
SELECT document_id, source, url, seen_at, version_at, rank, text, NULL
FROM added LEFT JOIN numbered USING (print);

-- The documents of each URL that lost or won a version, with their newest version before and after.
CREATE TEMP TABLE versions AS
WITH changed AS (
    SELECT source, url FROM gone
    UNION
    SELECT source, url FROM added
)
SELECT
    document_id,
    text,
    head AS old_head,
    nullif(
        first_value(document_id) OVER (PARTITION BY source, url ORDER BY version_at DESC, seen_at DESC, document_id),
        document_id
    ) AS new_head
FROM documents SEMI JOIN changed USING (source, url)
WHERE (SELECT has_url_versions FROM settings);

UPDATE documents SET head = new_head FROM versions
WHERE documents.document_id = versions.document_id AND versions.old_head IS DISTINCT FROM versions.new_head;

-- Texts whose first current document may be another one now.
CREATE TEMP TABLE changes AS
WITH affected AS (
    SELECT text FROM gone WHERE head IS NULL AND text IS NOT NULL
    UNION
    SELECT text FROM versions WHERE (old_head IS NULL) <> (new_head IS NULL) AND text IS NOT NULL
    UNION
    SELECT text FROM documents SEMI JOIN added USING (document_id) WHERE head IS NULL AND text IS NOT NULL
),
firsts AS (
    SELECT text, min(rank) AS rank, arg_min(document_id, (rank, document_id)) AS "first"
    FROM documents SEMI JOIN affected USING (text) WHERE head IS NULL GROUP BY text
)
SELECT
    text,
    CASE WHEN standing.text IS NULL THEN 'begin' WHEN firsts.text IS NULL THEN 'end' ELSE 'move' END AS kind,
    firsts.rank,
    firsts."first",
    standing.root AS old_root
FROM affected LEFT JOIN standing USING (text) LEFT JOIN firsts USING (text)
WHERE (standing.rank, standing."first") IS DISTINCT FROM (firsts.rank, firsts."first");

DELETE FROM standing WHERE text IN (SELECT text FROM changes WHERE kind = 'end');
UPDATE standing SET rank = changes.rank, "first" = changes."first" FROM changes
WHERE standing.text = changes.text AND changes.kind = 'move';
INSERT INTO standing SELECT text, rank, "first", NULL, NULL FROM changes WHERE kind = 'begin';

-- Texts that no document has any more are forgotten; those of older versions sleep.
CREATE TEMP TABLE forgotten AS
SELECT DISTINCT text FROM gone WHERE text IS NOT NULL AND text NOT IN (SELECT text FROM documents WHERE text IS NOT NULL);
DELETE FROM texts WHERE text IN (SELECT text FROM forgotten);
