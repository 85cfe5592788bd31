package signup

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// obsolete reports whether a message that a signup or a resend caused is no
// longer needed: because its token or its claim expired or is gone, the claim
// was confirmed, or a newer message of the claim replaces it. Void claims are
// treated the same.
func (d *dispatcher) obsolete(event *held, text *record.Message, key string, value kv.Value) (*admission, *Error) {
	if text.Expires != 0 && text.Expires <= d.now {
		return &admission{dropped: true, expired: true}, nil
	}
	if value.Version == "" {
		return &admission{dropped: true, expired: true}, nil
	}
	user, err := record.Decode[record.User](key, value)
	switch {
	case err != nil:
		return nil, err
	case user.State == record.StateFinal, user.LastMessage != event.ID:
		return &admission{dropped: true}, nil
	case user.Expires <= d.now:
		return &admission{dropped: true, expired: true}, nil
	}
	return nil, nil
}
