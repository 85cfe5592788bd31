package wire

import (
	"errors"
	"testing"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
)

// The kind of a failed call crosses the boundary of the module.
func TestKindOfCallFailureCrossesTheBoundary(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err    error
		answer string
		want   signup.CallError
	}{
		{errors.New("no"), `{"error":"no"}`, signup.CallError{Reason: "no"}},
		{&signup.CallError{Kind: signup.CallDown, RetryAfter: 120, Reason: "503"}, `{"error":"503","kind":"down","retry_after":120}`, signup.CallError{Kind: signup.CallDown, RetryAfter: 120, Reason: "503"}},
		{&signup.CallError{Kind: signup.CallFinal, Reason: "410"}, `{"error":"410","kind":"final"}`, signup.CallError{Kind: signup.CallFinal, Reason: "410"}},
		{&signup.CallError{Kind: signup.CallStopped, Reason: "stopping"}, `{"error":"stopping","kind":"stopped"}`, signup.CallError{Kind: signup.CallStopped, Reason: "stopping"}},
	} {
		host := signuptest.New()
		host.Services = func(signup.ServiceCall) (string, error) { return "", test.err }
		var answer string
		_, err := Host(func(effect string, request []byte) []byte {
			data := Perform(host, effect, request)
			answer = string(data)
			return data
		}).Call(signup.ServiceCall{Service: "crm"})
		var got *signup.CallError
		if !errors.As(err, &got) || *got != test.want || answer != test.answer {
			t.Errorf("%v: the answer %s becomes %+v, want %s and %+v", test.err, answer, got, test.answer, test.want)
		}
	}
}
