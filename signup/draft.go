package signup

import (
	"strings"

	"github.com/enrol-sso/enrol/signup/internal/record"
)

// draft is a claim before the store decides whether it can be made: everything
// that does not depend on the store.
type draft struct {
	*checked
	id      string
	token   string
	hash    string // of the password
	expires int64
	events  []outgoing
}

// draft hashes the password and gives the claim its id, its token and its
// events.
func (r *run) draft(account *checked) (*draft, *Error) {
	id, token, salt := r.claim[:record.IDBytes], r.claim[record.IDBytes:record.IDBytes+record.TokenBytes], r.claim[record.IDBytes+record.TokenBytes:]
	hash, err := r.hashPassword(account.password, salt)
	if err != nil {
		return nil, err
	}
	d := &draft{
		checked: account,
		id:      record.NewID(id),
		token:   record.NewToken(token),
		hash:    hash,
		expires: r.now + r.claimLife(),
	}
	if d.name == "" {
		own := *account // the checked account must not change
		own.name = record.ClaimName(d.id)
		d.checked = &own
	}
	d.events = r.signupEvents(d)
	return d, nil
}

func (r *run) userRecord(d *draft, state string) record.User {
	request := d.request
	user := record.User{
		V:                record.Version,
		ID:               d.id,
		State:            state,
		Username:         d.username,
		Name:             d.name,
		PasswordSet:      r.now,
		DisplayName:      d.displayName(),
		FirstName:        request.FirstName,
		MiddleName:       request.MiddleName,
		LastName:         request.LastName,
		Attrs:            request.Attrs,
		CurrentApp:       d.signupApp,
		AppList:          request.AppList,
		RemoteAddr:       d.request.RemoteAddr,
		SignUpTime:       r.now,
		Expires:          d.expires,
		IsApprovalNeeded: r.config.Signup.IsApprovalNeeded,
	}
	user.ApprovalStatus, user.ApprovalModTime = r.firstApproval()
	r.setHash(&user, d.hash)
	switch {
	case d.email == "":
	case r.config.Main.EncryptEmail:
		user.EmailSealed = r.writer().Seal(r.seed, record.EmailPlace(d.id), d.email)
	default:
		user.Email = d.email
	}
	for _, event := range d.events {
		if event.destination == record.MessageDestination {
			user.LastMessage = event.id
		}
	}
	return user
}

// setHash sets the password hash of an account, sealed if so configured.
func (r *run) setHash(user *record.User, hash string) {
	user.Password, user.PasswordSealed = "", ""
	if r.config.Main.EncryptPassword {
		user.PasswordSealed = r.writer().Seal(r.seed, record.PasswordPlace(user.ID), hash)
	} else {
		user.Password = hash
	}
}

// firstApproval returns the approval_status of a new account, and when it was
// decided, or 0. If no approval is needed, the account is approved from the
// start, as in the original.
func (r *run) firstApproval() (status string, at int64) {
	if r.config.Signup.IsApprovalNeeded {
		return record.ApprovalBefore, 0
	}
	return record.ApprovalApproved, r.now
}

// displayName returns the given display name, or the other names joined.
func (c *checked) displayName() string {
	request := c.request
	if request.DisplayName != "" {
		return request.DisplayName
	}
	return strings.Join(strings.Fields(request.FirstName+" "+request.MiddleName+" "+request.LastName), " ")
}
