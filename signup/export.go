package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// ExportRequest is the request of export, for a page of all accounts, or one of
// them.
type ExportRequest struct {
	CID        string
	UserID     string // of one account, "" for all
	Hashes     bool   // with the hashes of passwords and tokens
	Limit      int    // records to read, 1 to 100; 100 if 0
	Cursor     string // of the page before, "" for the first
	RemoteAddr []string

	caller // see AsSuperUser
}

// JSON returns the request in JSON for export.
func (r ExportRequest) JSON() ([]byte, error) { return requestJSON(&r) }

func (r *ExportRequest) members(m *strictjson.Members) {
	visitCID(m.Optional(), &r.CID)
	text(m.Optional(), "user_id", &r.UserID, maxUserID)
	m.Optional().Bool("hashes", &r.Hashes)
	visitPage(m, &r.Limit, 100, &r.Cursor)
	visitCaller(m, &r.caller)
	visitRemoteAddr(m.Optional(), &r.RemoteAddr)
	if r.Cursor != "" && !strings.HasPrefix(r.Cursor, record.UserPrefix) {
		m.Fail("cursor", "is not from an earlier answer")
	}
}

const auditExport = "user.export"

// exportAccounts lists accounts and claims in full, as import reads them, without
// void and expired claims. Each page is in the audit trail.
func (r *run) exportAccounts(data []byte) (document, *Error) {
	var request ExportRequest
	err := readRequest(data, request.members)
	r.setCID(request.CID, "")
	if err != nil {
		return nil, err
	}
	if answer, err := r.forSuperUsers(auditExport, request.caller, request.RemoteAddr); err != nil || answer != nil {
		return answer, err
	}
	answer, err := r.listExport(request)
	switch {
	case err != nil:
		return nil, r.giveUp(auditExport, "", err)
	case request.UserID != "" && len(answer.Accounts) == 0:
		return refused(r.cid, UserIDInvalid), r.audit(auditExport, resultError, "", UserIDInvalid)
	}
	target := ""
	if request.UserID != "" {
		target = answer.Accounts[0].UserID
	}
	return answer, r.audit(auditExport, resultOK, target)
}

func (r *run) listExport(request ExportRequest) (*ExportResponse, *Error) {
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	answer := &ExportResponse{Response: *accepted(r.cid), Accounts: []MovedAccount{}}
	entries, err := r.exported(request)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		user, err := record.Decode[record.User](entry.Key, entry.Value)
		if err != nil {
			return nil, err
		}
		if user.State == record.StateVoid || !user.Live(r.now) {
			continue
		}
		account, err := r.moveOut(user, request.Hashes)
		if err != nil {
			return nil, err
		}
		answer.Accounts = append(answer.Accounts, *account)
	}
	if request.UserID == "" && len(entries) == request.Limit {
		answer.Cursor = entries[len(entries)-1].Key
	}
	return answer, nil
}

// exported reads the records of a page, or that of one account.
func (r *run) exported(request ExportRequest) ([]kv.Entry, *Error) {
	if request.UserID == "" {
		entries, failure := r.host.Scan(record.UserPrefix, request.Cursor, request.Limit)
		if failure != nil {
			return nil, fault.Outside("scan", failure)
		}
		return entries, nil
	}
	if !record.IsID(request.UserID) {
		return nil, nil
	}
	key := record.UserPrefix + request.UserID
	values, err := r.get(key)
	if err != nil || values[0].Version == "" {
		return nil, err
	}
	return []kv.Entry{{Key: key, Value: values[0]}}, nil
}

// moveOut returns an account as import reads it.
func (r *run) moveOut(user *record.User, hashes bool) (*MovedAccount, *Error) {
	email, err := r.email(user)
	if err != nil {
		return nil, err
	}
	needed := user.IsApprovalNeeded
	a := &MovedAccount{
		UserID: user.ID, Username: user.Username, Email: email, CurrentApp: user.CurrentApp, AppList: user.AppList, State: signUpFinal,
		DisplayName: user.DisplayName, FirstName: user.FirstName, MiddleName: user.MiddleName, LastName: user.LastName, Attrs: user.Attrs,
		RemoteAddr: user.RemoteAddr, SignUpTime: timeOf(user.SignUpTime),
		ApprovalStatus: user.ApprovalStatus, ApprovalStatusModTime: timeIf(user.ApprovalModTime), ApprovalStatusModBy: user.ApprovalModBy, IsApprovalNeeded: &needed,
		IsLocked: user.Locked != 0, LockedTime: timeIf(user.Locked), PasswordLastSet: timeOf(user.PasswordSet), PasswordMustChange: user.PasswordMustChange,
	}
	if user.State == record.StateFinal {
		a.SignUpConfirmTime = timeOf(user.ConfirmTime)
	} else {
		a.State, a.Expires = beforeConfirmation, timeOf(user.Expires)
	}
	if !hashes {
		return a, nil
	}
	stored := user.Password
	if user.PasswordSealed != "" {
		if stored, err = keyring.Open(r.keys, record.PasswordPlace(user.ID), user.PasswordSealed); err != nil {
			return nil, err
		}
	}
	a.PasswordHash = Secret(stored)
	if user.State == record.StatePending {
		a.ConfirmTokenHashes, err = r.tokenHashes(user)
	}
	return a, err
}

// tokenHashes returns the hashes of the tokens of a claim, the last one that was
// resent at the end.
func (r *run) tokenHashes(user *record.User) ([]string, *Error) {
	key := record.NamePrefix + user.Name
	values, err := r.get(key)
	if err != nil || values[0].Version == "" {
		return nil, err
	}
	name, err := record.Decode[record.Name](key, values[0])
	if err != nil || name.ID != user.ID {
		return nil, err
	}
	var hashes []string
	for _, key := range name.Keys {
		if hash, ok := strings.CutPrefix(key, record.TokenPrefix); ok {
			hashes = append(hashes, hash)
		}
	}
	return hashes, nil
}

// ExportResponse is the response of export.
type ExportResponse struct {
	Response
	Accounts []MovedAccount
	Cursor   string // for the next page, "" after the last
}

func (e *ExportResponse) members(m *strictjson.Members) {
	e.Response.members(m)
	strictjson.List(m, "accounts", &e.Accounts, (*MovedAccount).members)
	m.Optional().String("cursor", &e.Cursor)
}
