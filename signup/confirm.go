package signup

import (
	"slices"

	"github.com/enrol-sso/enrol/kv"
)

// confirm activates exactly the claim of a token: confirm_signup of Zato SSO.
// The first account to prove an address owns it from the same commit on.
func (r *run) confirm(data []byte) (any, *Error) {
	request, err := readConfirm(data)
	r.adopt(request.CID, request.IdempotencyKey)
	if err != nil {
		return nil, err
	}
	r.from(request.CurrentApp, request.RemoteAddr)
	if err := r.repeatable(auditConfirm, request.IdempotencyKey, request.asked()); err != nil {
		return nil, err
	}
	r.limited(auditConfirm, r.config.Enrol.RateConfirm, request.RemoteAddr)
	if err := r.audit(auditConfirm, "", ""); err != nil {
		return nil, err
	}
	if code := r.checkCurrentApp(r.currentApp); code != "" {
		return refused(r.cid, r.config.tell([]Code{code})...), r.audit(auditConfirm, resultError, "", code)
	}
	return r.change(change{
		op:     auditConfirm,
		find:   func() (*claimed, Code, *Error) { return r.findConfirmable(request) },
		batch:  r.confirmBatch,
		answer: func(c *claimed) any { return confirmed(r.cid, c.user.ID) },
		done:   SignupConfirmed,
	})
}

// findConfirmable finds the claim of a token, and where the configuration says
// so, compares the password.
func (r *run) findConfirmable(request ConfirmRequest) (*claimed, Code, *Error) {
	c, code, err := r.findClaim(string(request.ConfirmToken))
	if err != nil || code != "" || !r.config.Enrol.ConfirmRequiresPassword {
		return c, code, err
	}
	same, err := r.isPassword(c.user, request.Password)
	if err == nil && !same {
		code = NotAllowed
	}
	return c, code, err
}

func confirmed(cid, userID string) ConfirmResponse {
	return ConfirmResponse{Response: accepted(cid), UserID: userID}
}

// claimed is a claim as it is in the store.
type claimed struct {
	user    *userRecord
	name    *nameRecord
	address string // for comparison, "" if there is none
	email   string // as typed
	checks  []kv.Check
	void    Code // why a change is only made to look like one, if so
}

func (c *claimed) id() string {
	if c == nil || c.user == nil {
		return ""
	}
	return c.user.ID
}

// findClaim reads the claim of a token and says why it cannot be confirmed, if
// it cannot.
func (r *run) findClaim(token string) (*claimed, Code, *Error) {
	c := &claimed{checks: slices.Clone(r.meta.checks)}
	tokenKey := tokenPrefix + tokenHash(token)
	values, err := r.see(c, tokenKey)
	if err != nil {
		return nil, "", err
	}
	if values[0].Version == "" {
		return c, NoSuchSignupToken, nil
	}
	record, err := decode[tokenRecord](tokenKey, values[0])
	if err != nil {
		return nil, "", err
	}
	userKey, nameKey := userPrefix+record.ID, namePrefix+record.Name
	if values, err = r.see(c, userKey, nameKey); err != nil {
		return nil, "", err
	}
	if values[0].Version == "" || values[1].Version == "" {
		return c, NoSuchSignupToken, nil
	}
	if c.user, err = decode[userRecord](userKey, values[0]); err != nil {
		return nil, "", err
	}
	if c.name, err = decode[nameRecord](nameKey, values[1]); err != nil {
		return nil, "", err
	}
	switch {
	case c.user.State == stateFinal:
		return c, SignupConfirmed, nil
	case c.user.State != statePending || c.user.Expires <= r.now || c.name.ID != c.user.ID:
		return c, NoSuchSignupToken, nil
	}
	code, err := r.findOwner(c)
	return c, code, err
}

// findOwner looks whether the address of a claim belongs to an account already.
func (r *run) findOwner(c *claimed) (Code, *Error) {
	email, err := r.email(c.user)
	if err != nil || email == "" {
		return "", err
	}
	address, _, ok := canonicalAddress(email)
	if !ok {
		return "", internal("user/%s: the e-mail address in the record is none", c.user.ID)
	}
	c.email, c.address = email, address
	var keys []string
	for _, k := range r.meta.active {
		keys = append(keys, mailKey(k, address))
	}
	values, err := r.see(c, keys...)
	if err != nil {
		return "", err
	}
	for i, value := range values {
		if value.Version == "" {
			continue
		}
		owner, err := decode[idRecord](keys[i], value)
		if err != nil {
			return "", err
		}
		if owner.ID != c.user.ID { // its own if it was confirmed after it was read: the commit will fail
			return EmailExists, nil
		}
	}
	return "", nil
}

// see reads keys and adds to the checks that they stay as they are.
func (r *run) see(c *claimed, keys ...string) ([]kv.Value, *Error) {
	values, err := r.get(keys...)
	for i := range values {
		c.checks = append(c.checks, kv.Check{Key: keys[i], Version: values[i].Version})
	}
	return values, err
}

// confirmBatch turns a claim into an account.
func (r *run) confirmBatch(c *claimed) kv.Batch {
	bucket := r.meta.bucket(c.user.ID)
	pendingKey := r.pendingKey(c.user)

	user, name := *c.user, *c.name
	user.State, name.State = stateFinal, stateFinal
	user.ConfirmTime = r.now
	name.Expires = 0
	batch := kv.Batch{Checks: c.checks}
	if c.address != "" {
		key := mailKey(r.writer(), c.address)
		batch.Puts = append(batch.Puts, put(key, idRecord{V: recordVersion, ID: user.ID}))
		name.Keys = append(slices.Clone(name.Keys), key)
	}
	if user.IsApprovalNeeded {
		key := timed("approval", bucket, r.now, user.ID)
		batch.Puts = append(batch.Puts, put(key, idRecord{V: recordVersion, ID: user.ID}))
		name.Keys = append(slices.Clone(name.Keys), key)
	} else {
		user.ApprovalStatus = approvalApproved
		if event, ok := r.welcomeEvent(c); ok {
			batch.Puts = append(batch.Puts, r.eventPuts(event, user.ID)...)
			user.LastMessage = event.id
		}
	}
	batch.Puts = append(batch.Puts,
		put(userPrefix+user.ID, user),
		put(namePrefix+user.Name, name),
		put(pendingKey, pendingRecord{V: recordVersion, ID: user.ID, Name: user.Name, State: stateConfirmed, Keys: expiring(name.Keys)}),
	)
	return batch
}

// welcomeEvent is the message to somebody whose account is ready.
func (r *run) welcomeEvent(c *claimed) (outgoing, bool) {
	if c.email == "" || !r.config.Signup.Welcome.Enabled || r.config.messageService() == "" {
		return outgoing{}, false
	}
	return outgoing{
		id:          r.nextID("event"),
		destination: messageDestination,
		after:       c.user.LastMessage,
		text:        string(encode(messageText{Kind: messageWelcome, To: c.email, Username: c.user.Username})),
	}, true
}
