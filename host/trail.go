package host

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// TrailRequest is the request of Admin.Trail, and of the operation audit: for a page
// of the entries of the audit trail that have everything that it asks for. It must
// ask for something.
type TrailRequest struct {
	CID          string    // of the entries; "" for any
	UserID       string    // of the account that they are about, or that acted; "" for any
	Since, Until time.Time // when they were made: not before Since, and before Until, to the millisecond; zero for no bound
	Limit        int       // entries in the answer, 1 to 100; 100 if 0
	Cursor       string    // of the page before, "" for the first
}

func (r *TrailRequest) members(m *strictjson.Members) {
	m.Optional().String("cid", &r.CID)
	m.Optional().String("user_id", &r.UserID)
	timeText(m, "since", &r.Since)
	timeText(m, "until", &r.Until)
	if m.Reading() {
		r.Limit = maxTrailPage
	}
	m.Optional().Whole("limit", &r.Limit, 1, maxTrailPage)
	m.Optional().String("cursor", &r.Cursor)
	switch {
	case r.CID == "" && r.UserID == "" && r.Since.IsZero() && r.Until.IsZero():
		m.Miss("user_id")
	case len(r.CID) > maxTrailText:
		m.Fail("cid", "has more than %d bytes", maxTrailText)
	case len(r.UserID) > maxTrailText:
		m.Fail("user_id", "has more than %d bytes", maxTrailText)
	case !r.Since.IsZero() && !r.Until.IsZero() && !r.Since.Before(r.Until):
		m.Fail("until", "must be after since")
	}
}

// fields are the members that a request asks for.
func (r *TrailRequest) fields() (names []string) {
	for _, each := range []struct {
		name  string
		given bool
	}{{"cid", r.CID != ""}, {"user_id", r.UserID != ""}, {"since", !r.Since.IsZero()}, {"until", !r.Until.IsZero()}} {
		if each.given {
			names = append(names, each.name)
		}
	}
	return names
}

// Limits of requests of the trail.
const (
	maxTrailPage = 100
	maxTrailText = 128
)

// timeText visits a time in RFC 3339 that is omitted if it is zero.
func timeText(m *strictjson.Members, name string, at *time.Time) {
	text := ""
	if !m.Reading() && !at.IsZero() {
		text = at.UTC().Format(time.RFC3339Nano)
	}
	m.Optional().String(name, &text)
	if m.IsTime(); text == "" || !m.Reading() {
		return
	}
	read, err := time.Parse(time.RFC3339, text)
	if err != nil {
		m.Fail(name, "must be a time, such as 2026-11-28T09:00:00Z")
	}
	*at = read
}

// JSON returns the request in JSON for the operation audit.
func (r TrailRequest) JSON() ([]byte, error) { return strictjson.Escaped(r.members) }

// TrailResponse is the answer of Admin.Trail, and of the operation audit.
type TrailResponse struct {
	signup.Response
	Entries []AuditEntry // the oldest first; fewer than Limit, even none, do not mean that there are no more
	Cursor  string       // for the next page, "" after the last
}

// trailDocument is a TrailResponse in JSON.
type trailDocument struct {
	CID     string       `json:"cid"`
	Status  string       `json:"status"`
	Entries []AuditEntry `json:"entries"`
	Cursor  string       `json:"cursor"`
}

// MarshalJSON implements json.Marshaler.
func (t TrailResponse) MarshalJSON() ([]byte, error) {
	if !t.OK() {
		return json.Marshal(t.Response)
	}
	return json.Marshal(trailDocument{t.CID, t.Status, t.Entries, t.Cursor})
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *TrailResponse) UnmarshalJSON(data []byte) error {
	var document trailDocument
	if err := json.Unmarshal(data, &t.Response); err != nil || !t.OK() {
		return err
	}
	if err := json.Unmarshal(data, &document); err != nil {
		return err
	}
	t.Entries, t.Cursor = document.Entries, document.Cursor
	return nil
}

// auditTrail is the operation in the audit trail for reading it.
const auditTrail = "audit.search"

// Trail lists entries of the audit trail. It is refused with InvalidOperation if
// Options.Audit is no AuditFile, or one that is a stream.
func (a Admin) Trail(ctx context.Context, request TrailRequest) (TrailResponse, error) {
	var response TrailResponse
	text, err := request.JSON()
	if err != nil {
		return response, &signup.Error{Code: signup.InvalidInput, Message: err.Error()}
	}
	answered, answer := a.enrol.readTrail(ctx, Operator{CurrentUser: a.currentUser}, text)
	if answered.Fault != "" {
		return response, &signup.Error{Code: answered.SubStatus[0], Message: answered.Fault}
	}
	err = json.Unmarshal(answer, &response)
	return response, err
}

// readTrail performs the operation audit. Each page is in the trail itself.
func (e *Enrol) readTrail(ctx context.Context, by Operator, text []byte) (signup.Response, []byte) {
	var request TrailRequest
	value, err := strictjson.Parse(text)
	if err != nil {
		return refusedUnread(signup.InvalidInput, "", "the request "+err.Error())
	}
	if fault := value.ReadOnly(request.members); fault != nil {
		code := signup.InvalidInput
		if fault.Missing {
			code = signup.MissingInput
		}
		return refusedUnread(code, fault.Field, fault.Message)
	}
	file, ok := e.options.Audit.(*AuditFile)
	if !ok || file.isStream() {
		return refusedUnread(signup.InvalidOperation, "", "the audit trail is not in a file here, so it cannot be read")
	}
	cid := NewCID()
	entries, cursor, err := ReadTrail(ctx, file.path, request)
	switch {
	case errors.Is(err, ErrTrailCursor):
		return refusedUnread(signup.InvalidInput, "cursor", ErrTrailCursor.Error())
	case err != nil:
		return undecided(cid, &signup.Error{Code: signup.Busy, Message: "the audit trail cannot be read", Err: err})
	}
	event := signup.AuditEvent{CID: cid, Op: auditTrail, CurrentUser: by.CurrentUser, Result: signup.StatusOK}
	if slices.ContainsFunc(entries, func(entry AuditEntry) bool { return entry.TargetUser == request.UserID }) {
		event.TargetUser = request.UserID // else it may be anything, such as a name
	}
	event.Extra = signup.AuditExtra{RemoteAddr: by.RemoteAddr, Search: &signup.AuditSearch{Fields: request.fields(), Found: len(entries)}}
	if err := e.Note(ctx, event); err != nil {
		return unaudited(cid, err)
	}
	response := TrailResponse{Response: signup.Response{CID: cid, Status: signup.StatusOK}, Entries: entries, Cursor: cursor}
	answer, err := json.Marshal(response)
	if err != nil {
		return undecided(cid, &signup.Error{Code: signup.InternalError, Message: "the entries cannot be encoded"})
	}
	return response.Response, answer
}
