-- Finds the documents whose canonical may be another one. Reads the view `assigned`: the members of changed clusters,
-- each with the first text and the first document of its cluster.

CREATE TEMP TABLE reassigned AS
SELECT assigned.* FROM assigned JOIN standing USING (text)
WHERE (standing.root, standing.canonical) IS DISTINCT FROM (assigned.root, assigned.canonical);

UPDATE standing SET root = reassigned.root, canonical = reassigned.canonical FROM reassigned
WHERE standing.text = reassigned.text;

CREATE TEMP TABLE affected_documents AS
WITH direct AS (
    SELECT document_id FROM documents SEMI JOIN reassigned USING (text) WHERE head IS NULL
    UNION
    SELECT document_id FROM added
    UNION
    SELECT document_id FROM versions WHERE old_head IS DISTINCT FROM new_head
),
-- Older versions follow the newest.
followers AS (
    SELECT document_id FROM documents SEMI JOIN direct ON documents.head = direct.document_id
)
SELECT document_id, text, coalesce(head, document_id) AS head
FROM documents SEMI JOIN (SELECT document_id FROM direct UNION SELECT document_id FROM followers) USING (document_id);

CREATE TEMP TABLE answers AS
SELECT
    affected_documents.document_id,
    coalesce(standing.canonical, affected_documents.head) AS canonical_id,
    affected_documents.text,
    standing.root
FROM affected_documents JOIN documents AS heads ON heads.document_id = affected_documents.head
LEFT JOIN standing ON standing.text = heads.text;
