package ledger

// Outcome is what a client knows of a request.
type Outcome int

const (
	// None means that the request was not made.
	None Outcome = iota

	// Acknowledged means that the answer said yes. It must stay so.
	Acknowledged

	// Refused means that the answer said no. Nothing may have happened.
	Refused

	// Unknown means that there was no answer, or that a fault was the answer.
	Unknown
)

func (o Outcome) String() string {
	return [...]string{"none", "acknowledged", "refused", "unknown"}[o]
}

// Happened reports whether the request had its effect, or may have had it.
func (o Outcome) happened() bool { return o == Acknowledged || o == Unknown }
