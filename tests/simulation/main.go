// Command simulation simulates installations: many operations at once, on one
// store, in which everything fails that can fail, each from one number, the
// seed. It prints the seeds that failed, with the last steps; the same seed
// always does exactly the same.
//
//	go run ./tests/simulation -seeds 1000
//	go run ./tests/simulation -seed 17
//
// Only the core and the store in memory are real: the seed moves the clock,
// random bytes come from the seed, and of all operations that run, one
// continues at a time, from one effect to the next (see scheduler.go). The seed
// decides which, and the result of the effect (see fate.go). Several processes
// with several secret keys share the store; any of them may die between any two
// effects. The invariants are in ledger.go, which watches every commit, in
// answers.go, and in ending.go. In one of four seeds a stranger also tries to
// find out who has an account: see stranger.go.
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
		other := meet(uint64(*seed))
		other.print(os.Stdout)
		if other.problem != "" || len(s.problems) > 0 {
			os.Exit(1)
		}
		return
	}
	began, operations, wrong, met := time.Now(), 0, 0, 0
	for n := range *seeds {
		s := simulate(*first+uint64(n), false)
		operations += len(s.tasks)
		if len(s.problems) > 0 {
			wrong++
			s.print(os.Stdout, lastOfTrace)
		}
		if n%strangersShare > 0 {
			continue
		}
		other := meet(*first + uint64(n))
		met++
		operations += other.calls
		if other.problem != "" {
			wrong++
			other.print(os.Stdout)
		}
	}
	fmt.Printf("%d seeds, %d strangers, %d operations in %.1f s; %d went wrong\n", *seeds, met, operations, time.Since(began).Seconds(), wrong)
	os.Exit(min(wrong, 1))
}
