package signup

import (
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// addUser compares an account or a claim with all that leads to it.
func (c *Checker) addUser(entry kv.Entry, id string) {
	f := c.families[id]
	delete(c.families, id)
	if f == nil {
		f = &family{}
	}
	user := readEntry[userRecord](c, entry)
	switch {
	case user == nil:
		return
	case user.ID != id, !isID(id):
		c.find(entry.Key, "the record is damaged: it is the account %q", user.ID)
		return
	case user.State != statePending && user.State != stateVoid && user.State != stateFinal:
		c.find(entry.Key, "the record is damaged: its state is %q", user.State)
		return
	}
	c.checkUser(entry.Key, user)
	c.checkName(entry.Key, user, f)
	c.checkTokens(user, f)
	c.checkPending(entry.Key, user, f)
	c.checkApproval(entry.Key, user, f)
	c.checkOwner(entry.Key, user, f)
}

// checkUser looks at the record by itself.
func (c *Checker) checkUser(key string, user *userRecord) {
	final := user.State == stateFinal
	inTime := isTime(user.SignUpTime) && isTime(user.PasswordSet) && isTime(user.Expires) && isTime(user.ConfirmTime) && isTime(user.Locked)
	if !inTime || user.Expires <= user.SignUpTime || final != (user.ConfirmTime > 0) {
		c.find(key, "the record is damaged: its times do not fit")
	}
	if user.ApprovalStatus != approvalBefore && user.ApprovalStatus != approvalApproved {
		c.find(key, "the record is damaged: its approval_status is %q", user.ApprovalStatus)
	} else if approved := user.ApprovalStatus == approvalApproved; approved && !final || !approved && final && !user.IsApprovalNeeded {
		c.find(key, "is %s and has the approval_status %s", user.State, user.ApprovalStatus)
	}
	if user.State == stateVoid && (user.Locked != 0 || user.PasswordMustChange) {
		c.find(key, "is void, which nobody locks, and says that it is locked or that its password has to be changed")
	}
	if !c.unlike {
		if name, ok := canonicalName(user.Username); !ok || name != user.Name {
			c.find(key, "its username is not the one of its name")
		}
	}
	hash := user.Password
	if (hash == "") == (user.PasswordSealed == "") {
		c.find(key, "the record is damaged: it needs one hash of a password")
		return
	}
	if user.PasswordSealed != "" {
		var opened bool
		if hash, opened = c.open(key, place{"user", user.ID, "password"}, user.PasswordSealed); !opened {
			return
		}
	}
	if _, err := parseHash(hash); err != nil {
		c.find(key, "the record is damaged: its password's hash %v", err)
	}
}

// checkName looks who holds the name. A void claim may be one for a name that
// is another's, or was another's and is free by now; any other holds its own.
func (c *Checker) checkName(key string, user *userRecord, f *family) {
	holds := false
	for _, name := range f.names {
		if name.name != user.Name {
			c.find(namePrefix+name.name, "leads to %s, which has another name", key)
			continue
		}
		holds = true
		expires := user.Expires
		if user.State == stateFinal {
			expires = 0
		}
		if name.state != user.State || name.expires != expires {
			c.find(namePrefix+name.name, "is %s until %d, and %s is %s until %d", name.state, name.expires, key, user.State, expires)
		}
		c.checkList(namePrefix+name.name, name.keys, user.ID, f.keys(user.ID))
	}
	if !holds && user.State != stateVoid {
		c.find(key, "does not hold its name, which is another's or not there")
	}
}

// checkList compares a list of an account's records with those that are there:
// what is not listed would stay when the account goes.
func (c *Checker) checkList(key string, listed []string, id string, there []string) {
	for _, want := range listed {
		if !slices.Contains(there, want) {
			c.find(key, "lists %s, which is not there or not of user/%s", want, id)
		}
	}
	for _, own := range there {
		if !slices.Contains(listed, own) {
			c.find(key, "does not list %s", own)
		}
	}
}

func (c *Checker) checkTokens(user *userRecord, f *family) {
	for _, token := range f.tokens {
		if token.name != user.Name {
			c.find(token.key, "is for another name than that of user/%s", user.ID)
		}
	}
	if len(f.tokens) == 0 && user.State != stateFinal {
		c.find(userPrefix+user.ID, "has no token")
	}
}

// checkPending looks at the entry by which a claim expires. That of an account
// goes at the same time, with the tokens, and lists no more than those.
func (c *Checker) checkPending(key string, user *userRecord, f *family) {
	state := user.State
	if state == stateFinal {
		state = stateConfirmed
	}
	for _, pending := range f.pending {
		c.placed(pending.key, "pending", user.ID, user.Expires, user.ID)
		if pending.state != state || pending.name != user.Name {
			c.find(pending.key, "is %s, or of another name, and %s is %s", pending.state, key, user.State)
		}
		there := f.keys(user.ID)
		if user.State == stateFinal {
			there = slices.DeleteFunc(there, func(key string) bool { return !expires(key) })
			pending.keys = slices.DeleteFunc(pending.keys, func(key string) bool { return !expires(key) })
		}
		c.checkList(pending.key, pending.keys, user.ID, there)
	}
	if n := len(f.pending); n > 1 || n == 0 && user.State != stateFinal {
		c.find(key, "has %d entries under pending/: it needs one", n)
	}
}

// expires says whether a record goes when the claim would have expired, even if
// that became an account.
func expires(key string) bool {
	return strings.HasPrefix(key, tokenPrefix) || strings.HasPrefix(key, "pending/")
}

// checkApproval looks at the entry of an account that waits for approval.
func (c *Checker) checkApproval(key string, user *userRecord, f *family) {
	waits := user.State == stateFinal && user.ApprovalStatus == approvalBefore
	for _, approval := range f.approvals {
		if !waits {
			c.find(approval, "leads to %s, which does not wait for approval", key)
			continue
		}
		c.placed(approval, "approval", user.ID, user.ConfirmTime, user.ID)
	}
	if n := len(f.approvals); waits && n != 1 {
		c.find(key, "waits for approval and has %d entries under approval/: it needs one", n)
	}
}

// checkOwner makes sure that the address of a confirmed account leads to it,
// and to it alone.
func (c *Checker) checkOwner(key string, user *userRecord, f *family) {
	if user.Email != "" && user.EmailSealed != "" {
		c.find(key, "the record is damaged: it has two addresses")
	}
	owns := user.State == stateFinal && user.Email+user.EmailSealed != ""
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
		email, known = c.open(key, place{"user", user.ID, "email"}, user.EmailSealed)
	}
	if !known || email == "" || c.unlike {
		return
	}
	address, _, ok := canonicalAddress(email)
	switch {
	case !ok:
		c.find(key, "the record is damaged: its address is none")
	case owns && c.keys != nil:
		c.checkAddress(key, user.ID, address, f)
	}
}

func (c *Checker) checkAddress(key, id, address string, f *family) {
	for _, mail := range f.mails {
		keyID, _, _ := strings.Cut(strings.TrimPrefix(mail, "mail/"), "/")
		if k := c.keys.find(keyID); k == nil {
			c.find(mail, "is made with a secret key that is not at hand")
		} else if mail != mailKey(k, address) {
			c.find(mail, "leads to %s, which has another address", key)
		}
	}
	index := c.keys.keys[0].blindIndex(address)
	if other, taken := c.owners[index]; taken {
		c.find(key, "has the same address as user/%s", other)
	}
	c.owners[index] = id
}
