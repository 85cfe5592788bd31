package signup

import (
	"slices"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// ConfirmRequest is the request of confirm, which activates the account of a
// token.
type ConfirmRequest struct {
	CID          string
	ConfirmToken Secret
	CurrentApp   string
	RemoteAddr   []string
	CurrentUser  string // as in SignupRequest

	Password       Secret // required with enrol.confirm_requires_password, else E008003
	IdempotencyKey string // as in SignupRequest
}

// JSON returns the request in JSON for confirm. It contains the token in plain
// text.
func (r ConfirmRequest) JSON() ([]byte, error) { return requestJSON(&r) }

// asked returns the request without what may differ in a repetition.
func (r ConfirmRequest) asked() ConfirmRequest {
	r.CID, r.RemoteAddr, r.CurrentUser, r.IdempotencyKey = "", nil, "", ""
	return r
}

func (r *ConfirmRequest) members(m *strictjson.Members) {
	visitCID(m.Optional(), &r.CID)
	raw(m, "confirm_token", (*string)(&r.ConfirmToken), maxToken)
	text(m.Optional(), "current_app", &r.CurrentApp, ssoconf.MaxAppName)
	visitRemoteAddr(m.Optional(), &r.RemoteAddr)
	visitCurrentUser(m.Optional(), &r.CurrentUser)
	raw(m.Optional(), "password", (*string)(&r.Password), maxText)
	text(m.Optional(), "idempotency_key", &r.IdempotencyKey, maxRepeatKey)
	if r.ConfirmToken == "" {
		m.Miss("confirm_token")
	}
}

const auditConfirm = "user.confirm_signup"

// confirm activates exactly the claim of a token, as confirm_signup of Zato SSO
// does. The first account to prove an address owns it from the same commit on.
func (r *run) confirm(data []byte) (document, *Error) {
	var request ConfirmRequest
	err := readRequest(data, request.members)
	r.setCID(request.CID, request.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	// This comes before looking up the token, so that the answer reveals
	// nothing about it.
	if r.config.Enrol.ConfirmRequiresPassword && request.Password == "" {
		return nil, fault.MissingField("password")
	}
	r.from(request.CurrentApp, request.RemoteAddr)
	r.currentUser = request.CurrentUser
	if err := r.repeatable(auditConfirm, request.IdempotencyKey, request.asked()); err != nil {
		return nil, err
	}
	r.limitRate(auditConfirm, r.config.Enrol.RateConfirm, request.RemoteAddr)
	if err := r.audit(auditConfirm, "", ""); err != nil {
		return nil, err
	}
	if code := r.checkCurrentApp(r.currentApp); code != "" {
		return refused(r.cid, r.tell([]Code{code})...), r.audit(auditConfirm, resultError, "", code)
	}
	return r.change(change{
		op:     auditConfirm,
		find:   func() (*claimed, Code, *Error) { return r.findConfirmable(request) },
		batch:  r.confirmBatch,
		answer: func(c *claimed) document { return confirmed(r.cid, c.user.ID) },
		done:   SignupConfirmed,
	})
}

// findConfirmable finds the claim of a token and, if the configuration requires
// it, compares the password. Wrong passwords are counted separately from those
// of verify, because only holders of the token can try them.
func (r *run) findConfirmable(request ConfirmRequest) (*claimed, Code, *Error) {
	c, code, err := r.findClaim(string(request.ConfirmToken))
	if err != nil || code != "" || !r.config.Enrol.ConfirmRequiresPassword {
		return c, code, err
	}
	same, err := r.isPassword(c.user, request.Password)
	if err != nil {
		return nil, "", err
	}
	answers, err := r.counted(guess{key: r.guessKey(auditConfirm, c.user.ID), account: loginAccount{user: c.user}, right: same})
	switch {
	case err != nil:
		return nil, "", err
	case !same || !answers:
		return c, NotAllowed, nil
	}
	c.letIn = r.letInFrom(c.user, request.RemoteAddr)
	return c, "", nil
}

func confirmed(cid, userID string) *ConfirmResponse {
	return &ConfirmResponse{Response: *accepted(cid), UserID: userID}
}

// findClaim reads the claim of a token, and returns a code if it cannot be
// confirmed.
func (r *run) findClaim(token string) (*claimed, Code, *Error) {
	c := &claimed{checks: slices.Clone(r.meta.checks)}
	tokenKey := record.TokenPrefix + record.HashToken(token)
	values, err := r.readChecked(c, tokenKey)
	if err != nil {
		return nil, "", err
	}
	if values[0].Version == "" {
		return c, NoSuchSignupToken, nil
	}
	stored, err := record.Decode[record.Token](tokenKey, values[0])
	if err != nil {
		return nil, "", err
	}
	userKey, nameKey := record.UserPrefix+stored.ID, record.NamePrefix+stored.Name
	if values, err = r.readChecked(c, userKey, nameKey); err != nil {
		return nil, "", err
	}
	if values[0].Version == "" || values[1].Version == "" {
		return c, NoSuchSignupToken, nil
	}
	if c.user, err = record.Decode[record.User](userKey, values[0]); err != nil {
		return nil, "", err
	}
	if c.name, err = record.Decode[record.Name](nameKey, values[1]); err != nil {
		return nil, "", err
	}
	switch {
	case !r.mayConfirm(c.user):
		return c, NoSuchSignupToken, nil
	case c.user.State == record.StateFinal:
		return c, SignupConfirmed, nil
	case c.user.State != record.StatePending || c.user.Expires <= r.now || c.name.ID != c.user.ID:
		return c, NoSuchSignupToken, nil
	}
	code, err := r.findOwner(c)
	return c, code, err
}

// findOwner checks whether the address of a claim already belongs to an
// account.
func (r *run) findOwner(c *claimed) (Code, *Error) {
	email, err := r.email(c.user)
	if err != nil || email == "" {
		return "", err
	}
	address, _, ok := identity.Address(email)
	if !ok {
		return "", fault.Internal("user/%s: the e-mail address in the record is invalid", c.user.ID)
	}
	c.email, c.address = email, address
	var keys []string
	for _, k := range r.meta.active {
		keys = append(keys, record.MailKey(k, address))
	}
	values, err := r.readChecked(c, keys...)
	if err != nil {
		return "", err
	}
	for i, value := range values {
		if value.Version == "" {
			continue
		}
		owner, err := record.Decode[record.Reference](keys[i], value)
		if err != nil {
			return "", err
		}
		if owner.ID != c.user.ID { // its own if it was confirmed after it was read: the commit will fail
			return EmailExists, nil
		}
	}
	return "", nil
}

// confirmBatch turns a claim into an account.
func (r *run) confirmBatch(c *claimed) kv.Batch {
	bucket := r.meta.bucket(c.user.ID)
	pendingKey := r.pendingKey(c.user)

	user, name := *c.user, *c.name
	user.State, name.State = record.StateFinal, record.StateFinal
	user.ConfirmTime = r.now
	name.Expires = 0
	batch := kv.Batch{Checks: c.checks}
	if c.address != "" {
		key := record.MailKey(r.writer(), c.address)
		batch.Puts = append(batch.Puts, record.Put(key, &record.Reference{V: record.Version, ID: user.ID}))
		name.Keys = append(slices.Clone(name.Keys), key)
	}
	if user.IsApprovalNeeded {
		key := record.TimedKey(record.ApprovalPrefix, bucket, r.now, user.ID)
		batch.Puts = append(batch.Puts, record.Put(key, &record.Reference{V: record.Version, ID: user.ID}))
		name.Keys = append(slices.Clone(name.Keys), key)
	} else {
		if user.ApprovalStatus != record.ApprovalApproved { // a claim that an earlier version made
			user.ApprovalStatus, user.ApprovalModTime = record.ApprovalApproved, r.now
		}
		if event, ok := r.accountEvent(c, record.MessageWelcome, ""); ok {
			batch.Puts = append(batch.Puts, r.eventPuts(event, user.ID)...)
			user.LastMessage = event.id
		}
	}
	batch.Puts = append(batch.Puts,
		record.Put(record.UserPrefix+user.ID, &user),
		record.Put(record.NamePrefix+user.Name, &name),
		record.Put(pendingKey, &record.Pending{V: record.Version, ID: user.ID, Name: user.Name, State: record.StateConfirmed, Keys: expiring(name.Keys)}),
	)
	r.endGuesses(&batch, c)
	return batch
}

// ConfirmResponse is the response of confirm.
type ConfirmResponse struct {
	Response
	UserID string
}

func (c *ConfirmResponse) members(m *strictjson.Members) {
	c.Response.members(m)
	m.String("user_id", &c.UserID)
}
