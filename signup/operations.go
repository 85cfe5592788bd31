package signup

import "github.com/enrol-sso/enrol/signup/internal/visible"

// operation is one operation of an engine.
type operation struct {
	name    string
	perform func(*run, []byte) (document, *Error)
	entropy func(*run) int // random bytes that it needs in addition to its cid and seed; nil for none
}

// operations are all operations of an engine.
var operations = [...]operation{
	{name: "open", perform: (*run).open},
	{name: "signup", perform: (*run).signup, entropy: (*run).claimEntropy},
	{name: "validate", perform: (*run).validate},
	{name: "confirm", perform: (*run).confirm},
	{name: "get", perform: (*run).getUser},
	{name: "dispatch", perform: (*run).dispatch},
	{name: "resend", perform: (*run).resend, entropy: (*run).resendEntropy},
	{name: "verify", perform: (*run).verify},
	{name: "approve", perform: (*run).approve},
	{name: "reject", perform: (*run).reject},
	{name: "pending", perform: (*run).pending},
	{name: "purge", perform: (*run).purge},
	{name: "rekey", perform: (*run).rekey},
	{name: "dead", perform: (*run).dead},
	{name: "retry", perform: (*run).retry},
	{name: "lock", perform: (*run).lock},
	{name: "unlock", perform: (*run).unlock},
}

// Operations returns the names of all operations.
func Operations() []string {
	names := make([]string, len(operations))
	for i, o := range operations {
		names[i] = o.name
	}
	return names
}

// findOperation returns the operation with a name. An unknown one returns an
// error when it runs.
func findOperation(name string) operation {
	for _, o := range operations {
		if o.name == name {
			return o
		}
	}
	return operation{perform: func(*run, []byte) (document, *Error) {
		return nil, &Error{Code: InvalidOperation, Message: "unknown operation " + visible.Clip(name, 32)}
	}}
}
