package signup

import (
	"strings"
	"time"

	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// DeadRequest is the request of dead, for a page of the dead letters.
type DeadRequest struct {
	CID        string
	Limit      int    // 1 to 100; 50 if 0
	Cursor     string // of the page before, "" for the first
	RemoteAddr []string

	caller // see AsSuperUser
}

// JSON returns the request in JSON for dead.
func (r DeadRequest) JSON() ([]byte, error) { return requestJSON(&r) }

func (r *DeadRequest) members(m *strictjson.Members) {
	visitCID(m.Optional(), &r.CID)
	visitPage(m, &r.Limit, 50, &r.Cursor)
	visitCaller(m, &r.caller)
	visitRemoteAddr(m.Optional(), &r.RemoteAddr)
	if r.Cursor != "" && !strings.HasPrefix(r.Cursor, record.DeadPrefix) {
		m.Fail("cursor", "is not from an earlier answer")
	}
}

const auditDead = "event.get_list"

// dead lists the dead letters, the oldest of each bucket first. Each page is in
// the audit trail.
func (r *run) dead(data []byte) (document, *Error) {
	var request DeadRequest
	err := readRequest(data, request.members)
	r.setCID(request.CID, "")
	if err != nil {
		return nil, err
	}
	if answer, err := r.forSuperUsers(auditDead, request.caller, request.RemoteAddr); err != nil || answer != nil {
		return answer, err
	}
	answer, err := r.listDead(request)
	if err != nil {
		return nil, r.giveUp(auditDead, "", err)
	}
	return answer, r.audit(auditDead, resultOK, "")
}

func (r *run) listDead(request DeadRequest) (document, *Error) {
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	entries, failure := r.host.Scan(record.DeadPrefix, request.Cursor, request.Limit)
	if failure != nil {
		return nil, fault.Outside("scan", failure)
	}
	answer := &DeadResponse{Response: *accepted(r.cid), Events: []DeadEvent{}}
	for _, entry := range entries {
		event, err := record.Decode[record.Event](entry.Key, entry.Value)
		if err != nil {
			return nil, err
		}
		answer.Events = append(answer.Events, DeadEvent{
			ID:          strings.TrimPrefix(entry.Key, record.DeadPrefix),
			UserID:      event.User,
			Destination: ssoconf.ServiceLabel(event.Destination),
			Created:     timeOf(event.Created),
			Tries:       event.Tries,
			Reason:      event.Reason,
		})
	}
	if len(entries) == request.Limit {
		answer.Cursor = entries[len(entries)-1].Key
	}
	return answer, nil
}

// DeadResponse is the response of dead.
type DeadResponse struct {
	Response
	Events []DeadEvent
	Cursor string // for the next page; "" if this is the last
}

func (d *DeadResponse) members(m *strictjson.Members) {
	d.Response.members(m)
	strictjson.List(m, "events", &d.Events, (*DeadEvent).members)
	m.String("cursor", &d.Cursor)
}

// DeadEvent is a dead letter.
type DeadEvent struct {
	ID          string // for retry
	UserID      string
	Destination string    // the service; a URL without its path
	Created     time.Time // in UTC, to the second
	Tries       int
	Reason      string // why the last try failed
}

func (d *DeadEvent) members(m *strictjson.Members) {
	m.String("id", &d.ID)
	m.String("user_id", &d.UserID)
	m.String("destination", &d.Destination)
	timeMember(m, "created", &d.Created)
	m.Int("tries", &d.Tries)
	m.String("reason", &d.Reason)
}
