// Package peer runs an independent implementation, in another language, on many
// inputs. The other side is a script that reads one JSON text per line and
// writes one JSON text per line, in the same order, until its input ends.
//
// make test-differential installs the interpreters; without them the tests
// fail.
package peer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Python asks a script that runs with the packages of requirements.txt, Node
// one that runs with the packages of package.json. The script's path is relative to
// the folder of the test.
func Python[In, Out any](t testing.TB, script string, inputs []In) []Out {
	t.Helper()
	return ask[In, Out](t, exec.Command(above(t, "build/python/bin/python"), script), inputs)
}

// Node is the same for Node.
func Node[In, Out any](t testing.TB, script string, inputs []In) []Out {
	t.Helper()
	return ask[In, Out](t, exec.Command("node", script), inputs)
}

func ask[In, Out any](t testing.TB, command *exec.Cmd, inputs []In) []Out {
	t.Helper()
	var lines, complaints bytes.Buffer
	encoder := json.NewEncoder(&lines)
	encoder.SetEscapeHTML(false)
	for _, input := range inputs {
		if err := encoder.Encode(input); err != nil {
			t.Fatal(err)
		}
	}
	command.Stdin, command.Stderr = &lines, &complaints
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v (make test-differential sets it up)\n%s", command, err, &complaints)
	}
	answers := make([]Out, 0, len(inputs))
	scanner := bufio.NewScanner(bytes.NewReader(output))
	scanner.Buffer(nil, 64<<20)
	for scanner.Scan() {
		var answer Out
		if err := json.Unmarshal(scanner.Bytes(), &answer); err != nil {
			t.Fatalf("%s: answer %d: %v", command, len(answers)+1, err)
		}
		answers = append(answers, answer)
	}
	if err := scanner.Err(); err != nil || len(answers) != len(inputs) {
		t.Fatalf("%s gave %d answers for %d inputs (%v)\n%s", command, len(answers), len(inputs), err, &complaints)
	}
	return answers
}

// above finds a file from the top of the project.
func above(t testing.TB, path string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, path)
		}
	}
	t.Fatal("no go.mod above the test")
	return ""
}
