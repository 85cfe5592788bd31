package signup

// damage is the first record that a run over many could not read, because it is
// damaged or a newer engine wrote it. Such a record holds up no others: it
// stays, and is told when there is nothing else to do.
type damage struct{ first *Error }

// skip takes an error about a record, and returns those of other kinds.
func (d *damage) skip(err *Error) *Error {
	if err == nil || err.Code != InternalError {
		return err
	}
	if d.first == nil {
		d.first = err
	}
	return nil
}

// told is what a run says of it in the end, if it does not go on.
func (d *damage) told(goesOn bool) *Error {
	if goesOn {
		return nil
	}
	return d.first
}
