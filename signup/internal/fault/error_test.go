package fault

import (
	"errors"
	"io"
	"testing"
)

func TestErrorIsOneLine(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  *Error
		want string
	}{
		{BadField("ctx.email", "has %d characters", 5), "E008002: ctx.email: has 5 characters"},
		{MissingField("ctx"), "E008003: ctx: is required"},
		{Outside("get", io.ErrUnexpectedEOF), "E901002: get: unexpected EOF"},
		{Internal("a bug"), "E008004: a bug"},
		{&Error{Code: Busy}, "E901002"},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
	if !errors.Is(Outside("get", io.ErrUnexpectedEOF), io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
}

func TestFormOfACode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"E001001": true, "W003005": true, "E999999": true,
		"": false, "E00100": false, "E0010011": false, "e001001": false, "X001001": false, "E00100x": false, "E00１": false,
	} {
		if IsCode(text) != want {
			t.Errorf("isCode(%q) is %v", text, !want)
		}
	}
}
