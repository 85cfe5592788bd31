package fsck

import (
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/identity"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/phc"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// addUser checks an account or a claim against everything that leads to it.
func (c *Checker) addUser(entry kv.Entry, id string) {
	f := c.families[id]
	delete(c.families, id)
	if f == nil {
		f = &family{}
	}
	user := readEntry[record.User](c, entry)
	switch {
	case user == nil:
		return
	case user.ID != id, !record.IsID(id):
		c.find(entry.Key, "the record is damaged: it is the account %q", user.ID)
		return
	case user.State != record.StatePending && user.State != record.StateVoid && user.State != record.StateFinal:
		c.find(entry.Key, "the record is damaged: its state is %q", user.State)
		return
	}
	if key, erased := c.erased[id]; erased {
		c.find(key, "is of %s, which was not erased", entry.Key)
	}
	c.checkUser(entry.Key, user)
	c.checkName(entry.Key, user, f)
	c.checkTokens(user, f)
	c.checkPending(entry.Key, user, f)
	c.checkApproval(entry.Key, user, f)
	c.checkOwner(entry.Key, user, f)
}

// checkUser checks the record on its own.
func (c *Checker) checkUser(key string, user *record.User) {
	final := user.State == record.StateFinal
	inTime := isTime(user.SignUpTime) && isTime(user.PasswordSet) && isTime(user.Expires) && isTime(user.ConfirmTime) && isTime(user.Locked) && isTime(user.ApprovalModTime)
	if !inTime || user.Expires <= user.SignUpTime || final != (user.ConfirmTime > 0) {
		c.find(key, "the record is damaged: its times contradict each other")
	}
	if user.ApprovalStatus != record.ApprovalBefore && user.ApprovalStatus != record.ApprovalApproved {
		c.find(key, "the record is damaged: its approval_status is %q", user.ApprovalStatus)
	} else if approved := user.ApprovalStatus == record.ApprovalApproved; approved && !final && user.IsApprovalNeeded || !approved && final && !user.IsApprovalNeeded {
		c.find(key, "is %s and has the approval_status %s", user.State, user.ApprovalStatus)
	}
	if !c.unlike {
		name, ok := identity.Name(user.Username)
		if _, _, isAddress := identity.Address(user.Username); isAddress && !ok {
			name, ok = record.ClaimName(user.ID), true
		}
		if !ok || name != user.Name {
			c.find(key, "its username does not match its name")
		}
	}
	hash := user.Password
	if (hash == "") == (user.PasswordSealed == "") {
		c.find(key, "the record is damaged: it needs one hash of a password")
		return
	}
	if user.PasswordSealed != "" {
		var opened bool
		if hash, opened = c.open(key, record.PasswordPlace(user.ID), user.PasswordSealed); !opened {
			return
		}
	}
	if _, err := phc.Parse(hash); err != nil {
		c.find(key, "the record is damaged: its password hash %v", err)
	}
}

// checkName checks who owns the name. A void claim may be for a name that
// belongs to another account, or did before; any other account or claim owns
// its name.
func (c *Checker) checkName(key string, user *record.User, f *family) {
	holds := false
	for _, name := range f.names {
		if name.name != user.Name {
			c.find(record.NamePrefix+name.name, "leads to %s, which has another name", key)
			continue
		}
		holds = true
		expires := user.Expires
		if user.State == record.StateFinal {
			expires = 0
		}
		if name.state != user.State || name.expires != expires {
			c.find(record.NamePrefix+name.name, "is %s until %d, and %s is %s until %d", name.state, name.expires, key, user.State, expires)
		}
		c.checkList(record.NamePrefix+name.name, name.keys, user.ID, f.keys(user.ID))
	}
	if !holds && user.State != record.StateVoid {
		c.find(key, "does not own its name, which belongs to another account or does not exist")
	}
}

// checkList checks a list of an account's keys against those that exist. What
// the list lacks would remain when the account is deleted.
func (c *Checker) checkList(key string, listed []string, id string, there []string) {
	for _, want := range listed {
		if !slices.Contains(there, want) {
			c.find(key, "lists %s, which does not exist or does not belong to user/%s", want, id)
		}
	}
	for _, own := range there {
		if !slices.Contains(listed, own) {
			c.find(key, "does not list %s", own)
		}
	}
}

func (c *Checker) checkTokens(user *record.User, f *family) {
	for _, token := range f.tokens {
		if token.name != user.Name {
			c.find(token.key, "is for another name than that of user/%s", user.ID)
		}
	}
	if len(f.tokens) == 0 && user.State != record.StateFinal {
		c.find(record.UserPrefix+user.ID, "has no token")
	}
}

// checkPending checks the entry that expires a claim. The entry of an account
// expires at the same time, and lists only its tokens.
func (c *Checker) checkPending(key string, user *record.User, f *family) {
	state := user.State
	if state == record.StateFinal {
		state = record.StateConfirmed
	}
	for _, pending := range f.pending {
		c.placed(pending.key, record.PendingPrefix, user.ID, user.Expires, user.ID)
		if pending.state != state || pending.name != user.Name {
			c.find(pending.key, "is %s, or of another name, and %s is %s", pending.state, key, user.State)
		}
		there := f.keys(user.ID)
		if user.State == record.StateFinal {
			there = slices.DeleteFunc(there, func(key string) bool { return !expires(key) })
			pending.keys = slices.DeleteFunc(pending.keys, func(key string) bool { return !expires(key) })
		}
		c.checkList(pending.key, pending.keys, user.ID, there)
	}
	if n := len(f.pending); n > 1 || n == 0 && user.State != record.StateFinal {
		c.find(key, "has %d entries under pending/: it needs one", n)
	}
}

// expires reports whether a record expires with the claim, even if the claim
// became an account.
func expires(key string) bool {
	return strings.HasPrefix(key, record.TokenPrefix) || strings.HasPrefix(key, record.PendingPrefix)
}

// checkApproval checks the entry of an account that waits for approval.
func (c *Checker) checkApproval(key string, user *record.User, f *family) {
	waits := user.State == record.StateFinal && user.ApprovalStatus == record.ApprovalBefore
	for _, approval := range f.approvals {
		if !waits {
			c.find(approval, "leads to %s, which does not wait for approval", key)
			continue
		}
		c.placed(approval, record.ApprovalPrefix, user.ID, user.ConfirmTime, user.ID)
	}
	if n := len(f.approvals); waits && n != 1 {
		c.find(key, "waits for approval and has %d entries under approval/: it needs one", n)
	}
}

// checkOwner checks that the address of a confirmed account leads to that
// account only.
func (c *Checker) checkOwner(key string, user *record.User, f *family) {
	if user.Email != "" && user.EmailSealed != "" {
		c.find(key, "the record is damaged: it has two addresses")
	}
	owns := user.State == record.StateFinal && user.Email+user.EmailSealed != ""
	for _, mail := range f.mails {
		if !owns {
			c.find(mail, "leads to %s, which owns no address", key)
		}
	}
	if owns && len(f.mails) == 0 {
		c.find(key, "owns an address that does not lead to it under mail/")
	}
	email, known := user.Email, user.EmailSealed == ""
	if !known {
		email, known = c.open(key, record.EmailPlace(user.ID), user.EmailSealed)
	}
	if !known || email == "" || c.unlike {
		return
	}
	address, _, ok := identity.Address(email)
	switch {
	case !ok:
		c.find(key, "the record is damaged: its address is invalid")
	case owns && c.keys != nil:
		c.checkAddress(key, user.ID, address, f)
	}
}

func (c *Checker) checkAddress(key, id, address string, f *family) {
	for _, mail := range f.mails {
		keyID, _ := record.ParseMailKey(mail)
		if k := keyring.Find(c.keys, keyID); k == nil {
			c.find(mail, "was made with a missing secret key")
		} else if mail != record.MailKey(k, address) {
			c.find(mail, "leads to %s, which has another address", key)
		}
	}
	index := keyring.All(c.keys)[0].BlindIndex(address)
	if c.owner != nil {
		c.owner(index, id)
		return
	}
	if other, taken := c.owners[index]; taken {
		c.findings = append(c.findings, SameAddress(id, other))
	}
	c.owners[index] = id
}
