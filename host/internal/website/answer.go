package website

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
)

// Answer answers with the page that render writes, or, if that fails, with status 500
// and a plain text. The caller has set the other headers, and logs the error.
func Answer(w http.ResponseWriter, status int, render func(io.Writer) error, failed string) error {
	var body bytes.Buffer
	kind := "text/html; charset=utf-8"
	err := render(&body)
	if err != nil {
		status, kind = http.StatusInternalServerError, "text/plain; charset=utf-8"
		body.Reset()
		body.WriteString(failed + "\n")
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	w.WriteHeader(status)
	w.Write(body.Bytes()) // an error means that the caller is gone
	return err
}
