// Mutation disables the rules of the reference one after another, and expects
// that the tests turn red each time. A rule whose removal nobody notices is
// printed, and the command fails.
//
//	go run ./tests/mutation            # every rule
//	go run ./tests/mutation -run E001  # those whose name matches E001
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
)

func main() {
	only := flag.String("run", "", "try only the rules whose name matches this regular expression")
	workers := flag.Int("workers", runtime.NumCPU(), "how many to try at a time")
	flag.Parse()
	chosen, err := choose(*only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutation:", err)
		os.Exit(2)
	}
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

// tryAll tries mutations side by side and returns how many nobody noticed.
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
