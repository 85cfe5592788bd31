// Command simulation simulates installations: many operations at once, on one
// store, in which everything fails that can fail, each from one number, the
// seed. It prints the seeds after which something was wrong, with what happened
// last; the same seed does exactly the same again.
//
//	go run ./tests/simulation -seeds 1000
//	go run ./tests/simulation -seed 17
//
// Nothing in it is real but the core and the store in memory: the clock moves
// when the seed says so, random bytes come from the seed, and of all operations
// that are under way one goes on at a time, from one effect to the next (see
// scheduler.go). The seed decides which, and what becomes of the effect (see
// fate.go). Several processes with several secret keys share the store; any of
// them may die between any two effects. What has to hold is in ledger.go, which
// watches every commit, in answers.go, and in ending.go.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	seed := flag.Int64("seed", -1, "simulate this `SEED` alone, and print what happens")
	first := flag.Uint64("first", 1, "the first `SEED` of many")
	seeds := flag.Int("seeds", 1000, "how many `SEEDS` there are")
	flag.Parse()
	if *seed >= 0 {
		s := simulate(uint64(*seed), true)
		s.print(os.Stdout, len(s.trace))
		os.Exit(min(len(s.problems), 1))
	}
	began, operations, wrong := time.Now(), 0, 0
	for n := range *seeds {
		s := simulate(*first+uint64(n), false)
		operations += len(s.tasks)
		if len(s.problems) > 0 {
			wrong++
			s.print(os.Stdout, lastOfTrace)
		}
	}
	fmt.Printf("%d seeds, %d operations in %.1f s; %d seeds went wrong\n", *seeds, operations, time.Since(began).Seconds(), wrong)
	os.Exit(min(wrong, 1))
}
