package signup

import (
	"slices"

	"github.com/enrol-sso/enrol/kv"
)

const auditResend = "user.resend_confirm_token"

// resend sends a new token for a claim, to its address and to nobody else. The
// claim does not live longer for it, and its first token works too; the one
// sent before this does not. Whether there is such a claim is not told: where
// there is none, or it was sent one a moment ago, as much is written that nobody
// will receive.
func (r *run) resend(data []byte) (any, *Error) {
	request, err := readResend(data)
	r.adopt(request.CID, "")
	if err != nil {
		return nil, err
	}
	r.from(request.CurrentApp, request.RemoteAddr)
	r.limited(auditResend, r.config.Enrol.RateResend, request.RemoteAddr)
	if err := r.audit(auditResend, "", ""); err != nil {
		return nil, err
	}
	if code := r.checkCurrentApp(r.currentApp); code != "" {
		return refused(r.cid, r.config.tell([]Code{code})...), r.audit(auditResend, resultError, "", code)
	}
	token := newToken(r.claim)
	return r.change(change{
		op:     auditResend,
		find:   func() (*claimed, Code, *Error) { return r.findResendable(request, token) },
		batch:  func(c *claimed) kv.Batch { return r.resendBatch(c, request, token) },
		answer: func(*claimed) any { return accepted(r.cid) },
		done:   alreadySo,
	})
}

// findResendable finds the claim of a username and an address, which both have
// to be its own.
func (r *run) findResendable(request ResendRequest, token string) (*claimed, Code, *Error) {
	nameKey, id := noName, noUserID
	if name, ok := canonicalName(request.Username); ok && len(name) <= maxNameBytes {
		nameKey = namePrefix + name
	}
	values, err := r.get(nameKey)
	if err != nil {
		return nil, "", err
	}
	if values[0].Version != "" {
		record, err := decode[nameRecord](nameKey, values[0])
		if err != nil {
			return nil, "", err
		}
		id = record.ID
	}
	c, err := r.findAccount(id)
	if err != nil {
		return nil, "", err
	}
	if c.user == nil { // read as much as where there is somebody
		if _, err := r.get(noUser, noName); err != nil {
			return nil, "", err
		}
		for range 2 {
			r.readNoName()
			r.readNoUser()
		}
		if r.config.Main.EncryptEmail {
			r.openNothing(86)
		}
	}
	if c.user != nil && c.user.Resent == tokenHash(token) {
		return c, alreadySo, nil
	}
	c.void = r.whyNotResend(c, request)
	return c, "", nil
}

func (r *run) whyNotResend(c *claimed, request ResendRequest) Code {
	cooldown := int64(r.config.Enrol.ResendCooldown) * 1_000
	asked, _, valid := canonicalAddress(request.Email)
	switch {
	case c.user == nil || c.name.ID != c.user.ID:
		return NoSuchSignupToken
	case c.user.State == stateFinal:
		return SignupConfirmed
	case c.email == "" || !valid:
		return EmailInvalid
	}
	if own, _, _ := canonicalAddress(c.email); own != asked {
		return EmailInvalid
	}
	if max(c.user.SignUpTime, c.user.LastSent)+cooldown > r.now {
		return RateLimited
	}
	if !r.config.Signup.Confirm.Enabled || r.config.messageService() == "" {
		return InvalidOperation
	}
	return ""
}

// resendBatch writes the token and the message with it. The event is a new one
// each time: one that is decided anew may belong to somebody else, and have its
// place elsewhere.
func (r *run) resendBatch(c *claimed, request ResendRequest, token string) kv.Batch {
	to, username := request.Email, request.Username
	if c.void == "" {
		to, username = c.email, c.user.Username
	}
	texts := padded(
		messageText{Kind: messageConfirm, To: to, Username: username, Token: token},
		messageText{Kind: messageConfirm, To: to, Username: username, Void: true},
	)
	event := outgoing{id: r.nextID("event"), destination: messageDestination, text: texts[0]}
	if c.void != "" {
		event.text = texts[1]
		return r.voidResendBatch(c, event)
	}
	user, name := *c.user, *c.name
	event.after = user.LastMessage
	tokenKey := tokenPrefix + tokenHash(token)
	keys := append(slices.Clone(name.Keys), tokenKey)
	batch := kv.Batch{Checks: c.checks}
	if user.Resent != "" {
		old := tokenPrefix + user.Resent
		keys = slices.DeleteFunc(keys, func(key string) bool { return key == old })
		batch.Deletes = []string{old}
	}
	name.Keys = keys
	user.Resent, user.LastSent, user.LastMessage = tokenHash(token), r.now, event.id
	batch.Puts = append(r.eventPuts(event, user.ID),
		put(userPrefix+user.ID, user),
		put(namePrefix+user.Name, name),
		put(tokenKey, tokenRecord{V: recordVersion, ID: user.ID, Name: user.Name}),
		put(r.pendingKey(&user), pendingRecord{V: recordVersion, ID: user.ID, Name: user.Name, State: statePending, Keys: keys}),
	)
	return batch
}

// pendingKey is where a claim stands in the list by expiry.
func (r *run) pendingKey(user *userRecord) string {
	return timed("pending", r.meta.bucket(user.ID), user.Expires, user.ID)
}
