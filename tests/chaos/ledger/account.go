package ledger

// Account is what its client knows of one account. No two have the same name and
// the same address.
type Account struct {
	Name  string
	Email string

	Token  string // "" until the sign-up is acknowledged
	UserID string // "" until the confirm is acknowledged

	Signup  Outcome
	Confirm Outcome
	Approve Outcome
	Reject  Outcome
	Resends []Outcome
}

// goes reports whether a rejection deleted the account, or may have.
func (a *Account) goes() bool { return a.Reject.happened() }

// Stored is an account as the store has it in the end.
type Stored struct {
	UserID   string
	Email    string
	Final    bool // confirmed
	Approved bool
}

// is reports whether what is stored under the name of an account is the account.
func (s *Stored) is(a *Account) bool { return s != nil && s.Email == a.Email }
