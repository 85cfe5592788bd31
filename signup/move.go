package signup

// The module does not have the operations that move accounts in and out, search and
// erase them: only programs in Go run them, and a host of another language needs none of
// their code. Move runs them as Run does the others.

// moves are the operations of Move.
var moves = [...]operation{
	{name: "import", perform: (*run).importAccount},
	{name: "export", perform: (*run).exportAccounts},
	{name: "search", perform: (*run).search},
	{name: "erase", perform: (*run).erase},
}

// Moves returns the names of the operations of Move.
func Moves() []string {
	names := make([]string, len(moves))
	for i, o := range moves {
		names[i] = o.name
	}
	return names
}

// Move runs one of the operations of Moves, as Run runs those of Operations. It
// panics for any other name.
func (e *Engine) Move(operation string, host Host, request []byte) (answer []byte) {
	for _, o := range moves {
		if o.name == operation {
			return e.operate(o, host, request)
		}
	}
	panic("signup: " + operation + " is no operation of Move")
}
