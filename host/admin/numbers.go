package admin

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/enrol-sso/enrol/host"
)

// nothing is the request of an operation that takes none.
type nothing struct{}

func (nothing) JSON() ([]byte, error) { return []byte("{}"), nil }

// showNumbers shows what waits and what was done since the start of the server.
func (v *visit) showNumbers() {
	content := view{Now: v.h.now()}
	var counters host.Counters
	if content.Problems = problemsOf(v.operate("counters", nothing{}, &counters)); len(content.Problems) == 0 {
		content.Numbers = &counters
	}
	v.show(statusOf(content.Problems), "numbers", content)
}

// Waiting are the numbers of the moment.
func (v *view) Waiting() []detail {
	n := v.Numbers
	waiting := 0
	for _, count := range n.Hashes.Waiting {
		waiting += count
	}
	return []detail{
		{Name: "Sign-ups that wait for their token", Text: counted(n.PendingClaims)},
		{Name: "Events to deliver", Text: counted(n.Outbox.Events)},
		{Name: "Age of the oldest event", Text: fmt.Sprintf("%d s", n.Outbox.Oldest)},
		{Name: "Dead letters", Text: counted(n.DeadLetters)},
		{Name: "Passwords being hashed", Text: fmt.Sprint(n.Hashes.Running)},
		{Name: "Passwords that wait", Text: fmt.Sprint(waiting)},
	}
}

// maxCounted is where host.Counters stops counting what waits.
const maxCounted = 10_000

func counted(n int) string {
	if n >= maxCounted {
		return fmt.Sprintf("%d or more", n)
	}
	return fmt.Sprint(n)
}

// SinceStart are the counts since the start of the server: operations by their codes,
// deliveries and failed calls.
func (v *view) SinceStart() []detail {
	var all []detail
	for _, one := range v.Numbers.Operations {
		all = append(all, detail{Name: one.Operation + ": " + one.Code, Text: fmt.Sprint(one.Count)})
	}
	for _, one := range v.Numbers.Deliveries {
		all = append(all, detail{Name: "delivery to " + one.Destination + ": " + one.Outcome, Text: fmt.Sprint(one.Count)})
	}
	for effect, count := range v.Numbers.Errors {
		if count > 0 {
			all = append(all, detail{Name: "failed " + effect, Text: fmt.Sprint(count)})
		}
	}
	slices.SortFunc(all, func(a, b detail) int { return cmp.Compare(a.Name, b.Name) })
	return all
}
