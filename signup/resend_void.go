package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// nobody is the account of a void resend.
var nobody = checked{
	username: strings.Repeat("0", 12),
	name:     strings.Repeat("0", 12),
	email:    "nobody@example.com",
}

// voidResendBatch writes a message that nobody receives. The time of a commit
// depends on how much it writes, so this one writes as many records as one with
// a token: a void claim, which the next purge removes, and the record of the
// name, unchanged. A name that nobody has is not written, because that would
// reserve it; the claim has another token instead. The keys that it deletes
// never exist.
func (r *run) voidResendBatch(c *claimed, event outgoing) kv.Batch {
	id := r.nextID("user")
	account := nobody
	account.signupApp = r.currentApp
	account.request.AppList = []string{r.currentApp}
	user := r.userRecord(&draft{
		checked: &account,
		id:      id,
		hash:    c.kind.Nothing(),
		expires: r.now + 1,
		events:  []outgoing{event},
	}, record.StateVoid)
	resent := record.HashToken(r.nextID("token"))
	user.LastSent, user.Resent, user.Resends = r.now, resent, 1

	userKey, tokenKey, pendingKey := record.UserPrefix+id, record.TokenPrefix+resent, r.pendingKey(&user)
	keys := []string{userKey, tokenKey, pendingKey}
	token := &record.Token{V: record.Version, ID: id, Name: user.Name}
	batch := kv.Batch{
		Checks:  c.checks,
		Puts:    append(r.eventPuts(event, id), record.Put(userKey, &user)),
		Deletes: []string{record.TokenPrefix + record.HashToken(r.nextID("token")), r.noPendingKey()},
	}
	if c.name != nil {
		batch.Puts = append(batch.Puts, record.Put(c.nameKey, c.name))
	} else {
		another := record.TokenPrefix + record.HashToken(r.nextID("token"))
		keys = append(keys, another)
		batch.Puts = append(batch.Puts, record.Put(another, token))
	}
	batch.Puts = append(batch.Puts,
		record.Put(tokenKey, token),
		record.Put(pendingKey, &record.Pending{V: record.Version, ID: id, Name: user.Name, State: record.StateVoid, Keys: keys}),
	)
	return batch
}
