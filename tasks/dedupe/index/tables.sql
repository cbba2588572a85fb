-- What the index keeps from run to run. A text is all documents with one exact_hash; its number means nothing.

-- `texts` is the number of the next new text: none is given twice, as the files of a range may still know an old one.
CREATE TABLE meta (snapshot VARCHAR NOT NULL, settings VARCHAR NOT NULL, texts INTEGER NOT NULL);

-- Every live document. `head` is the newest version of its URL where that is another one; without it the document is
-- current. `text` is null for a document without text. Of two, the one with the less (rank, document_id) is first.
CREATE TABLE documents (
    document_id VARCHAR NOT NULL, source VARCHAR NOT NULL, url VARCHAR, seen_at BIGINT NOT NULL,
    version_at BIGINT NOT NULL, rank BIGINT NOT NULL, text INTEGER, head VARCHAR
);

CREATE TABLE texts (
    text INTEGER NOT NULL, exact_hash BLOB NOT NULL, sketch BLOB NOT NULL, shingles UINTEGER NOT NULL,
    numbers UBIGINT[] NOT NULL, key_count INTEGER NOT NULL
);

-- The texts of current documents: the first of these by rank, the first text of the cluster and its first document.
CREATE TABLE standing (text INTEGER NOT NULL, rank BIGINT NOT NULL, "first" VARCHAR NOT NULL, root INTEGER, canonical VARCHAR);

-- What is known by key: here, or, where the index is cut into ranges of keys, in the files of each.

-- The keys of standing texts, and those of texts that only older versions have.
CREATE TABLE postings (key UBIGINT NOT NULL, text INTEGER NOT NULL);
CREATE TABLE dormant (key UBIGINT NOT NULL, text INTEGER NOT NULL);

-- The keys that more than the cap of standing texts have, how many, and the first of these, as they stand.
CREATE TABLE common (key UBIGINT NOT NULL, texts BIGINT NOT NULL);
CREATE TABLE common_hubs (key UBIGINT NOT NULL, text INTEGER NOT NULL, rank BIGINT NOT NULL, "first" VARCHAR NOT NULL);

-- The files of each range, none where the index is not cut. The newest has its state; `keys` counts those in a file.
CREATE TABLE range_files (number INTEGER NOT NULL, place INTEGER NOT NULL, name VARCHAR NOT NULL, keys BIGINT NOT NULL);

-- Verified pairs of standing texts, "left" < "right".
CREATE TABLE edges ("left" INTEGER NOT NULL, "right" INTEGER NOT NULL);

CREATE TABLE duplicates (
    document_id VARCHAR NOT NULL, canonical_id VARCHAR NOT NULL, relation VARCHAR NOT NULL, similarity DOUBLE NOT NULL,
    containment DOUBLE NOT NULL
);
