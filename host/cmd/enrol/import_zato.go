package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/host/internal/fernet"
	"github.com/enrol-sso/enrol/kv/private"
)

// zatoOrigin is the value of --from for Zato SSO.
const zatoOrigin = "zato"

// zatoReader reads accounts from a dump of the table zato_sso_user of Zato SSO: CSV
// whose first record names the columns.
type zatoReader struct {
	records *csvReader
	columns []string
	key     *fernet.Key // nil if none is given
}

// What the columns of zato_sso_user become, as Zato 3.0 to 3.2 have them. Enrol has
// no counterpart of the last ones.
var (
	zatoRequired = []string{"username", "password", "sign_up_status", "approval_status"}
	zatoOptional = []string{
		"user_id", "email", "display_name", "first_name", "middle_name", "last_name", "is_locked", "locked_time",
		"approval_status_mod_time", "approval_status_mod_by", "password_must_change", "password_last_set",
		"sign_up_time", "sign_up_confirm_time", "sign_up_confirm_token",
	}
	zatoIgnored = []string{
		"id", "is_active", "is_internal", "is_super_user", "creation_ctx", "locked_by", "password_is_set", "password_expiry",
		"display_name_upper", "first_name_upper", "middle_name_upper", "last_name_upper", "opaque1",
		"is_rate_limit_active", "rate_limit_type", "rate_limit_def", "rate_limit_check_parent_def",
		"is_totp_enabled", "totp_key", "totp_label",
	}
)

// newZatoReader reads the names of the columns, and the key if keyFile is not "".
func newZatoReader(in *input, keyFile string) (*zatoReader, error) {
	z := &zatoReader{}
	if keyFile != "" {
		text, err := private.ReadFile(keyFile)
		if err != nil {
			return nil, mistake("the key of Zato cannot be read: %w", err)
		}
		key, err := fernet.ParseKey(text)
		if err != nil {
			return nil, mistake("%s: %w: put the value of key1 in secrets.conf of Zato into it", keyFile, err)
		}
		z.key = &key
	}
	from, _, err := beginning(in)
	if err != nil && !isEOF(err) {
		return nil, err
	}
	z.records = &csvReader{lines: newLineReader(from)}
	header, _, bad, err := z.records.record()
	if err != nil || bad != "" {
		return nil, mistake("%s: the first line must name the columns of zato_sso_user: %s", in.name, bad)
	}
	for i, column := range header {
		column = strings.TrimSpace(column)
		switch {
		case !slices.Contains(slices.Concat(zatoRequired, zatoOptional, zatoIgnored), column):
			return nil, mistake("%s: column %d is called %q, and zato_sso_user has no such column", in.name, i+1, column)
		case slices.Contains(z.columns, column):
			return nil, mistake("%s: the column %s is there twice", in.name, column)
		}
		z.columns = append(z.columns, column)
	}
	for _, column := range zatoRequired {
		if !slices.Contains(z.columns, column) {
			return nil, mistake("%s: the column %s of zato_sso_user is missing", in.name, column)
		}
	}
	return z, nil
}

func (z *zatoReader) next() (arriving, error) {
	fields, at, bad, err := z.records.record()
	each := arriving{line: at.number, end: at.end, bad: bad}
	if err != nil || bad != "" {
		return each, err
	}
	if len(fields) != len(z.columns) {
		each.bad = fmt.Sprintf("has %d fields, and the first line has %d", len(fields), len(z.columns))
		return each, nil
	}
	row := zatoRow{}
	for i, column := range z.columns {
		if fields[i] != "" {
			row[column] = fields[i]
		}
	}
	if each.rejected = row["approval_status"] == "rejected"; each.rejected {
		return each, nil
	}
	account, err := row.account(z.key)
	if err != nil {
		each.bad = err.Error()
		return each, nil
	}
	each.account, err = json.Marshal(account)
	return each, err
}

// zatoRow is a row of zato_sso_user: text by column, without those that are NULL.
type zatoRow map[string]string

// account returns the fields of the account to import.
func (r zatoRow) account(key *fernet.Key) (map[string]any, error) {
	account := map[string]any{}
	for _, name := range []string{
		"username", "display_name", "first_name", "middle_name", "last_name", "is_locked", "locked_time", "password_must_change",
		"password_last_set", "sign_up_time", "sign_up_confirm_time", "approval_status_mod_time",
	} {
		if text, ok := r[name]; ok {
			value, err := csvFields[name](text)
			if err != nil {
				return nil, fmt.Errorf("%s %w", name, err)
			}
			account[name] = value
		}
	}
	for _, each := range []struct{ column, field string }{{"email", "email"}, {"password", "password_hash"}} {
		text, err := decryptZato(r[each.column], key)
		if err != nil {
			return nil, fmt.Errorf("%s %w", each.column, err)
		}
		account[each.field] = text
	}
	for _, name := range []string{"user_id", "approval_status_mod_by"} {
		if id := zatoID(r[name]); id != "" {
			account[name] = id
		}
	}
	if account["is_locked"] != true {
		delete(account, "locked_time") // of a lock that ended
	}
	return account, r.states(account)
}

// states sets what depends on the states of a row.
func (r zatoRow) states(account map[string]any) error {
	approval := r["approval_status"]
	if approval != "approved" && approval != "before_decision" {
		return errors.New("approval_status must be approved, before_decision or rejected")
	}
	account["approval_status"] = approval
	switch r["sign_up_status"] {
	case "final", "to_approve":
		account["state"] = "final"
	case "before_confirmation":
		account["state"] = "before_confirmation"
		delete(account, "sign_up_confirm_time")
		account["is_approval_needed"] = approval != "approved" // Zato approves at once where none is needed
		if token := r["sign_up_confirm_token"]; token != "" {
			hash := sha256.Sum256([]byte(token))
			account["confirm_token_hashes"] = []string{base64.RawURLEncoding.EncodeToString(hash[:])}
		}
	default:
		return errors.New("sign_up_status must be before_confirmation, to_approve or final")
	}
	return nil
}

// decryptZato returns a value that Zato stores as it is, or encrypted with Fernet.
func decryptZato(text string, key *fernet.Key) (string, error) {
	token, prefixed := strings.CutPrefix(text, "zato.secf.")
	if !prefixed && (!strings.HasPrefix(text, "gAAAA") || strings.Contains(text, "@")) {
		return text, nil
	}
	if key == nil {
		return "", errors.New("is encrypted: give the key of Zato with --zato-key-file")
	}
	plain, err := key.Open(token)
	if err != nil {
		return "", errors.New("cannot be decrypted with the key of --zato-key-file")
	}
	return string(plain), nil
}

var zatoIDForm = regexp.MustCompile("^zusr[0-9a-hjkmnp-tv-z]{1,26}$")

// zatoID returns the id in Enrol of a user of Zato, or "" if the id has another form.
// Both are 128 bits in Crockford's base32; Zato leaves out zeros at the beginning.
func zatoID(text string) string {
	if !zatoIDForm.MatchString(text) {
		return ""
	}
	digits := strings.ToUpper(strings.TrimPrefix(text, "zusr"))
	return strings.Repeat("0", 26-len(digits)) + digits
}
