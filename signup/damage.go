package signup

// damage names the first record that could not be read in a run over many,
// because it is damaged or a newer engine wrote it. Such a record stays and
// does not block others; the answer names it for the operator.
type damage struct{ text string }

// skip takes an error about a damaged record. It returns other errors.
func (d *damage) skip(err *Error) *Error {
	if err == nil || err.Code != InternalError {
		return err
	}
	if d.text == "" {
		d.text = err.Detail()
	}
	return nil
}
