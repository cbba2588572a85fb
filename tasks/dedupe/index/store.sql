-- Brings what is known by key up to date, where it lies in this file.

DELETE FROM common_hubs WHERE key IN (SELECT key FROM counts WHERE was_common);
INSERT INTO common_hubs SELECT key, text, rank, "first" FROM hubs;
DELETE FROM common WHERE key IN (SELECT key FROM counts WHERE was_common);
UPDATE common SET texts = texts + change FROM key_changes WHERE common.key = key_changes.key;
INSERT INTO common SELECT key, texts FROM counts WHERE is_common;

DELETE FROM postings WHERE text IN (SELECT text FROM changes WHERE kind = 'end');
INSERT INTO postings SELECT key, text FROM begun_keys;
DELETE FROM dormant WHERE text IN (SELECT text FROM changes WHERE kind = 'begin');
INSERT INTO dormant
SELECT key, text FROM new_keys ANTI JOIN (SELECT text FROM changes WHERE kind = 'begin') USING (text);
INSERT INTO dormant SELECT key, text FROM lasting_keys WHERE is_ended AND text NOT IN (SELECT text FROM forgotten);
DELETE FROM dormant WHERE text IN (SELECT text FROM forgotten);
