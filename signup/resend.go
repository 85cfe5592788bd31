package signup

import (
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// ResendRequest is the request of resend, for another message with a token.
type ResendRequest struct {
	CID        string
	Username   string
	Email      string // both must match the claim
	CurrentApp string
	RemoteAddr []string

	CurrentUser string // as in SignupRequest
}

// JSON returns the request in JSON for resend.
func (r ResendRequest) JSON() ([]byte, error) { return requestJSON(&r) }

func (r *ResendRequest) members(m *strictjson.Members) {
	visitCID(m.Optional(), &r.CID)
	raw(m, "username", &r.Username, maxText)
	raw(m, "email", &r.Email, maxText)
	text(m.Optional(), "current_app", &r.CurrentApp, ssoconf.MaxAppName)
	visitRemoteAddr(m.Optional(), &r.RemoteAddr)
	visitCurrentUser(m.Optional(), &r.CurrentUser)
	if r.Username == "" {
		m.Miss("username")
	}
	if r.Email == "" {
		m.Miss("email")
	}
}

const auditResend = "user.resend_confirm_token"

// maxResends is how often a token is resent for a claim, which extends its
// life.
const maxResends = 7

// resendEntropy returns the number of random bytes for the token of a resend.
func (r *run) resendEntropy() int { return record.TokenBytes }

// resend sends a new token for a claim, only to its address. The claim then
// lives for another full enrol.confirm_within, at most maxResends times. Its
// first token stays valid; a token that was resent before does not. A void
// claim is extended like a real one, and the owner of its address gets the
// message of the signup again. Nothing reveals whether there is a claim: if
// there is none, or nothing may be sent now, resend writes as much, but nobody
// receives it.
func (r *run) resend(data []byte) (document, *Error) {
	var request ResendRequest
	err := readRequest(data, request.members)
	r.setCID(request.CID, "")
	if err != nil {
		return nil, err
	}
	r.from(request.CurrentApp, request.RemoteAddr)
	r.currentUser = request.CurrentUser
	r.limitRate(auditResend, r.config.Enrol.RateResend, request.RemoteAddr)
	if err := r.audit(auditResend, "", ""); err != nil {
		return nil, err
	}
	if code := r.checkCurrentApp(r.currentApp); code != "" {
		return refused(r.cid, r.tell([]Code{code})...), r.audit(auditResend, resultError, "", code)
	}
	token := record.NewToken(r.claim)
	return r.change(change{
		op:     auditResend,
		find:   func() (*claimed, Code, *Error) { return r.findResendable(request, token) },
		batch:  func(c *claimed) kv.Batch { return r.resendBatch(c, request, token) },
		answer: func(*claimed) document { return accepted(r.cid) },
		done:   alreadySo,
	})
}

// findResendable finds the claim of a username and an address; both must match.
// If there is none, it does the same work with a decoy.
func (r *run) findResendable(request ResendRequest, token string) (*claimed, Code, *Error) {
	c, there, err := r.findHolder(request.Username)
	if err != nil {
		return nil, "", err
	}
	own, _, _ := identity.Address(c.email)
	if there && c.user.Resent == record.HashToken(token) {
		return c, alreadySo, nil
	}
	c.void, c.sends = r.whyNotResend(c, own, request)
	if !there {
		c.user, c.void, c.sends = nil, NoSuchSignupToken, false
	}
	return c, "", nil
}

// findHolder reads the account or the claim that owns a username; there reports
// whether there is one. If not, it returns a decoy after the same work, without
// a record of the name to rewrite.
func (r *run) findHolder(username string) (c *claimed, there bool, err *Error) {
	nameKey := noName
	if name, ok := identity.Name(username); ok && len(name) <= maxNameBytes {
		nameKey = record.NamePrefix + name
	}
	c = &claimed{nameKey: nameKey, kind: r.nobodysHash(nameKey), checks: slices.Clone(r.meta.checks)}
	nobody, _ := r.userDecoy(c.kind)
	values, err := r.get(nameKey)
	if err != nil {
		return nil, false, err
	}
	name, _, err := readOr[record.Name](r, nameKey, values[0], r.decoys.name)
	if err != nil {
		return nil, false, err
	}
	userKey := record.UserPrefix + name.ID // the decoy's, if there is none
	if values, err = r.readChecked(c, userKey, nameKey); err != nil {
		return nil, false, err
	}
	var known, named bool
	if c.user, known, err = readOr[record.User](r, userKey, values[0], nobody); err != nil {
		return nil, false, err
	}
	if c.name, named, err = readOr[record.Name](r, nameKey, values[1], r.decoys.name); err != nil {
		return nil, false, err
	}
	if c.email, err = r.email(c.user); err != nil {
		return nil, false, err
	}
	there = known && named && c.name.ID == c.user.ID && c.user.Live(r.now)
	if !named {
		c.name = nil
	}
	return c, there, nil
}

// whyNotResend returns why no token is sent for a claim, or "". A void claim
// gets a message too, but without a token.
func (r *run) whyNotResend(c *claimed, own string, request ResendRequest) (why Code, sends bool) {
	cooldown := int64(r.config.Enrol.ResendCooldown) * 1_000
	asked, _, valid := identity.Address(request.Email)
	switch {
	case !r.mayConfirm(c.user):
		return NoSuchSignupToken, false
	case c.user.State == record.StateFinal:
		return SignupConfirmed, false
	case own == "" || !valid || own != asked:
		return EmailInvalid, false
	case isRecent(c.user.SignUpTime, cooldown, r.now), isRecent(c.user.LastSent, cooldown, r.now), c.user.Resends >= maxResends:
		return RateLimited, false
	case !r.config.Signup.Confirm.Enabled || r.config.MessageService() == "":
		return InvalidOperation, false
	case c.user.State == record.StateVoid:
		return EmailExists, true
	}
	return "", true
}

// isRecent reports whether a time is less than a number of milliseconds ago. A
// time in the future, written by a clock that was ahead, is not.
func isRecent(at, within, now int64) bool { return at <= now && at+within > now }

// resendBatch writes the token and its message. Each attempt writes a new
// event, because a new decision may concern another account, whose event has
// another place.
func (r *run) resendBatch(c *claimed, request ResendRequest, token string) kv.Batch {
	to, username, expires := request.Email, request.Username, r.now+r.claimLife()
	if c.sends {
		to, username, expires = c.email, c.user.Username, max(c.user.Expires, expires)
	}
	text := record.Message{To: to, Username: username, Client: r.client(request.RemoteAddr), Expires: expires}
	void, longest := text.ForNobody(), text.WithToken(token)
	longest.Locale, longest.CurrentApp = strings.Repeat("x", maxLocale), strings.Repeat("x", ssoconf.MaxAppName)
	if c.sends {
		text.Locale, text.CurrentApp = locale(c.user.Attrs), c.user.CurrentApp
	}
	texts := padded( // otherwise the length would reveal a claim that has a locale
		text.As(record.MessageConfirmResent).WithToken(token),
		text.As(record.MessageEmailTaken),
		void.As(record.MessageConfirmResent),
		longest.As(record.MessageConfirmResent),
	)
	event := outgoing{id: r.nextID("event"), destination: record.MessageDestination}
	if !c.sends {
		event.text, event.after = texts[2], r.nextID("event") // a real event waits for the message before it
		return r.voidResendBatch(c, event)
	}
	event.text, event.after = texts[0], c.user.LastMessage
	if c.user.State == record.StateVoid {
		event.text = texts[1]
	}
	user, name := *c.user, *c.name
	oldToken, oldPending := record.TokenPrefix+user.Resent, r.pendingKey(&user)
	if user.Resent == "" {
		oldToken = record.TokenPrefix + record.HashToken(r.nextID("token"))
	}
	user.Expires = expires
	user.Resent, user.LastSent, user.LastMessage = record.HashToken(token), r.now, event.id
	user.Resends++
	tokenKey, pendingKey := record.TokenPrefix+user.Resent, r.pendingKey(&user)
	if oldPending == pendingKey {
		oldPending = r.noPendingKey()
	}
	name.Expires = user.Expires
	name.Keys = slices.DeleteFunc(slices.Clone(name.Keys), func(key string) bool {
		return key == oldToken || key == oldPending || key == pendingKey
	})
	name.Keys = append(name.Keys, pendingKey, tokenKey)
	return kv.Batch{
		Checks: c.checks,
		Puts: append(r.eventPuts(event, user.ID),
			record.Put(record.UserPrefix+user.ID, &user),
			record.Put(record.NamePrefix+user.Name, &name),
			record.Put(tokenKey, &record.Token{V: record.Version, ID: user.ID, Name: user.Name}),
			record.Put(pendingKey, &record.Pending{V: record.Version, ID: user.ID, Name: user.Name, State: user.State, Keys: name.Keys}),
		),
		Deletes: []string{oldToken, oldPending},
	}
}
