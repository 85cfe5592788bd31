package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// draft is a claim before it is known whether it can be made: everything that
// does not depend on the store.
type draft struct {
	*checked
	id      string
	token   string
	hash    string // of the password
	expires int64
	events  []outgoing
}

// draft hashes the password and gives the claim its id, its token and what has
// to be sent.
func (r *run) draft(account *checked) (*draft, *Error) {
	id, token, salt := r.claim[:idBytes], r.claim[idBytes:idBytes+tokenBytes], r.claim[idBytes+tokenBytes:]
	hash, err := r.hashPassword(account.password, salt)
	if err != nil {
		return nil, err
	}
	d := &draft{
		checked: account,
		id:      newID(id),
		token:   newToken(token),
		hash:    hash,
		expires: r.now + int64(r.config.Enrol.ConfirmWithin)*60_000,
	}
	d.events = r.signupEvents(d)
	return d, nil
}

// claimBatch writes a claim. A void one writes the same records; where the
// name is taken it rewrites the name's record as it is.
func (r *run) claimBatch(d *draft, f *found) kv.Batch {
	state := statePending
	if f.void() {
		state = stateVoid
	}
	bucket := r.meta.bucket(d.id)
	userKey := userPrefix + d.id
	tokenKey := tokenPrefix + tokenHash(d.token)
	pendingKey := timed("pending", bucket, d.expires, d.id)
	keys := []string{userKey, tokenKey, pendingKey}

	name := nameRecord{V: recordVersion, ID: d.id, State: state, Expires: d.expires, Keys: keys}
	batch := kv.Batch{Checks: f.checks}
	switch {
	case f.taken:
		name = *f.name
	case f.name != nil: // an expired claim, whose name is taken over
		batch.Deletes = f.name.Keys
	}
	batch.Puts = []kv.Put{
		put(userKey, r.userRecord(d, state)),
		put(namePrefix+d.name, name),
		put(tokenKey, tokenRecord{V: recordVersion, ID: d.id, Name: d.name}),
		put(pendingKey, pendingRecord{V: recordVersion, ID: d.id, Name: d.name, State: state, Keys: keys}),
	}
	for _, event := range d.events {
		batch.Puts = append(batch.Puts, r.eventPuts(event.during(f), d.id)...)
	}
	return batch
}

func (r *run) userRecord(d *draft, state string) userRecord {
	ctx := d.request.Ctx
	user := userRecord{
		V:                recordVersion,
		ID:               d.id,
		State:            state,
		Username:         d.username,
		Name:             d.name,
		PasswordSet:      r.now,
		DisplayName:      d.displayName(),
		FirstName:        ctx.FirstName,
		MiddleName:       ctx.MiddleName,
		LastName:         ctx.LastName,
		Attrs:            ctx.Attrs,
		CurrentApp:       d.signupApp,
		AppList:          ctx.AppList,
		RemoteAddr:       d.request.RemoteAddr,
		SignUpTime:       r.now,
		Expires:          d.expires,
		ApprovalStatus:   approvalBefore,
		IsApprovalNeeded: r.config.Signup.IsApprovalNeeded,
	}
	if r.config.Main.EncryptPassword {
		user.PasswordSealed = r.writer().sealText(r.seed, place{"user", d.id, "password"}, d.hash)
	} else {
		user.Password = d.hash
	}
	switch {
	case d.email == "":
	case r.config.Main.EncryptEmail:
		user.EmailSealed = r.writer().sealText(r.seed, place{"user", d.id, "email"}, d.email)
	default:
		user.Email = d.email
	}
	for _, event := range d.events {
		if event.destination == messageDestination {
			user.LastMessage = event.id
		}
	}
	return user
}

// displayName is the one given, or else the other names joined.
func (c *checked) displayName() string {
	ctx := c.request.Ctx
	if ctx.DisplayName != "" {
		return ctx.DisplayName
	}
	return strings.Join(strings.Fields(ctx.FirstName+" "+ctx.MiddleName+" "+ctx.LastName), " ")
}

// email returns the address of an account as it was typed, "" if it has none.
func (r *run) email(user *userRecord) (string, *Error) {
	if user.EmailSealed == "" {
		return user.Email, nil
	}
	return r.keys.open(place{"user", user.ID, "email"}, user.EmailSealed)
}
