package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// With enrol.username_may_be_email, a username may be the account's own e-mail
// address. Claims do not reserve such a name: each has a name of its own, see
// record.ClaimName, and any number of claims may wait for it. The account that
// confirms the address owns the name, in the same commit, and is found by the
// address from then on.

// isAddressName reports whether a username is an e-mail address.
func (e *Engine) isAddressName(username string) bool {
	return e.config.Enrol.UsernameMayBeEmail && strings.Contains(username, "@")
}

// withOwnEmail returns a request whose e-mail address, if absent, is the
// username if that is an address.
func (e *Engine) withOwnEmail(request SignupRequest) SignupRequest {
	if request.Email == "" && e.isAddressName(request.Username) {
		request.Email = request.Username
	}
	return request
}

// mailKeys returns the keys of the owner of an address, under each secret key.
// An invalid address has no owner.
func (r *run) mailKeys(email string) []string {
	address, _, _ := identity.Address(email)
	var keys []string
	for _, k := range keyring.All(r.keys) {
		keys = append(keys, record.MailKey(k, address))
	}
	return keys
}

// holderOfAddress returns the id of the account that owns an address, or "".
func (r *run) holderOfAddress(email string) (string, *Error) {
	keys := r.mailKeys(email)
	values, err := r.get(keys...)
	if err != nil {
		return "", err
	}
	for i, value := range values {
		if value == (kv.Value{}) {
			continue
		}
		owner, err := record.Decode[record.Reference](keys[i], value)
		if err != nil {
			return "", err
		}
		return owner.ID, nil
	}
	return "", nil
}
