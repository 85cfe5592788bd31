package signup

import "strings"

// Requests about the life of an account, after the claim.

// ResendRequest asks for another message with a token.
type ResendRequest struct {
	CID        string
	Username   string
	Email      string // both have to be the claim's own
	CurrentApp string
	RemoteAddr []string
}

// VerifyRequest asks whether a password is that of an account, and whether
// they may log in.
type VerifyRequest struct {
	CID        string
	Username   string // exactly one of the two
	Email      string // a confirmed one
	Password   Secret
	CurrentApp string
	RemoteAddr []string
}

// ApprovalRequest asks to approve or to reject an account.
type ApprovalRequest struct {
	CID         string
	UserID      string
	Reason      string // of a rejection, for the message; up to 1,024 characters
	SuperUser   bool   // that the caller may decide: refused otherwise
	CurrentUser string // the id of who decides, for the audit trail
	CurrentApp  string
	RemoteAddr  []string
}

// LockRequest asks to lock or to unlock an account.
type LockRequest struct {
	CID         string
	UserID      string
	SuperUser   bool   // that the caller may decide: refused otherwise
	CurrentUser string // the id of who decides, for the audit trail
	CurrentApp  string
	RemoteAddr  []string

	// PasswordMustChange, which only unlock takes, says whether the password
	// has to be changed before its owner may log in. Nil leaves that as it is.
	// Enrol has no operation yet that changes a password: an account of which
	// this was said is refused by verify until it is taken back.
	PasswordMustChange *bool
}

// decision is what the request has in common with those about approval.
func (r LockRequest) decision() ApprovalRequest {
	return ApprovalRequest{
		CID: r.CID, UserID: r.UserID, SuperUser: r.SuperUser, CurrentUser: r.CurrentUser,
		CurrentApp: r.CurrentApp, RemoteAddr: r.RemoteAddr,
	}
}

// PendingRequest asks for a page of those who wait.
type PendingRequest struct {
	CID       string
	Status    string // "to-approve" or "to-confirm"
	Limit     int    // 1 to 100; 50 if 0
	Cursor    string // of the page before, "" for the first
	SuperUser bool   // that the caller may see them: refused otherwise
}

// PurgeRequest asks to remove what has expired.
type PurgeRequest struct {
	CID    string
	Limit  int    // records to look at, 1 to 100; 100 if 0
	Cursor string // of the run before, "" for the first
}

// RekeyRequest asks to move a store on to the newest secret key at hand.
type RekeyRequest struct {
	CID       string
	Limit     int    // records to look at, 1 to 100; 100 if 0
	Cursor    string // of the run before, "" for the first
	SuperUser bool   // that the caller may ask for it: refused otherwise
}

// DeadRequest asks for a page of the events that were given up.
type DeadRequest struct {
	CID       string
	Limit     int    // 1 to 100; 50 if 0
	Cursor    string // of the page before, "" for the first
	SuperUser bool   // that the caller may see them: refused otherwise
}

// RetryRequest asks to try one of them again.
type RetryRequest struct {
	CID       string
	ID        string // of a DeadEvent
	SuperUser bool   // that the caller may ask for it: refused otherwise
}

const (
	maxReason = 1024
	maxCursor = 256
)

func readResend(data []byte) (ResendRequest, *Error) {
	o := readObject("the request", data)
	r := ResendRequest{
		CID:        o.cid(),
		Username:   o.text("username", maxText),
		Email:      o.text("email", maxText),
		CurrentApp: o.text("current_app", maxAppName),
		RemoteAddr: o.remoteAddr(),
	}
	if r.Username == "" {
		o.miss("username")
	}
	if r.Email == "" {
		o.miss("email")
	}
	return r, o.done()
}

func readVerify(data []byte) (VerifyRequest, *Error) {
	o := readObject("the request", data)
	r := VerifyRequest{
		CID:        o.cid(),
		Username:   o.text("username", maxText),
		Email:      o.text("email", maxText),
		Password:   Secret(o.text("password", maxText)),
		CurrentApp: o.text("current_app", maxAppName),
		RemoteAddr: o.remoteAddr(),
	}
	switch {
	case r.Username == "" && r.Email == "":
		o.miss("username")
	case r.Username != "" && r.Email != "":
		o.fail("email", "cannot be given together with username")
	case r.Password == "":
		o.miss("password")
	}
	return r, o.done()
}

