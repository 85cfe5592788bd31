package signup

import (
	"strings"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/effects"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// SearchRequest is the request of search, for a page of the accounts that have
// everything that it asks for. Void and expired claims are not found.
type SearchRequest struct {
	CID            string
	Username       string    // what the username begins with, compared as usernames are; "" for any
	Email          string    // the whole address, compared as addresses are; "" for any
	State          string    // "before_confirmation" or "final"; "" for both
	ApprovalStatus string    // "before_decision" or "approved"; "" for both
	IsLocked       *bool     // nil for both
	Since, Until   time.Time // of the sign-up: not before Since, and before Until; zero for no bound
	Limit          int       // accounts in the answer, 1 to 100; 50 if 0
	Cursor         string    // of the page before, "" for the first
	RemoteAddr     []string

	caller // see AsSuperUser
}

// JSON returns the request in JSON for search.
func (r SearchRequest) JSON() ([]byte, error) { return requestJSON(&r) }

func (r *SearchRequest) members(m *strictjson.Members) {
	visitCID(m.Optional(), &r.CID)
	raw(m.Optional(), "username", &r.Username, maxText)
	raw(m.Optional(), "email", &r.Email, maxText)
	m.Optional().String("state", &r.State)
	m.IsOneOf(beforeConfirmation, signUpFinal)
	m.Optional().String("approval_status", &r.ApprovalStatus)
	m.IsOneOf(record.ApprovalBefore, record.ApprovalApproved)
	m.MaybeBool("is_locked", &r.IsLocked)
	searchTime(m, "since", &r.Since)
	searchTime(m, "until", &r.Until)
	if m.Reading() {
		r.Limit = 50
	}
	m.Optional().Whole("limit", &r.Limit, 1, 100)
	raw(m.Optional(), "cursor", &r.Cursor, maxSearchCursor)
	visitCaller(m, &r.caller)
	visitRemoteAddr(m.Optional(), &r.RemoteAddr)
	switch {
	case r.State != "" && r.State != beforeConfirmation && r.State != signUpFinal:
		m.Fail("state", "must be %s or %s", beforeConfirmation, signUpFinal)
	case r.ApprovalStatus != "" && r.ApprovalStatus != record.ApprovalBefore && r.ApprovalStatus != record.ApprovalApproved:
		m.Fail("approval_status", "must be %s or %s", record.ApprovalBefore, record.ApprovalApproved)
	case !r.Since.IsZero() && !r.Until.IsZero() && !r.Since.Before(r.Until):
		m.Fail("until", "must be after since")
	}
}

// searchTime visits a bound of a search.
func searchTime(m *strictjson.Members, name string, at *time.Time) {
	exactTime(m, name, at)
	if !at.IsZero() && (at.UnixMilli() < 0 || at.UnixMilli() > record.MaxTime) {
		m.Fail(name, "must be a time between 1970 and 2286")
	}
}

// fields are the members that a request searches by, for the audit trail.
func (r *SearchRequest) fields() (names []string) {
	for _, each := range []struct {
		name  string
		given bool
	}{
		{"username", r.Username != ""}, {"email", r.Email != ""}, {"state", r.State != ""}, {"approval_status", r.ApprovalStatus != ""},
		{"is_locked", r.IsLocked != nil}, {"since", !r.Since.IsZero()}, {"until", !r.Until.IsZero()},
	} {
		if each.given {
			names = append(names, each.name)
		}
	}
	return names
}

const auditSearch = "user.search"

// maxSearchCursor is above the code points of any cursor of search: the key of a
// name.
const maxSearchCursor = len(record.NamePrefix) + maxNameBytes

// search lists accounts. Each page is in the audit trail, with the members that were
// searched by but not their values, and the number of accounts that it shows.
func (r *run) search(data []byte) (document, *Error) {
	var request SearchRequest
	err := readRequest(data, request.members)
	r.setCID(request.CID, "")
	if err != nil {
		return nil, err
	}
	if answer, err := r.forSuperUsers(auditSearch, request.caller, request.RemoteAddr); err != nil || answer != nil {
		return answer, err
	}
	r.searched = &effects.AuditSearch{Fields: request.fields()}
	answer, err := r.listFound(&request)
	switch {
	case err != nil && err.Code == InvalidInput: // its cursor is of another search
		return nil, err
	case err != nil:
		return nil, r.giveUp(auditSearch, "", err)
	}
	r.searched.Found = len(answer.Users)
	return answer, r.audit(auditSearch, resultOK, "")
}

func (r *run) listFound(request *SearchRequest) (*SearchResponse, *Error) {
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	s := &searcher{run: r, request: request, prefix: identity.Prefix(request.Username)}
	s.address, _, _ = identity.Address(request.Email)
	if err := s.walk(); err != nil {
		return nil, err
	}
	answer := &SearchResponse{Response: *accepted(r.cid), Users: []User{}, Cursor: s.cursor}
	for _, user := range s.users {
		shown, err := r.show(user)
		if err != nil {
			return nil, err
		}
		answer.Users = append(answer.Users, shown)
	}
	return answer, nil
}

// searcher looks for accounts, in one of three ways, each in the order of keys that
// an account keeps for life. So an account that is there from the first page to the
// last is on exactly one of them, whatever happens to it and to others meanwhile.
//
//   - By address: its owner, whose record has the address in its key, then all
//     accounts, unless only final ones are wanted: claims have no such record. The
//     cursor says who the owner was, who is shown only once.
//   - By username: the names that begin with it. A username that is an address has
//     a name of another kind, and all of those are read.
//   - Else all accounts.
type searcher struct {
	*run
	request *SearchRequest
	prefix  string // canonical, of the username
	address string // canonical, "" if the request has none or an invalid one
	owner   string // the id of the owner of the address, who was shown already, or ""
	left    int    // accounts that the page still has room for
	scans   int    // that it still has time for
	after   string // the last key that was read
	users   []*record.User
	cursor  string // for the next page, "" at the end
}

func (s *searcher) walk() *Error {
	s.left, s.scans, s.after = s.request.Limit, maxPages, s.request.Cursor
	var err *Error
	switch {
	case s.request.Email != "":
		err = s.walkAddress()
	case s.request.Username != "":
		err = s.walkNames()
	default:
		_, err = s.walkRange(record.UserPrefix, s.takeUsers)
	}
	return err
}

// ownerMark is between the id of the owner of an address and a key in a cursor.
const ownerMark = "@"

// walkAddress shows the owner of an address, then claims for it.
func (s *searcher) walkAddress() *Error {
	if s.address == "" {
		return nil // nobody has an address that is none
	}
	if s.after == "" {
		id, err := s.holderOfAddress(s.request.Email)
		if err != nil {
			return err
		}
		if id != "" {
			if _, err := s.takeAll([]string{record.UserPrefix + id}); err != nil {
				return err
			}
		}
		s.owner = id
		s.after = record.UserPrefix // before every key of an account
	} else if id, key, found := strings.Cut(s.after, ownerMark); found && record.IsID(id) {
		s.owner, s.after = id, key
	}
	if s.request.State == signUpFinal {
		return nil
	}
	if _, err := s.walkRange(record.UserPrefix, s.takeUsers); err != nil {
		return err
	}
	if s.cursor != "" && s.owner != "" {
		s.cursor = s.owner + ownerMark + s.cursor
	}
	return nil
}

// walkNames shows the accounts of names that begin as wanted, then those whose
// usernames are addresses.
func (s *searcher) walkNames() *Error {
	if len(s.prefix) > maxNameBytes {
		return nil
	}
	addresses := record.NamePrefix + record.ClaimName("")
	if !strings.HasPrefix(s.after, addresses) {
		if !strings.Contains(s.prefix, "@") {
			if done, err := s.walkRange(record.NamePrefix+s.prefix, s.takeNames); err != nil || !done {
				return err
			}
		}
		s.after = addresses
	}
	_, err := s.walkRange(addresses, s.takeNames)
	return err
}

// walkRange reads entries after the last key until the page is full, the work is
// enough for it, or there are no more, which done reports.
func (s *searcher) walkRange(prefix string, take func([]kv.Entry) *Error) (done bool, err *Error) {
	if s.after != "" && !strings.HasPrefix(s.after, prefix) {
		return false, fault.BadField("cursor", "is not from an earlier answer of this search")
	}
	for s.left > 0 && s.scans > 0 {
		s.scans--
		entries, failure := s.host.Scan(prefix, s.after, pageScan)
		if failure != nil {
			return false, fault.Outside("scan", failure)
		}
		if err := take(entries); err != nil {
			return false, err
		}
		if n := len(entries); n < pageScan && (n == 0 || s.after == entries[n-1].Key) {
			return true, nil
		}
	}
	s.cursor = s.after
	return false, nil
}

func (s *searcher) takeUsers(entries []kv.Entry) *Error {
	for _, entry := range entries {
		if s.left == 0 {
			return nil
		}
		if err := s.take(entry.Key, entry.Value); err != nil {
			return err
		}
		s.after = entry.Key
	}
	return nil
}

func (s *searcher) takeNames(entries []kv.Entry) *Error {
	for len(entries) > 0 && s.left > 0 {
		chunk := entries[:min(len(entries), kv.MaxGetKeys)]
		entries = entries[len(chunk):]
		keys := make([]string, len(chunk))
		for i, entry := range chunk {
			name, err := record.Decode[record.Name](entry.Key, entry.Value)
			if err != nil {
				return err
			}
			keys[i] = record.UserPrefix + name.ID
		}
		taken, err := s.takeAll(keys)
		if err != nil {
			return err
		}
		s.after = chunk[taken-1].Key
	}
	return nil
}

// takeAll reads accounts, at most those of one get, until the page is full. It
// returns how many it read.
func (s *searcher) takeAll(keys []string) (taken int, err *Error) {
	values, err := s.get(keys...)
	if err != nil {
		return 0, err
	}
	for i, value := range values {
		if s.left == 0 {
			return i, nil
		}
		if value.Version == "" {
			continue // it was deleted meanwhile
		}
		if err := s.take(keys[i], value); err != nil {
			return i, err
		}
	}
	return len(keys), nil
}

// take shows an account if it has what is wanted.
func (s *searcher) take(key string, value kv.Value) *Error {
	user, err := record.Decode[record.User](key, value)
	if err != nil || !s.has(user) {
		return err
	}
	if s.address != "" {
		email, err := s.email(user)
		if err != nil {
			return err
		}
		if address, _, _ := identity.Address(email); address != s.address {
			return nil
		}
	}
	s.users = append(s.users, user)
	s.left--
	return nil
}

// has reports whether an account has everything that is wanted but the address.
func (s *searcher) has(user *record.User) bool {
	q := s.request
	state := beforeConfirmation
	if user.State == record.StateFinal {
		state = signUpFinal
	}
	switch {
	case user.State == record.StateVoid, !user.Live(s.now), user.ID == s.owner,
		q.State != "" && q.State != state,
		q.ApprovalStatus != "" && q.ApprovalStatus != user.ApprovalStatus,
		q.IsLocked != nil && *q.IsLocked != (user.Locked != 0),
		!q.Since.IsZero() && user.SignUpTime < q.Since.UnixMilli(),
		!q.Until.IsZero() && user.SignUpTime >= q.Until.UnixMilli():
		return false
	case user.Name == record.ClaimName(user.ID):
		return strings.HasPrefix(identity.Prefix(user.Username), s.prefix)
	}
	return strings.HasPrefix(user.Name, s.prefix)
}

// SearchResponse is the response of search.
type SearchResponse struct {
	Response
	Users  []User // fewer than Limit, even none, do not mean that there are no more
	Cursor string // for the next page, "" after the last
}

func (s *SearchResponse) members(m *strictjson.Members) {
	s.Response.members(m)
	strictjson.List(m, "users", &s.Users, (*User).members)
	m.String("cursor", &s.Cursor)
}
