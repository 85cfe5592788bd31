-- The table of the stores on PostgreSQL, in every language, and the rules that
-- all of them keep: programs in different languages may share one database.
-- The stores make the table by themselves where it is absent; this file is the
-- specification, and for those who let nobody but themselves make tables.
--
-- It needs a database in the encoding UTF8, and the primary: what a standby
-- answers may be stale.

-- The version of all that is said here: one row. A program that knows only
-- lower ones refuses to work, whatever else it finds. It is made first.
CREATE TABLE IF NOT EXISTS enrol_schema (version integer NOT NULL);
INSERT INTO enrol_schema (version) SELECT 1 WHERE NOT EXISTS (SELECT FROM enrol_schema);

-- One row for each key. COLLATE "C" sorts by the bytes of UTF-8, which is what
-- a scan promises, whatever the database sorts by.
--
-- Values are UTF-8 too, but as bytea: text holds no NUL, and bytes come back as
-- they were without anybody's conversion. To read them:
--
--     SELECT key, convert_from(data, 'UTF8') FROM enrol_kv ORDER BY key;
--
-- The version is the first 24 bytes of the SHA-256 of the value, in base64url
-- without padding. It cannot recur for another value, and depends on no counter
-- that a restored backup would set back.
CREATE TABLE IF NOT EXISTS enrol_kv (
  key text COLLATE "C" PRIMARY KEY,
  version text NOT NULL,
  data bytea NOT NULL
);

-- How a Get or a Scan reads: in one statement, thus from one snapshot, at any
-- isolation level. A Scan names a range, prefix <= key AND key < the lowest text
-- above all that start with it, and never a pattern.
--
-- How a Commit writes, in one transaction at READ COMMITTED:
--
-- 1. It makes sure that synchronous_commit is not off, so that nobody sees what
--    a crash could take back.
-- 2. It takes an advisory lock for each key that it checks or changes, in one
--    statement, in the order of their numbers, which are
--    hashtextextended(key COLLATE "C", 7813): pg_advisory_xact_lock for keys that
--    change, pg_advisory_xact_lock_shared for those that are only checked. Locks
--    are for keys and not for rows, as a check of absence has no row.
-- 3. In a later statement, whose snapshot has all that earlier holders of the
--    locks committed, it compares the versions. Only if all checks hold it writes.
-- 4. COMMIT, which ends the locks after the changes can be seen.
--
-- So commits with a key in common follow each other, a reader sees the commits
-- up to some moment and none later, and no transaction fails for the sake of
-- another one. Those who make the table take the advisory lock 7813 first.
--
-- A COMMIT that was sent and got no answer, or an answer other than SQLSTATE
-- 40001 and 40P01, has an unknown outcome. Whatever fails before was not applied.
--
-- Databases that speak the same protocol but hold no advisory locks, such as
-- CockroachDB, cannot be used this way: the rules there would be SERIALIZABLE
-- transactions, and must not be mixed with these on one server.