func readApproval(operation string, data []byte) (ApprovalRequest, *Error) {
	o := readObject("the request", data)
	r := readDecision(o)
	if operation == "reject" {
		r.Reason = o.text("reason", maxReason)
	}
	return r, o.done()
}

func readLock(operation string, data []byte) (LockRequest, *Error) {
	o := readObject("the request", data)
	d := readDecision(o)
	r := LockRequest{
		CID: d.CID, UserID: d.UserID, SuperUser: d.SuperUser, CurrentUser: d.CurrentUser,
		CurrentApp: d.CurrentApp, RemoteAddr: d.RemoteAddr,
	}
	if operation == "unlock" {
		if must, given := o.boolean("password_must_change"); given {
			r.PasswordMustChange = &must
		}
	}
	return r, o.done()
}

// readDecision reads what decisions about an account have in common.
func readDecision(o *object) ApprovalRequest {
	r := ApprovalRequest{
		CID:         o.cid(),
		UserID:      o.text("user_id", maxUserID),
		CurrentUser: o.text("current_user", maxUserID),
		CurrentApp:  o.text("current_app", maxAppName),
		RemoteAddr:  o.remoteAddr(),
	}
	r.SuperUser, _ = o.boolean("super_user")
	if r.UserID == "" {
		o.miss("user_id")
	}
	if r.CurrentUser != "" && !isID(r.CurrentUser) { // it goes to the audit trail, where no other text has a place
		o.fail("current_user", "has to be a user id")
	}
	return r
}

func readPending(data []byte) (PendingRequest, *Error) {
	o := readObject("the request", data)
	r := PendingRequest{
		CID:    o.cid(),
		Status: o.text("status", maxUserID),
		Limit:  o.integer("limit", 1, 100, 50),
		Cursor: o.text("cursor", maxCursor),
	}
	r.SuperUser, _ = o.boolean("super_user")
	list := pendingPrefix
	switch r.Status {
	case toConfirm:
	case toApprove:
		list = approvalPrefix
	case "":
		o.miss("status")
	default:
		o.fail("status", "has to be %s or %s", toApprove, toConfirm)
	}
	if r.Cursor != "" && !strings.HasPrefix(r.Cursor, list) {
		o.fail("cursor", "is not one that was answered for this status")
	}
	return r, o.done()
}

func readPurge(data []byte) (PurgeRequest, *Error) {
	o := readObject("the request", data)
	r := PurgeRequest{
		CID:    o.cid(),
		Limit:  o.integer("limit", 1, 100, 100),
		Cursor: o.text("cursor", maxCursor),
	}
	if r.Cursor != "" && !strings.HasPrefix(r.Cursor, idemPrefix) {
		o.fail("cursor", "is not one that was answered")
	}
	return r, o.done()
}

func readRekey(data []byte) (RekeyRequest, *Error) {
	o := readObject("the request", data)
	r := RekeyRequest{
		CID:    o.cid(),
		Limit:  o.integer("limit", 1, 100, 100),
		Cursor: o.text("cursor", maxCursor),
	}
	r.SuperUser, _ = o.boolean("super_user")
	return r, o.done()
}

func readDead(data []byte) (DeadRequest, *Error) {
	o := readObject("the request", data)
	r := DeadRequest{
		CID:    o.cid(),
		Limit:  o.integer("limit", 1, 100, 50),
		Cursor: o.text("cursor", maxCursor),
	}
	r.SuperUser, _ = o.boolean("super_user")
	if r.Cursor != "" && !strings.HasPrefix(r.Cursor, deadPrefix) {
		o.fail("cursor", "is not one that was answered")
	}
	return r, o.done()
}

func readRetry(data []byte) (RetryRequest, *Error) {
	o := readObject("the request", data)
	r := RetryRequest{CID: o.cid(), ID: o.text("id", maxCursor)}
	r.SuperUser, _ = o.boolean("super_user")
	if r.ID == "" {
		o.miss("id")
	}
	return r, o.done()
}
