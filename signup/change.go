package signup

import (
	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/phc"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// change is one guarded change of an account: confirm, approve, reject, lock,
// unlock, erase or resend.
type change struct {
	op     string                          // the operation in the audit trail
	find   func() (*claimed, Code, *Error) // reads the records, and says why the change is impossible
	batch  func(*claimed) kv.Batch         // makes the change
	answer func(*claimed) document
	done   Code // what find returns if the change was already made
	again  bool // whether a repeated change is not an error
}

// change finds, decides, audits and commits. If a concurrent change interferes,
// it starts again. The caller has audited the attempt.
func (r *run) change(c change) (document, *Error) {
	answer, err := r.commitChange(c)
	if err != nil {
		return nil, r.giveUp(c.op, r.target, err)
	}
	return answer, nil
}

func (r *run) commitChange(c change) (document, *Error) {
	lost := false // whether the answer of a commit was lost
	for attempt := 0; ; attempt++ {
		if answer, err := r.admit(); err != nil || answer != nil {
			return answer, err
		}
		found, code, err := c.find()
		switch {
		case err != nil:
			return nil, err
		case code != "" && code == c.done && lost:
			return r.remember(c.answer(found), found.id(), nil)
		case code != "" && code == c.done && c.again:
			return c.answer(found), r.audit(c.op, resultOK, found.id())
		case code != "":
			return r.refuse(c.op, found.id(), []Code{code}, r.tell([]Code{code}))
		case attempt == maxAttempts:
			return nil, r.givenUp()
		}
		batch, answer := c.batch(found), c.answer(found)
		if attempt == 0 || r.target != found.id() {
			if err := r.auditChange(c.op, found); err != nil {
				return nil, err
			}
			r.target = found.id()
		}
		r.keep(&batch, answer, found.id(), nil)
		outcome, err := r.commit(batch)
		if err != nil {
			return nil, err
		}
		if outcome == committed {
			return answer, nil
		}
		lost = lost || outcome == unknown
	}
}

func (r *run) auditChange(op string, found *claimed) *Error {
	if found.void != "" {
		return r.audit(op, resultError, found.id(), found.void)
	}
	return r.audit(op, resultOK, found.id())
}

// claimed is a claim as it is in the store.
type claimed struct {
	user    *record.User
	name    *record.Name
	address string // in canonical form, "" if there is none
	email   string // as typed
	checks  []kv.Check
	void    Code     // the code that a void change hides, or ""
	nameKey string   // the key under which a username was looked up
	kind    phc.Kind // of the password hash of a claim in its place
	also    []kv.Put // what else changes
	sends   bool     // a resend has a message to send

	letIn *record.KnownNetwork // the network that confirmed with the right password
}

func (c *claimed) id() string {
	if c == nil || c.user == nil {
		return ""
	}
	return c.user.ID
}

// readChecked reads keys and adds checks that they do not change.
func (r *run) readChecked(c *claimed, keys ...string) ([]kv.Value, *Error) {
	values, err := r.get(keys...)
	for i := range values {
		c.checks = append(c.checks, kv.Check{Key: keys[i], Version: values[i].Version})
	}
	return values, err
}

// findAccount reads an account or a claim by id, with the record of its name.
// The account is nil if it does not exist. The name of a void claim may belong
// to another account, and is nil if it belongs to nobody. The first read finds
// the name; the second reads both records at one moment.
func (r *run) findAccount(id string) (*claimed, *Error) {
	c := &claimed{checks: append([]kv.Check{}, r.meta.checks...)}
	if !record.IsID(id) {
		return c, nil
	}
	userKey := record.UserPrefix + id
	values, err := r.get(userKey)
	if err != nil || values[0].Version == "" {
		return c, err
	}
	user, err := record.Decode[record.User](userKey, values[0])
	if err != nil || !user.Live(r.now) {
		return c, err
	}
	nameKey := record.NamePrefix + user.Name
	if values, err = r.readChecked(c, userKey, nameKey); err != nil || values[0].Version == "" {
		return c, err
	}
	if user, err = record.Decode[record.User](userKey, values[0]); err != nil || !user.Live(r.now) {
		return c, err
	}
	switch {
	case values[1].Version == "" && user.State != record.StateVoid:
		return nil, fault.Internal("%s: its name is missing", userKey)
	case values[1].Version == "":
	default:
		if c.name, err = record.Decode[record.Name](nameKey, values[1]); err != nil {
			return nil, err
		}
	}
	c.user = user
	c.email, err = r.email(user)
	return c, err
}
