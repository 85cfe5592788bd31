package admin

import (
	"net/url"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup"
)

// view is what a template shows.
type view struct {
	*visit
	Page     string // the template
	Problems []problem
	Message  string // of a page that only says something
	Done     string // what was done just now

	// Of the page of signing in.
	FormToken string
	To        string // where to go on
	Name      string
	PlainHTTP bool
	Kept      string // what was entered in a form that was not accepted

	// Of lists. Back is this page, to which actions return.
	Status string
	Users  []signup.PendingUser
	Events []signup.DeadEvent
	Next   string // the cursor of the next page, "" if this is the last
	Back   string

	// Of searches. Found are the accounts of a page.
	Search   search
	Searched bool
	Found    []signup.User

	// Of the page of numbers.
	Now     time.Time
	Numbers *host.Counters

	// Of the page of an account.
	Trail       []host.AuditEntry
	TrailNext   string // the cursor of the next entries
	TrailUnread string // why the trail cannot be read
	User        *signup.User
	Details     []detail
	Reason      string // for a rejection
	More        bool   // there are more events than shown
}

// detail is a line about an account: a text or a time.
type detail struct {
	Name, Text string
	Time       time.Time
}

// Nonce is the nonce of the content security policy.
func (v *view) Nonce() string { return v.nonce }

// Link returns the relative URL of a path after /admin. Names and values of its query
// follow.
func (v *view) Link(path string, query ...string) string { return v.link(withQuery(path, query...)) }

// withQuery returns a path with names and values of its query. Those without a value
// are left out.
func withQuery(path string, query ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(query); i += 2 {
		if query[i+1] != "" {
			values.Set(query[i], query[i+1])
		}
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

// Asset returns the relative URL of an asset.
func (v *view) Asset(name string) string { return v.link("/assets/" + v.h.assets.Hashed(name)) }

// SignedIn reports whether somebody is signed in.
func (v *view) SignedIn() bool { return v.session != nil }

// Operator is who is signed in.
func (v *view) Operator() string { return v.session.name }

// Token is what each form of the session has.
func (v *view) Token() string { return v.session.formToken() }

// Section is the part of the pages that a page belongs to, for the navigation.
func (v *view) Section() string { return v.Page }

// ProblemAt reports whether something is wrong with a field.
func (v *view) ProblemAt(field string) bool {
	for _, p := range v.Problems {
		if p.Field == field {
			return true
		}
	}
	return false
}

// Option is a choice of a list.
type Option struct {
	Value, Text string
	Selected    bool
}

// Options are choices, from values and texts that alternate.
func (v *view) Options(selected string, given ...string) []Option {
	var all []Option
	for i := 0; i+1 < len(given); i += 2 {
		all = append(all, Option{given[i], given[i+1], given[i] == selected})
	}
	return all
}

// StateOf is the state of an account in words.
func (v *view) StateOf(u signup.User) string {
	switch {
	case u.IsLocked:
		return "locked"
	case u.SignUpStatus != "final":
		return stateTexts[u.SignUpStatus]
	case u.ApprovalStatus != "approved":
		return approvalTexts[u.ApprovalStatus]
	}
	return stateTexts[u.SignUpStatus]
}

// Waits reports whether the account waits for a decision.
func (v *view) Waits() bool {
	return v.User != nil && v.User.SignUpStatus == "final" && v.User.ApprovalStatus == "before_decision"
}
