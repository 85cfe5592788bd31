-- The table of the stores on PostgreSQL, in every language, and the rules that
-- all of them follow: programs in different languages can share one database.
-- The stores create the table if it is absent. This file is the specification,
-- and a script for administrators who create tables themselves.
--
-- It needs a database in the encoding UTF8, and the primary: answers of a
-- standby may be stale.

-- The version of this specification: one row. A program that knows only lower
-- versions refuses to work, whatever else it finds. This table is created first.
CREATE TABLE IF NOT EXISTS enrol_schema (version integer NOT NULL);
INSERT INTO enrol_schema (version) SELECT 1 WHERE NOT EXISTS (SELECT FROM enrol_schema);

-- One row per key. COLLATE "C" sorts by the bytes of UTF-8, as a scan must,
-- whatever the collation of the database.
--
-- Values are UTF-8 too, but as bytea: text cannot contain NUL, and bytes are
-- never converted. To read them:
--
--     SELECT key, convert_from(data, 'UTF8') FROM enrol_kv ORDER BY key;
--
-- The version is the first 24 bytes of the SHA-256 of the value, in base64url
-- without padding. It cannot recur for another value, and depends on no counter
-- that a restored backup would reset.
CREATE TABLE IF NOT EXISTS enrol_kv (
  key text COLLATE "C" PRIMARY KEY,
  version text NOT NULL,
  data bytea NOT NULL
);

-- A Get or a Scan reads in one statement, and so from one snapshot, at any
-- isolation level. A Scan uses a range, prefix <= key AND key < the lowest text
-- above all that start with the prefix, and never a pattern.
--
-- A Commit writes in one transaction at READ COMMITTED:
--
-- 1. It ensures that synchronous_commit is not off, so that nobody sees changes
--    that a crash could undo.
-- 2. It takes an advisory lock for each key that it checks or changes, in one
--    statement, in the order of their numbers, which are
--    hashtextextended(key COLLATE "C", 7813): pg_advisory_xact_lock for keys that
--    change, pg_advisory_xact_lock_shared for keys that are only checked. Locks
--    are for keys and not for rows, since an absent key has no row.
-- 3. In a later statement, whose snapshot has everything that earlier holders of
--    the locks committed, it compares the versions. It writes only if all checks
--    hold.
-- 4. COMMIT, which releases the locks after the changes are visible.
--
-- So commits with a key in common follow each other, a reader sees the commits
-- up to one moment and none later, and no transaction fails because of another.
-- A program that creates the table takes the advisory lock 7813 first.
--
-- A COMMIT that was sent and got no answer, or an answer other than SQLSTATE
-- 40001 and 40P01, has an unknown outcome. If anything fails before, nothing was
-- applied.
--
-- Databases with the same protocol but without advisory locks, such as
-- CockroachDB, cannot be used this way: the rules there would be SERIALIZABLE
-- transactions, and must not be mixed with these on one server.
