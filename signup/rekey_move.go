package signup

import (
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// sealedLists are the lists with records that depend on a secret key, in the
// order of a pass.
var sealedLists = [...]string{record.DeadPrefix, record.EventPrefix, record.IdemPrefix, record.MailPrefix, record.UserPrefix}

// mover is one run of rekey over a part of the store.
type mover struct {
	*run
	limit  int
	answer RekeyResponse
	left   bool // this pass leaves a record of the old key behind
}

// A cursor has three parts: the change that put the keys into use, a mark that
// reports whether a record was left behind, and the last key that was read. A
// cursor from before another change is useless, because records were written
// since: the pass starts again.
const (
	markClean = "0"
	markLeft  = "1"
)

func (m *mover) pass(cursor string) *Error {
	after, same := strings.CutPrefix(cursor, m.meta.keys.Change+"/")
	if !same {
		after = ""
	}
	m.left = strings.HasPrefix(after, markLeft)
	after = strings.TrimLeft(after, markClean+markLeft)
	for _, list := range sealedLists {
		if after > list && !strings.HasPrefix(after, list) { // already read
			continue
		}
		entries, failure := m.host.Scan(list, after, m.limit)
		if failure != nil {
			return fault.Outside("scan", failure)
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
			m.answer.Cursor = m.meta.keys.Change + "/" + mark + entries[len(entries)-1].Key
			return nil
		}
	}
	if m.left {
		return nil // starts again, later
	}
	m.answer.Done = true
	return m.useKeys(nil, m.writer())
}

// move rewrites one record with the newer key, if it depends on the older one.
func (m *mover) move(list string, entry kv.Entry) *Error {
	batch := kv.Batch{Checks: append(slices.Clone(m.meta.checks), kv.Check{Key: entry.Key, Version: entry.Version})}
	var moved bool
	var err *Error
	switch list {
	case record.IdemPrefix:
		moved, err = m.expireAnswer(&batch, entry)
	case record.MailPrefix:
		moved, err = m.moveMail(&batch, entry)
	case record.UserPrefix:
		moved, err = m.moveUser(&batch, entry)
	default:
		moved, err = m.moveEvent(&batch, entry)
	}
	if err != nil || !moved {
		return err
	}
	outcome, err := m.commit(batch)
	switch {
	case err != nil:
		return err
	case outcome == committed:
		m.answer.Moved++
	default:
		m.left = true
	}
	return nil
}

// isOld reports whether a text is sealed with a key that is not the newest.
func (m *mover) isOld(sealed string) bool {
	return sealed != "" && !strings.HasPrefix(sealed, m.writer().ID+".")
}

// reseal seals a text with the newest key, if it is sealed with another.
func (m *mover) reseal(where keyring.Place, sealed *string) (moved bool, err *Error) {
	if !m.isOld(*sealed) {
		return false, nil
	}
	text, err := keyring.Open(m.keys, where, *sealed)
	if err != nil {
		return false, err
	}
	*sealed = m.writer().Seal(m.seed, where, text)
	return true, nil
}

func (m *mover) moveUser(batch *kv.Batch, entry kv.Entry) (moved bool, err *Error) {
	user, err := record.Decode[record.User](entry.Key, entry.Value)
	if err != nil {
		return false, err
	}
	email, err := m.reseal(record.EmailPlace(user.ID), &user.EmailSealed)
	if err != nil {
		return false, err
	}
	password, err := m.reseal(record.PasswordPlace(user.ID), &user.PasswordSealed)
	batch.Puts = []kv.Put{record.Put(entry.Key, user)}
	return email || password, err
}

func (m *mover) moveEvent(batch *kv.Batch, entry kv.Entry) (moved bool, err *Error) {
	event, err := record.Decode[record.Event](entry.Key, entry.Value)
	if err != nil {
		return false, err
	}
	moved, err = m.reseal(record.EventPlace(event.ID), &event.Sealed)
	batch.Puts = []kv.Put{record.Put(entry.Key, event)}
	return moved, err
}

// expireAnswer removes an answer that has expired. One that has not stays until
// then, because nobody could find it under the newer key.
func (m *mover) expireAnswer(batch *kv.Batch, entry kv.Entry) (expired bool, err *Error) {
	stored, err := record.Decode[record.Idempotency](entry.Key, entry.Value)
	if err != nil || !m.isOld(stored.Sealed) {
		return false, err
	}
	if stored.Expires > m.now {
		m.left = true
		return false, nil
	}
	batch.Deletes = []string{entry.Key}
	return true, nil
}

// moveMail moves the entry of an address to its key under the newer secret key.
// It checks and rewrites the name's record, which lists the entry, so that
// concurrent changes of the account conflict.
func (m *mover) moveMail(batch *kv.Batch, entry kv.Entry) (moved bool, err *Error) {
	if strings.HasPrefix(entry.Key, record.MailPrefix+m.writer().ID+"/") {
		return false, nil
	}
	owner, err := record.Decode[record.Reference](entry.Key, entry.Value)
	if err != nil {
		return false, err
	}
	c, err := m.findAccount(owner.ID)
	if err != nil {
		return false, err
	}
	if c.user == nil {
		m.left = true // it is being deleted
		return false, nil
	}
	address, _, _ := identity.Address(c.email)
	key := record.MailKey(m.writer(), address)
	name := *c.name
	name.Keys = slices.Clone(name.Keys)
	for i := range name.Keys {
		if name.Keys[i] == entry.Key {
			name.Keys[i] = key
		}
	}
	batch.Checks = append(batch.Checks, c.checks[len(m.meta.checks):]...)
	batch.Puts = []kv.Put{record.Put(key, owner), record.Put(record.NamePrefix+c.user.Name, &name)}
	batch.Deletes = []string{entry.Key}
	return true, nil
}
