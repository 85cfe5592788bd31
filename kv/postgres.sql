-- The table of the stores on PostgreSQL, in every language, and the rules that
-- all of them follow: programs in different languages can share one database.
-- The stores create the table if it is absent. This file is the specification,
-- and a script for administrators who create tables themselves.
--
-- postgres-accounts.sql adds a view of the accounts, for other programs.
--
-- It needs a database in the encoding UTF8, and the primary: answers of a
-- standby may be stale.

-- The version of this specification and the guard in force: one row. A program
-- that knows only lower versions refuses to work, whatever else it finds, and so
-- does one with another guard. This table is created first.
--
-- The guard keeps commits apart that have a key in common. It is 'advisory', with
-- version 1, or 'serializable', with version 2. A table of version 1 without the
-- column guard is older than the choice, and has the guard 'advisory'. For the
-- other one, insert (2, 'serializable') instead. To change the guard, end all
-- programs first.
CREATE TABLE IF NOT EXISTS enrol_schema (version integer NOT NULL, guard text NOT NULL DEFAULT 'advisory');
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
-- With the guard 'advisory', a Commit writes in one transaction at READ COMMITTED:
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
-- 40001 and 40P01, has an unknown outcome, and so has one that the server answered
-- with a warning that it stopped waiting for a synchronous standby. If anything
-- fails before, nothing was applied. A program that sends all statements at once
-- knows that only if the server answered one before COMMIT with an error. The
-- store for Postgres.js sees no warnings, which that driver gives to one listener
-- for all connections: with synchronous standbys, use pg. A COMMIT that is answered
-- with ROLLBACK applied nothing.
--
-- With the guard 'serializable', a Commit compares and writes in one SERIALIZABLE
-- transaction, a Get or a Scan reads in one that is READ ONLY, and a caller that gets
-- 40001 or 40P01 begins again, a bounded number of times. It is for databases with
-- the same protocol but without advisory locks, such as YugabyteDB and CockroachDB.
-- The stores for JavaScript know only 'advisory'.
--
-- Least privileges of the role that a program uses, if an administrator ran this
-- script:
--
--     GRANT CONNECT ON DATABASE enrol TO enrol;
--     GRANT USAGE ON SCHEMA public TO enrol;
--     GRANT SELECT ON enrol_schema TO enrol;
--     GRANT SELECT, INSERT, UPDATE, DELETE ON enrol_kv TO enrol;
