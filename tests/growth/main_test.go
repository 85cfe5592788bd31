//go:build linux

package main

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// asProgram makes the test binary act as the program, and as the hosts that it starts.
const asProgram = "ENROL_TEST_AS_GROWTH"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// run runs the program and returns what it prints.
func run(arguments ...string) (stdout, stderr string, err error) {
	c := exec.Command(os.Args[0], arguments...)
	c.Env = append(os.Environ(), asProgram+"=1")
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	err = c.Run()
	return out.String(), said.String(), err
}

func TestMistakesInTheFlagsAreExplained(t *testing.T) {
	for _, test := range []struct{ flags, want string }{
		{"pebble", "there are no arguments, only flags: pebble"},
		{"-stores mysql", `-stores: "mysql" is none of pebble, postgres, etcd`},
		{"-stores pebble,", `-stores: "" is none of`},
		{"-hosts 1,x", `-hosts: "x" is no number from 1`},
		{"-hosts 0", `-hosts: "0" is no number from 1`},
		{"-accounts -5", `-accounts: "-5" is no number from 1`},
		{"-hashes slow", `-hashes: "slow" is neither cheap nor default`},
		{"-turns 0", "10000 sign-ups in 0 turns of 16 callers are too few for 4 hosts"},
		{"-callers 3", "too few for 4 hosts"},
		{"-sign-ups 399", "399 sign-ups in 10 turns of 16 callers are too few for 4 hosts"},
	} {
		stdout, stderr, err := run(strings.Fields(test.flags)...)
		if err == nil || stdout != "" || !strings.HasPrefix(stderr, "growth: ") || !strings.Contains(stderr, test.want) {
			t.Errorf("%s: %v: %s%s", test.flags, err, stdout, stderr)
		}
	}
}

// TestATableOfASmallMeasurement measures on real stores, and again on what the first
// run left.
func TestATableOfASmallMeasurement(t *testing.T) {
	flags := []string{"-stores", "pebble", "-accounts", "20,10", "-hosts", "1,2", "-hashes", "cheap", "-sign-ups", "40", "-turns", "2", "-callers", "2", "-native", "-dir", t.TempDir()}
	table := regexp.MustCompile(`^` + regexp.QuoteMeta(heading) + `
\| pebble \| 10 \| [1-9]\d* \| 1 \| cheap \| [1-9]\d* \| \d+\.\d \| \d+\.\d \| \d+ \| - \| \d+\.\d \|
\| pebble \| 20 \| [1-9]\d* \| 1 \| cheap \| [1-9]\d* \| \d+\.\d \| \d+\.\d \| \d+ \| - \| \d+\.\d \|
pebble, 1 host, cheap hash: CPU per sign-up at 20 accounts is (\d+\.\d\d|\+Inf|NaN) times that at 10
\d+ s in all
$`) // a store for one process has one host; CPU time has ticks of 10 ms
	for _, first := range []bool{true, false} {
		stdout, stderr, err := run(flags...)
		if err != nil || !table.MatchString(stdout) {
			t.Fatalf("%v: %s%s", err, stdout, stderr)
		}
		if made := strings.Contains(stderr, "the records of 20 accounts"); made != first {
			t.Errorf("the first run is %v, accounts were made: %v", first, made)
		}
	}
}
