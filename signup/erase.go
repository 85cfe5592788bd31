package signup

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// EraseRequest is the request of erase: by the owner of an account, with the
// password, or by a super-user, without it.
type EraseRequest struct {
	CID        string
	UserID     string
	Password   Secret // of the owner; a super-user gives none
	CurrentApp string
	RemoteAddr []string

	caller // see AsSuperUser
}

// JSON returns the request in JSON for erase. It contains the password in plain
// text.
func (r EraseRequest) JSON() ([]byte, error) { return requestJSON(&r) }

func (r *EraseRequest) members(m *strictjson.Members) { r.visit(m, true) }

// visit visits the members of a request, and the password of an owner.
func (r *EraseRequest) visit(m *strictjson.Members, password bool) {
	visitCID(m.Optional(), &r.CID)
	text(m, "user_id", &r.UserID, maxUserID)
	if password {
		raw(m.Optional(), "password", (*string)(&r.Password), maxText)
	}
	visitCaller(m, &r.caller)
	text(m.Optional(), "current_app", &r.CurrentApp, ssoconf.MaxAppName)
	visitRemoteAddr(m.Optional(), &r.RemoteAddr)
	switch {
	case r.UserID == "":
		m.Miss("user_id")
	case r.superUser && r.Password != "":
		m.Fail("password", "is for the owner of the account, not for a super-user")
	}
}

// auditErase has the name of the original's operation. Its entry with the
// result ok is what remains of an account.
const auditErase = "user.delete_user"

// erase removes an account or a claim with everything that belongs to it: its
// records, tokens and counts in one guarded commit, which frees its name and its
// address, then its undelivered events, see finishErasure. Callback services get an
// event about it. Erasing it again finds nothing.
func (r *run) erase(data []byte) (document, *Error) {
	var request EraseRequest
	err := readRequest(data, request.members)
	byOwner := err == nil && !request.superUser && request.Password != ""
	if byOwner {
		if answer, err := r.proveOwner(request); err != nil || answer != nil {
			return answer, err
		}
		request.superUser, request.RemoteAddr = true, nil // the entries that remain have no personal data
	}
	gone := ""
	answer, err := r.decide(auditErase, ApprovalRequest{
		CID: request.CID, UserID: request.UserID, caller: request.caller,
		CurrentApp: request.CurrentApp, RemoteAddr: request.RemoteAddr,
	}, err, change{
		find:  func() (*claimed, Code, *Error) { return r.findErasable(request.UserID, byOwner) },
		batch: func(c *claimed) kv.Batch { gone = c.user.ID; return r.eraseBatch(c) },
		done:  UserIDInvalid, // it is gone
	})
	if err == nil && gone != "" {
		_ = r.finishErasure(gone, 0) // a later purge continues
	}
	return answer, err
}

// proveOwner compares the password. Guesses are limited as those of verify, with
// the same counts, and refused after the same effects whether there is such an account or not.
func (r *run) proveOwner(request EraseRequest) (document, *Error) {
	r.setCID(request.CID, "")
	r.from(request.CurrentApp, request.RemoteAddr)
	r.currentUser = request.currentUser
	key := record.UserPrefix + decoyID // which never exists
	if record.IsID(request.UserID) {
		key = record.UserPrefix + request.UserID
	}
	values, answer, err := r.admitGuess(auditErase, request.RemoteAddr, key)
	if err != nil || answer != nil {
		return answer, err
	}
	account, err := r.readLogin(key, values[0], key)
	if err != nil {
		return nil, err
	}
	_, answer, err = r.prove(proof{
		op: auditErase, account: account, login: key, password: request.Password, remoteAddr: request.RemoteAddr, check: r.checkErasure,
	})
	r.rate = nil // it is counted
	return answer, err
}

// checkErasure returns the codes that keep the owner of an account from erasing
// it: an application that may not log in, or a lock.
func (r *run) checkErasure(user *record.User) (refusals, warnings []Code) {
	switch {
	case !r.mayLogIn(user):
		return []Code{AppListInvalid}, nil
	case user.Locked != 0:
		return []Code{Locked}, nil
	}
	return nil, nil
}

// findErasable finds an account or a claim. Its count of guesses is checked, because
// a guess may write a message to its owner. A void claim whose name is another's
// expires by itself: no answer has its id.
func (r *run) findErasable(id string, byOwner bool) (*claimed, Code, *Error) {
	c, err := r.findAccount(id)
	switch {
	case err != nil:
		return nil, "", err
	case c.user == nil, c.name == nil, c.name.ID != id:
		return c, UserIDInvalid, nil
	case byOwner && c.user.Locked != 0:
		return c, Locked, nil
	}
	r.remoteAddr = "" // of the super-user, in the entry that remains
	_, err = r.readChecked(c, r.guessKey(auditVerify, id))
	return c, "", err
}

// eraseBatch deletes the records of an account or a claim, and records that its
// events remain to be deleted.
func (r *run) eraseBatch(c *claimed) kv.Batch {
	batch := r.removal(c)
	batch.Puts = []kv.Put{record.Put(record.ErasedPrefix+c.user.ID, &record.Pending{V: record.Version, ID: c.user.ID, State: c.user.State})}
	return batch
}
