package signup

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// RetryRequest is the request of retry, which tries a dead letter again.
type RetryRequest struct {
	CID        string
	ID         string // of a DeadEvent
	RemoteAddr []string

	caller // see AsSuperUser
}

// JSON returns the request in JSON for retry.
func (r RetryRequest) JSON() ([]byte, error) { return requestJSON(&r) }

func (r *RetryRequest) members(m *strictjson.Members) {
	visitCID(m.Optional(), &r.CID)
	text(m, "id", &r.ID, maxCursor)
	visitCaller(m, &r.caller)
	visitRemoteAddr(m.Optional(), &r.RemoteAddr)
	if r.ID == "" {
		m.Miss("id")
	}
}

const auditRetry = "event.retry"

// retry makes a dead letter due again, with all its tries. Its webhook-id stays
// the same.
func (r *run) retry(data []byte) (document, *Error) {
	var request RetryRequest
	err := readRequest(data, request.members)
	r.setCID(request.CID, "")
	if err != nil {
		return nil, err
	}
	if answer, err := r.forSuperUsers(auditRetry, request.caller, request.RemoteAddr); err != nil || answer != nil {
		return answer, err
	}
	key := record.DeadPrefix + request.ID
	lost := false // whether the answer of a commit was lost
	for range maxAttempts {
		values, err := r.loadMetaAnd(key)
		if err != nil {
			return nil, err
		}
		switch {
		case values[0].Version == "" && lost: // it was made due, and perhaps delivered since
			return accepted(r.cid), nil
		case values[0].Version == "":
			return refused(r.cid, NotAllowed), r.audit(auditRetry, resultError, "", NotAllowed)
		}
		event, err := record.Decode[record.Event](key, values[0])
		if err != nil {
			return nil, err
		}
		if err := r.renew(event); err != nil {
			return nil, err
		}
		event.Tries, event.Downs, event.Failing, event.Due, event.Lease = 0, 0, 0, 0, ""
		if err := r.audit(auditRetry, resultOK, event.User); err != nil {
			return nil, err
		}
		outcome, err := r.commit(kv.Batch{
			Checks:  append(r.meta.checks, kv.Check{Key: key, Version: values[0].Version}),
			Puts:    []kv.Put{record.Put(record.EventPrefix+event.ID, event), r.schedulePut(event)},
			Deletes: []string{key},
		})
		if err != nil {
			return nil, err
		}
		if outcome == committed {
			return accepted(r.cid), nil
		}
		lost = lost || outcome == unknown
	}
	return nil, r.givenUp()
}
