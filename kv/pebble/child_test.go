package pebble_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/pebble"
)

// The test binary runs itself as the other process: if this is set, it opens
// the directory, uses it, and prints the answers.
const childDir = "ENROL_KV_PEBBLE_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		child(dir)
	}
	os.Exit(m.Run())
}

const pairs = 8

// child prints a line after each acknowledged or read count of a pair. It ends
// only by a signal, or with the lines of an error.
func child(dir string) {
	store, err := pebble.Open(dir, pebble.Options{})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("open")
	var lines sync.Mutex
	tell := func(what string, pair, count int, err error) {
		lines.Lock()
		defer lines.Unlock()
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println(what, pair, count) // unbuffered: one write per line
	}
	for pair := range pairs {
		go func() {
			for {
				count, err := countUp(store, pair)
				tell("committed", pair, count, err)
			}
		}()
		go func() {
			for {
				count, err := readPair(store, pair)
				tell("read", pair, count, err)
			}
		}()
	}
	select {}
}

func countUp(store kv.Store, pair int) (int, error) {
	a, b := pairKeys(pair)
	values, err := store.Get(context.Background(), []string{a, b})
	if err != nil {
		return 0, err
	}
	count := 1
	if values[0].Data != "" {
		if _, err := fmt.Sscan(values[0].Data, &count); err != nil {
			return 0, err
		}
		count++
	}
	data := fmt.Sprint(count, strings.Repeat(" ", 2000*pair))
	applied, err := store.Commit(context.Background(), kv.Batch{
		Checks: []kv.Check{{Key: a, Version: values[0].Version}, {Key: b, Version: values[1].Version}},
		Puts:   []kv.Put{{Key: a, Data: data}, {Key: b, Data: data}},
	})
	if err == nil && !applied {
		err = errors.New("a check failed, but no one else writes this pair")
	}
	return count, err
}

func readPair(store kv.Store, pair int) (count int, err error) {
	a, b := pairKeys(pair)
	values, err := store.Get(context.Background(), []string{b, a})
	if err != nil {
		return 0, err
	}
	if values[0].Data != values[1].Data {
		return 0, errors.New("half of a commit")
	}
	if values[0].Data != "" {
		_, err = fmt.Sscan(values[0].Data, &count)
	}
	return count, err
}

func pairKeys(pair int) (a, b string) {
	return fmt.Sprint("pair/a/", pair), fmt.Sprint("pair/b/", pair)
}

// startChild returns when the child has opened the directory.
func startChild(t *testing.T, dir string) (command *exec.Cmd, output *bufio.Scanner) {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command = exec.Command(executable)
	command.Env = append(os.Environ(), childDir+"="+dir)
	command.Stderr = os.Stderr
	pipe, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	output = bufio.NewScanner(pipe)
	if !output.Scan() || output.Text() != "open" {
		t.Fatalf("the child says %q", output.Text())
	}
	return command, output
}

func TestInUseByAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	command, output := startChild(t, dir)
	for range 3 {
		_, err := pebble.Open(dir, pebble.Options{})
		if !errors.Is(err, kv.ErrInUse) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want ErrInUse in one line", err)
		}
	}
	if !output.Scan() || strings.HasPrefix(output.Text(), "error") {
		t.Errorf("the child was disturbed: %q", output.Text())
	}
	kill(t, command, output, nil)
	store, err := pebble.Open(dir, pebble.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
}

// TestKilledProcess kills a busy process again and again in one directory: no
// answer is undone, and no commit is applied in part.
func TestKilledProcess(t *testing.T) {
	dir := t.TempDir()
	told := make(map[int]int)
	for round := range 6 {
		command, output := startChild(t, dir)
		for range 300 + 400*round {
			if !output.Scan() {
				break
			}
			hear(t, told, output.Text())
		}
		kill(t, command, output, told)
		store, err := pebble.Open(dir, pebble.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for pair := range pairs {
			if count, err := readPair(store, pair); err != nil || count < told[pair] {
				t.Errorf("pair %d: the process was told of %d, now it is %d, %v", pair, told[pair], count, err)
			}
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for pair := range pairs {
		if told[pair] == 0 {
			t.Errorf("pair %d was never counted", pair)
		}
	}
}

// kill ends the child with SIGKILL and reads its remaining output.
func kill(t *testing.T, command *exec.Cmd, output *bufio.Scanner, told map[int]int) {
	t.Helper()
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for output.Scan() {
		hear(t, told, output.Text())
	}
	if err := command.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
}

func hear(t *testing.T, told map[int]int, line string) {
	t.Helper()
	var what string
	var pair, count int
	if n, err := fmt.Sscan(line, &what, &pair, &count); n != 3 {
		t.Fatalf("the child says %q: %v", line, err)
	}
	if told != nil {
		told[pair] = max(told[pair], count)
	}
}
