package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

// seeds is how many are simulated in the tests. `make simulate` does more.
const seeds = 80

func TestSimulationsFindNoProblem(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		if s := simulate(seed, false); len(s.problems) > 0 {
			var text strings.Builder
			s.print(&text, lastOfTrace)
			t.Fatalf("go run ./tests/simulation -seed %d does this again:\n%s", seed, text.String())
		}
	}
}

// Nothing that a stranger sees depends on whether somebody has an account.
func TestAnswersDoNotRevealWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	const strangers = seeds / strangersShare
	done := map[string]int{}
	for seed := range uint64(strangers) {
		s := meet(seed)
		if s.problem != "" {
			var text strings.Builder
			s.print(&text)
			t.Fatalf("go run ./tests/simulation -seed %d does this again:\n%s", seed, text.String())
		}
		for _, line := range s.trace {
			operation, _, _ := strings.Cut(line, " ")
			done[operation]++
		}
		done["mail"] += len(s.with.mail)
	}
	for _, what := range []string{"signup", "verify", "resend", "confirm", "get", "pending", "approve", "reject", "lock", "unlock", "time", "delivers", "mail", "restarts"} {
		if done[what] < strangers/2 {
			t.Errorf("of %s there are only %d", what, done[what])
		}
	}
}

func TestSeedIsReproducible(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		one, other := simulate(seed, false), simulate(seed, false)
		if !slices.Equal(one.trace, other.trace) || len(one.trace) < operations {
			t.Errorf("seed %d: %d lines, then %d others", seed, len(one.trace), len(other.trace))
		}
		if slices.Equal(one.trace, simulate(seed+1, false).trace) {
			t.Errorf("seeds %d and %d do the same", seed, seed+1)
		}
	}
}

// The simulations cover everything: each operation succeeds and fails, and each
// effect has each possible fate.
func TestSimulationsReachEveryOutcome(t *testing.T) {
	t.Parallel()
	done, failed, fates := map[string]int{}, map[string]int{}, map[string]int{}
	keys, decoys, dead, costs := 0, 0, 0, 0
	for seed := range uint64(60) {
		s := simulate(seed, false)
		keys = max(keys, len(s.deployments))
		dead += len(s.letters)
		costs = max(costs, s.costs)
		for _, u := range s.ledger.users {
			if u.state == "refused" {
				decoys++
			}
		}
		for _, task := range s.tasks {
			if strings.Contains(string(task.answer), `"status":"ok"`) {
				done[task.operation]++
			} else {
				failed[task.operation]++
			}
		}
		for _, line := range s.trace {
			for _, f := range []fate{fails, conflicts, lost, answerLost, late, dies, diesAfter} {
				if strings.HasSuffix(line, string(f)) {
					fates[string(f)]++
				}
			}
			if strings.HasSuffix(line, "arrives late") {
				fates["arrives"]++
			}
		}
	}
	for _, operation := range signup.Operations() {
		if done[operation] == 0 || failed[operation] == 0 {
			t.Errorf("%s is done %d times, and fails %d times", operation, done[operation], failed[operation])
		}
	}
	if len(fates) != 8 || keys < 3 || decoys == 0 || dead == 0 || costs < 3 {
		t.Errorf("the fates %v, %d keys, %d void claims, %d dead letters, %d costs of hashes", fates, keys, decoys, dead, costs)
	}
}
