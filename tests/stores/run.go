package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// runtimes is where the runtimes of JavaScript are installed, suites where their tests are.
const (
	runtimes = "tests/runtimes/node_modules/"
	suites   = "bindings/js/build/stores/"
)

// commands run the suites. Each argument is a name, or a pattern of files.
var commands = [][]string{
	{"go", "test", "-count=1", "-v", "-tags", "postgres,etcd", "-timeout", "10m",
		"-run", "^Test(Memory|Pebble|Postgres|Etcd)HoldsTheContract$",
		"./kv/memory", "./kv/pebble", "./tests/postgres", "./tests/etcd"},
	{runtimes + "node/bin/node", "--test", "--test-reporter=spec", suites + "memory.test.js", suites + "runtimes/*.test.js"},
	{runtimes + ".bin/bun", suites + "runtimes/bun.js"},
	{runtimes + ".bin/deno", "run", "--quiet", "--allow-all", "--unstable-kv", suites + "runtimes/deno.js"},
	{runtimes + "node/bin/node", "tests/runtimes/browser.js", "chromium", "store"},
}

// count holds which cases of each row passed, by the row's mark.
type count map[string]map[string]bool

func newCount() count {
	c := count{}
	for _, r := range rows {
		c[r.mark] = map[string]bool{}
	}
	return c
}

// passed returns how many cases of a row passed.
func (c count) passed(r row) int { return len(c[r.mark]) }

// run runs a command, prints what it says and counts the cases that it passes.
func (c count) run(command []string) error {
	name := strings.Join(command, " ")
	fmt.Println("==", name)
	var arguments []string
	for _, argument := range command[1:] {
		files, _ := filepath.Glob(argument) // a malformed pattern is a plain argument
		if !strings.Contains(argument, "*.") || len(files) == 0 {
			files = []string{argument}
		}
		arguments = append(arguments, files...)
	}
	process := exec.Command(command[0], arguments...)
	process.Stderr = os.Stderr
	output, err := process.StdoutPipe()
	if err != nil {
		return err
	}
	if err := process.Start(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	lines := bufio.NewScanner(output)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		if line := lines.Text(); !strings.HasPrefix(line, "=== ") { // where go test says what starts
			fmt.Println(line)
			c.read(line)
		}
	}
	if err := process.Wait(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return lines.Err()
}

// suiteCase is the name of a case, with what follows it: a store's other tests have
// no group.
var suiteCase = regexp.MustCompile(`^([a-z]+/.+?)(?: \([0-9.]+ ?m?s\))?$`)

// read counts the case that a line says has passed.
func (c count) read(line string) {
	for mark, cases := range c {
		rest, marked := strings.CutPrefix(strings.TrimSpace(line), mark)
		if found := suiteCase.FindStringSubmatch(rest); marked && found != nil {
			cases[found[1]] = true
		}
	}
}
