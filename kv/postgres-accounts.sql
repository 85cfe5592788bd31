-- The accounts in the table of kv/postgres.sql as rows with types, for queries and
-- joins of other programs: a view, so it shows each commit with the commit itself.
-- Nothing can be written through it.
--
-- It is optional: run this script, as often as you like, or set the option
-- accountsView of the JavaScript stores. Give other programs this view alone, since
-- enrol_kv also holds hashes of passwords:
--
--     GRANT SELECT ON enrol_accounts TO reporting;
--     SELECT * FROM orders, LATERAL
--       (SELECT * FROM enrol_accounts AS a WHERE a.user_id = orders.user_id OFFSET 0) AS account;
--
-- Keep the user_id in tables of yours: an index finds an account by it. A query by
-- another column reads all accounts, and so does a plain JOIN.
--
-- email is null if the sso.conf has encrypt_email. Claims that wait for their token
-- are before_confirmation; expired ones are left out.

-- So that a query for one user_id does not read all accounts. On
-- a large table in use, create it CONCURRENTLY first.
CREATE INDEX IF NOT EXISTS enrol_kv_accounts ON enrol_kv ((substr(key, 6) COLLATE "default"))
  WHERE key >= 'user/' AND key < 'user0';

-- security_barrier keeps functions in the queries of other programs from rows that
-- the view leaves out. PostgreSQL plans such a view apart from the rest of a query,
-- so that a plain JOIN cannot use the index. LATERAL and OFFSET 0 look up each row.
CREATE OR REPLACE VIEW enrol_accounts WITH (security_barrier) AS
SELECT
  substr(kv.key, 6) COLLATE "default" AS user_id,
  account ->> 'username' AS username,
  account ->> 'email' AS email,
  account ->> 'display_name' AS display_name,
  account ->> 'current_app' AS current_app,
  ARRAY(SELECT jsonb_array_elements_text(account -> 'app_list')) AS app_list,
  CASE account ->> 'state' WHEN 'final' THEN 'final' ELSE 'before_confirmation' END AS sign_up_status,
  to_timestamp((account ->> 'sign_up_time')::bigint / 1000.0) AS sign_up_time,
  to_timestamp((account ->> 'confirm_time')::bigint / 1000.0) AS sign_up_confirm_time,
  account ->> 'approval_status' AS approval_status,
  to_timestamp((account ->> 'approval_status_mod_time')::bigint / 1000.0) AS approval_status_mod_time,
  (account ->> 'is_approval_needed')::boolean AS is_approval_needed,
  account ? 'locked' AS is_locked,
  to_timestamp((account ->> 'locked')::bigint / 1000.0) AS locked_time
FROM enrol_kv AS kv CROSS JOIN LATERAL (SELECT convert_from(kv.data, 'UTF8')::jsonb AS account) AS record
WHERE kv.key >= 'user/' AND kv.key < 'user0' AND (
  account ->> 'state' = 'final'
  OR account ->> 'state' = 'pending' AND (account ->> 'expires')::bigint > extract(epoch FROM now()) * 1000
);
