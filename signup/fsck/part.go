package fsck

import (
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// A store that is too large for one Checker is checked in parts. AddApart takes
// every entry, as Add does, and returns the group of those that are checked with
// others. Afterwards, Part returns a Checker for the entries of any number of whole
// groups, in their order. The Checker and its parts together find what one Checker
// finds in a scan in the right order, except accounts that share an address: SameAddress
// reports those.

// AddApart checks the next entry if it needs no other one. Otherwise it returns its
// group.
func (c *Checker) AddApart(entry kv.Entry) (group string) {
	if !c.begin(entry) {
		return ""
	}
	if group = groupOf(entry); group == "" {
		c.add(entry)
	}
	return group
}

// Part returns a Checker for whole groups, whose entries its AddPart takes. It calls
// owner with the blind index of the address of each account that owns one.
func (c *Checker) Part(owner func(index, id string)) *Checker {
	part := New(c.keys)
	part.format, part.unlike, part.owner = c.format, c.unlike, owner
	return part
}

// AddPart checks the next entry of a part.
func (c *Checker) AddPart(entry kv.Entry) { c.add(entry) }

// SameAddress is what is found if an account owns the address that an earlier one
// owns, in the order of their ids.
func SameAddress(id, earlier string) Finding {
	return Finding{record.UserPrefix + id, "has the same address as user/" + earlier}
}

// groupOf returns the id of the account or of the event that an entry is about, or the
// key of one that does not say. It is "" for entries that need no other one.
func groupOf(entry kv.Entry) string {
	list, rest, _ := strings.Cut(entry.Key, "/")
	id := ""
	switch list {
	case "user", "event", "erased":
		id = rest
	case "dead":
		_, id, _ = record.ParseTimedKey(entry.Key)
	case "outbox":
		if slot, ok := record.ParseSlot(entry.Key); ok {
			id = slot.ID
		}
	case "approval", "mail":
		id = idOf(entry, func(r *record.Reference) string { return r.ID })
	case "name":
		id = idOf(entry, func(r *record.Name) string { return r.ID })
	case "pending":
		id = idOf(entry, func(r *record.Pending) string { return r.ID })
	case "token":
		id = idOf(entry, func(r *record.Token) string { return r.ID })
	default:
		return ""
	}
	if id == "" {
		return entry.Key
	}
	return id
}

// idOf returns the id in a record, "" if that cannot be read.
func idOf[T any, D record.Readable[T]](entry kv.Entry, id func(*T) string) string {
	stored, err := record.Decode[T, D](entry.Key, entry.Value)
	if err != nil {
		return ""
	}
	return id(stored)
}
