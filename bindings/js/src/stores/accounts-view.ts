// The view of the accounts in a PostgreSQL database, for other programs. kv/postgres-accounts.sql
// specifies it.

/** The statements of kv/postgres-accounts.sql. They do nothing if the view is there. */
export const CREATE_ACCOUNTS_VIEW = `
  CREATE INDEX IF NOT EXISTS enrol_kv_accounts ON enrol_kv ((substr(key, 6) COLLATE "default"))
    WHERE key >= 'user/' AND key < 'user0';

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
  );`;
