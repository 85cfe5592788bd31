//go:build !wasip1

package signup_test

import (
	"slices"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

// forHosts are the operations that only a host calls.
var forHosts = []string{"open", "dispatch"}

func TestEveryOperationIsDescribed(t *testing.T) {
	for _, operation := range slices.Concat(signup.Operations(), signup.Moves()) {
		d, ok := signup.Describe(operation)
		if ok == slices.Contains(forHosts, operation) {
			t.Errorf("%s is described: %v. Add its request and its answer to described in signup/describe.go, or its name to forHosts", operation, ok)
		}
		for _, request := range d.Requests {
			if request.Find("cid") == nil {
				t.Errorf("a request of %s has no cid", operation)
			}
		}
		if ok && (d.Answer.Find("cid") == nil || d.Answer.Find("status") == nil) {
			t.Errorf("the answer of %s is no response", operation)
		}
	}
}
