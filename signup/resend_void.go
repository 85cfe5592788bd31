package signup

import (
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// nobody is whose claim a void resend is about.
var nobody = checked{
	username: strings.Repeat("0", 12),
	name:     strings.Repeat("0", 12),
	email:    "nobody@example.com",
}

// hashOfNothing has the form and the length of a password's hash, and is that of
// no password: a hash is not zero.
func (c *Config) hashOfNothing() string {
	params := c.kdfParams()
	return params.format(make([]byte, c.saltBytes()), make([]byte, params.Length))
}

// voidResendBatch writes a message that nobody receives. How long a commit
// takes depends on how much is written, so there are as many records beside it
// as beside one with a token: a void claim, which the next purge removes, and
// the record of the name as it is. A name that nobody has is not written, which
// would reserve it; the claim has one token more instead.
func (r *run) voidResendBatch(c *claimed, event outgoing) kv.Batch {
	id := r.nextID("user")
	account := nobody
	account.signupApp = r.currentApp
	account.request.Ctx.AppList = []string{r.currentApp}
	user := r.userRecord(&draft{
		checked: &account,
		id:      id,
		hash:    r.config.hashOfNothing(),
		expires: r.now + 1,
		events:  []outgoing{event},
	}, stateVoid)
	resent := tokenHash(r.nextID("token"))
	user.LastSent, user.Resent = r.now, resent

	userKey, tokenKey, pendingKey := userPrefix+id, tokenPrefix+resent, r.pendingKey(&user)
	keys := []string{userKey, tokenKey, pendingKey}
	token := tokenRecord{V: recordVersion, ID: id, Name: user.Name}
	batch := kv.Batch{Checks: c.checks, Puts: append(r.eventPuts(event, id), put(userKey, user))}
	if c.user != nil {
		batch.Puts = append(batch.Puts, put(namePrefix+c.user.Name, c.name))
	} else {
		another := tokenPrefix + tokenHash(r.nextID("token"))
		keys = append(keys, another)
		batch.Puts = append(batch.Puts, put(another, token))
		batch.Checks = append(slices.Clone(c.checks), kv.Check{Key: userKey}, kv.Check{Key: another})
	}
	batch.Puts = append(batch.Puts,
		put(tokenKey, token),
		put(pendingKey, pendingRecord{V: recordVersion, ID: id, Name: user.Name, State: stateVoid, Keys: keys}),
	)
	return batch
}
