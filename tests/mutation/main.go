// Mutation disables the rules of the reference one after another, and expects
// that the tests turn red each time. A rule whose removal nobody notices is
// printed, and the command fails.
//
//	go run ./tests/mutation            # every rule
//	go run ./tests/mutation -run E001  # those whose name matches E001
//	go run ./tests/mutation -one-in 3  # a third of them, another one each day
//
// What is taken away is written in rules/*.txt, see the type Mutation. Nothing
// in the tree is changed: the compiler is told to read other files in place of
// some (go help build, -overlay). A program of tests is built once for all the
// rules that are within functions, see the type program.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"time"
)

func main() {
	only := flag.String("run", "", "try only the rules whose name matches this regular expression")
	oneIn := flag.Int("one-in", 1, "try only one rule in so many; which ones changes every day")
	workers := flag.Int("workers", runtime.NumCPU(), "how many to try at a time")
	flag.Parse()
	chosen, err := choose(*only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutation:", err)
		os.Exit(2)
	}
	chosen = ofDay(chosen, *oneIn, time.Now())
	survived, err := tryAll(chosen, *workers)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutation:", err)
		os.Exit(2)
	}
	fmt.Printf("%d rules removed, %d removals noticed\n", len(chosen), len(chosen)-survived)
	fmt.Printf("%d passed, %d failed\n", len(chosen)-survived, survived)
	if survived > 0 {
		os.Exit(1)
	}
}

// choose loads the rules whose name matches.
func choose(only string) ([]*Mutation, error) {
	name, err := regexp.Compile(only)
	if err != nil {
		return nil, err
	}
	all, err := load("tests/mutation/rules")
	if err != nil {
		return nil, err
	}
	chosen := slices.DeleteFunc(all, func(m *Mutation) bool { return !name.MatchString(m.Rule) })
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no rule has a name that matches %q", only)
	}
	return chosen, nil
}

// ofDay returns every n-th mutation. Each day in UTC has other ones, and n days
// have all.
func ofDay(all []*Mutation, n int, now time.Time) []*Mutation {
	var some []*Mutation
	for i, m := range all {
		if n <= 1 || (i+int(now.Unix()/86_400))%n == 0 {
			some = append(some, m)
		}
	}
	return some
}

// tryAll tries mutations in parallel and returns how many no test noticed.
func tryAll(mutations []*Mutation, workers int) (survived int, err error) {
	dir, err := os.MkdirTemp("", "mutation-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	programs, err := buildAll(dir, mutations)
	if err != nil {
		return 0, err
	}
	var group sync.WaitGroup
	var printing sync.Mutex
	todo := make(chan *Mutation)
	for range workers {
		group.Go(func() {
			for m := range todo {
				verdict := m.try(programs)
				printing.Lock()
				fmt.Println(verdict)
				if !verdict.noticed {
					survived++
				}
				printing.Unlock()
			}
		})
	}
	for _, m := range mutations {
		todo <- m
	}
	close(todo)
	group.Wait()
	return survived, nil
}
