// Command stores holds the stores of Go and JavaScript against the contract, each
// on its real database in its runtime, and prints the README's table of stores.
// Start it in the root of the repository: see make test-stores.
//
// A row that fails, or some of whose cases did not run, is a failing run.
package main

import (
	"fmt"
	"os"
)

func main() {
	c := newCount()
	failed := false
	for _, command := range commands {
		if err := c.run(command); err != nil {
			fmt.Println("FAILED", err)
			failed = true
		}
	}
	fmt.Print("\n", head)
	for _, r := range rows {
		fmt.Println(r.line(c.passed(r)))
		failed = failed || c.passed(r) != r.cases
	}
	if failed {
		os.Exit(1)
	}
}
