package signup

import (
	"fmt"

	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// Limits of requests, in code points unless a name says otherwise. The
// configuration has stricter ones for usernames, addresses and passwords; these
// only bound the work before those rules.
const (
	maxCID  = 64
	maxText = 4096 // username, email, password

	maxAppList     = 64      // entries
	maxAppBytes    = 4 << 10 // all entries together, in JSON
	maxRemoteAddrs = 16      // entries
	maxRemoteAddr  = 1024
	maxName        = 128 // display_name and the other three
	maxAttrs       = 32  // entries
	maxAttrName    = 64
	maxAttrValue   = 1024
	maxAttrsBytes  = 8 << 10 // in JSON
	maxToken       = 128
	maxUserID      = 64
	maxRepeatKey   = 255 // idempotency_key
	maxCursor      = 256
)

// CheckJSON returns the error with which the core would refuse data before it
// reads any member: it is not a JSON object, it is too long or too deep, or it
// is ambiguous. It is for hosts that parse a request before they pass it on.
func CheckJSON(data []byte) error {
	_, err := strictjson.Parse(data)
	return err
}

// readRequest reads the visited members of a request, and refuses others.
func readRequest(data []byte, visit func(*strictjson.Members)) *Error {
	value, err := strictjson.Parse(data)
	if err != nil {
		return &Error{Code: InvalidInput, Message: "the request", Err: err}
	}
	return faultError(value.ReadOnly(visit))
}

// faultError returns the error for an invalid member.
func faultError(f *strictjson.Fault) *Error {
	switch {
	case f == nil:
		return nil
	case f.Missing:
		return fault.MissingField(f.Field)
	}
	return fault.BadField(f.Field, "%s", f.Message)
}

func requestJSON(request document) ([]byte, error) {
	data, err := strictjson.Escaped(request.members)
	if err != nil {
		return nil, fmt.Errorf("signup: the request: %w", err)
	}
	return data, nil
}
