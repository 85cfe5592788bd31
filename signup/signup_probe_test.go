package signup

import (
	"fmt"
	"maps"
	"testing"
)

// A stranger wants to know whether somebody has an account. They sign up with a
// new name and that person's address, and then again with the same name: with
// the same address, or with their own, to see whether the first attempt took
// the name. Nothing that they see and nothing in the two mailboxes differs,
// except the text of the message.
func TestProbingTwiceRevealsNothing(t *testing.T) {
	t.Parallel()
	for _, again := range []string{"victim@example.com", "stranger@example.com"} {
		var seen []string
		var sent []map[string]int
		for _, prepare := range []func(w *world){
			func(*world) {},
			func(w *world) { w.claim("victim", "victim@example.com") },
			func(w *world) { w.account("victim", "victim@example.com") },
		} {
			w := newWorld(t)
			prepare(w)
			w.drain()
			w.pass(minute)
			w.calls = nil
			looks := ""
			for _, email := range []string{"victim@example.com", again} {
				r := w.mustRun("signup", ask("probe", email))
				looks += fmt.Sprintf("answer %d\n%s", len(r.text), shape(w.Effects()))
				w.pass(minute)
			}
			w.drain()
			messages := map[string]int{}
			for _, call := range w.calls {
				if call.Service == "mailer" {
					var message messageData
					readBody(t, call, &message)
					messages[message.To]++
				}
			}
			seen, sent = append(seen, looks), append(sent, messages)
			w.checkInvariants()
		}
		for n := range seen {
			if seen[n] != seen[0] {
				t.Errorf("then %s: world %d differs from the first:\n%s\nthe first:\n%s", again, n, seen[n], seen[0])
			}
			if !maps.Equal(sent[n], sent[0]) || len(sent[n]) == 0 {
				t.Errorf("then %s: messages in world %d are %v, in the first %v", again, n, sent[n], sent[0])
			}
		}
	}
}
