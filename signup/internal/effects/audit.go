// Package effects has what the core hands to a host: audit events and calls of
// services. Package signup exports the types. They are here so that signuptest
// does not import signup, whose own tests use it.
package effects

import (
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// AuditEvent is one entry of the audit trail. It has ids of accounts, never
// names or addresses. Empty members are omitted.
type AuditEvent struct {
	CID         string
	Op          string
	CurrentUser string
	TargetUser  string
	Result      string // "ok" or "error"
	Extra       AuditExtra
}

// Members visits the members in order.
func (e *AuditEvent) Members(m *strictjson.Members) {
	m.String("cid", &e.CID)
	m.String("op", &e.Op)
	m.Optional().String("current_user", &e.CurrentUser)
	m.Optional().String("target_user", &e.TargetUser)
	m.Optional().String("result", &e.Result)
	if m.Reading() || e.Extra.CurrentApp != "" || e.Extra.RemoteAddr != "" || e.Extra.SubStatus != nil || e.Extra.Search != nil {
		m.Object("extra", e.Extra.Members)
	}
}

// MarshalJSON implements json.Marshaler.
func (e AuditEvent) MarshalJSON() ([]byte, error) { return strictjson.Append(nil, e.Members), nil }

// UnmarshalJSON implements json.Unmarshaler.
func (e *AuditEvent) UnmarshalJSON(data []byte) error { return strictjson.ReadOwn(data, e.Members) }

// AuditExtra is additional data of an audit entry.
type AuditExtra struct {
	CurrentApp string
	RemoteAddr string       // joined with ";"
	SubStatus  []fault.Code // the true codes, whether the caller learns them or not
	Search     *AuditSearch // of a search; else nil
}

// Members visits the members in order.
func (e *AuditExtra) Members(m *strictjson.Members) {
	m.Optional().String("current_app", &e.CurrentApp)
	m.Optional().String("remote_addr", &e.RemoteAddr)
	strictjson.Texts(m.Optional(), "sub_status", &e.SubStatus)
	if m.Reading() && m.Has("search") {
		e.Search = &AuditSearch{}
	}
	if e.Search != nil {
		m.Object("search", e.Search.members)
	}
}

// AuditSearch is what the entry of a search has: never what was searched for.
type AuditSearch struct {
	Fields []string // the members that the request searched by, if any
	Found  int      // how many the answer shows
}

func (s *AuditSearch) members(m *strictjson.Members) {
	m.Optional().Strings("fields", &s.Fields)
	m.Int("found", &s.Found)
}

// MarshalJSON implements json.Marshaler.
func (e AuditExtra) MarshalJSON() ([]byte, error) { return strictjson.Append(nil, e.Members), nil }

// UnmarshalJSON implements json.Unmarshaler.
func (e *AuditExtra) UnmarshalJSON(data []byte) error { return strictjson.ReadOwn(data, e.Members) }
