package signup

import (
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

const auditRekey = "store.rekey"

// rekey moves a store on to the newest of the secret keys at hand, while it is
// in use. The first run puts that key into use beside the old one: from then on
// everything is written with it, and both are looked under. Each run then moves
// a bounded number of records. The pass that finds nothing left of the old key
// retires it. Answers kept for repetitions cannot be moved, so that takes as
// long as they are kept.
func (r *run) rekey(data []byte) (any, *Error) {
	request, err := readRekey(data)
	r.adopt(request.CID, "")
	if err != nil {
		return nil, err
	}
	if !request.SuperUser {
		return refused(r.cid, SuperUserRequired), nil
	}
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	newest := r.keys.keys[0]
	if r.writer() != newest {
		if err := r.useKeys(newest, r.writer()); err != nil {
			return nil, err
		}
		return RekeyResponse{Response: accepted(r.cid), More: true}, nil
	}
	if len(r.meta.active) == 1 {
		return RekeyResponse{Response: accepted(r.cid), Done: true}, nil
	}
	m := &mover{run: r, limit: request.Limit, answer: RekeyResponse{Response: accepted(r.cid)}}
	if err := m.pass(request.Cursor); err != nil {
		return nil, err
	}
	return m.answer, nil
}

// useKeys puts keys into use, and notes it in the audit trail.
func (r *run) useKeys(keys ...*key) *Error {
	record := keysRecord{V: recordVersion, Change: r.nextID("keys")}
	for _, k := range keys {
		record.Keys = append(record.Keys, keyEntry{ID: k.id, Check: k.check()})
	}
	if err := r.audit(auditRekey, resultOK, ""); err != nil {
		return err
	}
	failed, fault := r.host.Commit(kv.Batch{Checks: r.meta.checks, Puts: []kv.Put{put(metaKeysKey, record)}})
	switch {
	case fault != nil && !isUndecided(fault):
		return outside("commit", fault)
	case fault != nil || len(failed) > 0:
		return tooMuchContention()
	}
	return nil
}

// sealedLists are the lists with records that depend on a secret key, in the
// order of a pass.
var sealedLists = [...]string{"dead/", eventPrefix, idemPrefix, "mail/", userPrefix}

// mover is one run of rekey over a part of the store.
type mover struct {
	*run
	limit  int
	answer RekeyResponse
	left   bool // something of the old key is left behind in this pass
}

// A cursor is the last key that was looked at, after the change that put the
// keys into use and a mark that says whether something was left behind. One from
// before another change says nothing of what was written since: the pass begins
// anew.
const (
	markClean = "0"
	markLeft  = "1"
)

func (m *mover) pass(cursor string) *Error {
	after, same := strings.CutPrefix(cursor, m.meta.change+"/")
	if !same {
		after = ""
	}
	m.left = strings.HasPrefix(after, markLeft)
	after = strings.TrimLeft(after, markClean+markLeft)
	for _, list := range sealedLists {
		if after > list && !strings.HasPrefix(after, list) { // behind us
			continue
		}
		entries, fault := m.host.Scan(list, after, m.limit)
		if fault != nil {
			return outside("scan", fault)
		}
		for _, entry := range entries {
			if err := m.move(list, entry); err != nil {
				return err
			}
		}
		m.limit -= len(entries)
		if m.limit == 0 {
			m.answer.More = true
			mark := markClean
			if m.left {
				mark = markLeft
			}
			m.answer.Cursor = m.meta.change + "/" + mark + entries[len(entries)-1].Key
			return nil
		}
	}
	if m.left {
		return nil // from the beginning, later
	}
	m.answer.Done = true
	return m.useKeys(m.writer())
}

// move writes one record anew with the newer key, if it depends on the older.
func (m *mover) move(list string, entry kv.Entry) *Error {
	batch := kv.Batch{Checks: append(slices.Clone(m.meta.checks), kv.Check{Key: entry.Key, Version: entry.Version})}
	var moved bool
	var err *Error
	switch list {
	case idemPrefix:
		moved, err = m.expireAnswer(&batch, entry)
	case "mail/":
		moved, err = m.moveMail(&batch, entry)
	case userPrefix:
		moved, err = m.moveUser(&batch, entry)
	default:
		moved, err = m.moveEvent(&batch, entry)
	}
	if err != nil || !moved {
		return err
	}
	failed, fault := m.host.Commit(batch)
	switch {
	case fault != nil && !isUndecided(fault):
		return outside("commit", fault)
	case fault != nil || len(failed) > 0:
		m.left = true
	default:
		m.answer.Moved++
	}
	return nil
}

// isOld says whether a text is sealed with another key than the newest.
func (m *mover) isOld(sealed string) bool {
	return sealed != "" && !strings.HasPrefix(sealed, m.writer().id+".")
}

// reseal seals a text anew, if it is sealed with the old key.
func (m *mover) reseal(where place, sealed *string) (moved bool, err *Error) {
	if !m.isOld(*sealed) {
		return false, nil
	}
	text, err := m.keys.open(where, *sealed)
	if err != nil {
		return false, err
	}
	*sealed = m.writer().sealText(m.seed, where, text)
	return true, nil
}

func (m *mover) moveUser(batch *kv.Batch, entry kv.Entry) (moved bool, err *Error) {
	user, err := decode[userRecord](entry.Key, entry.Value)
	if err != nil {
		return false, err
	}
	email, err := m.reseal(place{"user", user.ID, "email"}, &user.EmailSealed)
	if err != nil {
		return false, err
	}
	password, err := m.reseal(place{"user", user.ID, "password"}, &user.PasswordSealed)
	batch.Puts = []kv.Put{put(entry.Key, user)}
	return email || password, err
}

func (m *mover) moveEvent(batch *kv.Batch, entry kv.Entry) (moved bool, err *Error) {
	event, err := decode[eventRecord](entry.Key, entry.Value)
	if err != nil {
		return false, err
	}
	moved, err = m.reseal(place{"event", event.ID, "text"}, &event.Sealed)
	batch.Puts = []kv.Put{put(entry.Key, event)}
	return moved, err
}

// expireAnswer removes an answer whose time is over; one whose time is not, and
// which nobody could find under the newer key, stays until then.
func (m *mover) expireAnswer(batch *kv.Batch, entry kv.Entry) (expired bool, err *Error) {
	record, err := decode[idemRecord](entry.Key, entry.Value)
	if err != nil || !m.isOld(record.Sealed) {
		return false, err
	}
	if record.Expires > m.now {
		m.left = true
		return false, nil
	}
	batch.Deletes = []string{entry.Key}
	return true, nil
}

// moveMail moves the entry of an address to where the newer key has it. The
// name's record, which lists it, is checked and rewritten, so that no other
// change of the account's life comes in between.
func (m *mover) moveMail(batch *kv.Batch, entry kv.Entry) (moved bool, err *Error) {
	if strings.HasPrefix(entry.Key, "mail/"+m.writer().id+"/") {
		return false, nil
	}
	owner, err := decode[idRecord](entry.Key, entry.Value)
	if err != nil {
		return false, err
	}
	c, err := m.findAccount(owner.ID)
	if err != nil {
		return false, err
	}
	if c.user == nil {
		m.left = true // being deleted
		return false, nil
	}
	address, _, _ := canonicalAddress(c.email)
	key := mailKey(m.writer(), address)
	name := *c.name
	name.Keys = slices.Clone(name.Keys)
	for i := range name.Keys {
		if name.Keys[i] == entry.Key {
			name.Keys[i] = key
		}
	}
	batch.Checks = append(batch.Checks, c.checks[len(m.meta.checks):]...)
	batch.Puts = []kv.Put{put(key, owner), put(namePrefix+c.user.Name, name)}
	batch.Deletes = []string{entry.Key}
	return true, nil
}
