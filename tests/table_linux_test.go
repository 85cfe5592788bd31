package tests

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// openTerminal returns a terminal, and what was shown on it after it was closed.
func openTerminal(t *testing.T) (terminal *os.File, shown func() string) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	if terminal, err = os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	all := make(chan string, 1)
	go func() {
		var text bytes.Buffer
		io.Copy(&text, master) // which ends with an error when nobody has the terminal any more
		all <- text.String()
	}()
	return terminal, func() string {
		terminal.Close()
		return strings.ReplaceAll(<-all, "\r\n", "\n")
	}
}

// onTerminal runs the command with a terminal as its output, and returns what it shows.
func onTerminal(t *testing.T, args ...string) string {
	t.Helper()
	terminal, shown := openTerminal(t)
	cmd := exec.Command(command, args...)
	cmd.Stdout = terminal
	var errors bytes.Buffer
	cmd.Stderr = &errors
	err := cmd.Run()
	text := shown()
	if err != nil {
		t.Fatalf("%q: %v: %s", args, err, errors.String())
	}
	return text
}

func TestListsAreTablesOnATerminal(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	list := []string{"pending", "--status", "to-confirm", "--data", data}
	ok(t, strings.Replace(applicant("ada"), "{", `{"display_name":"Ada  Lovelace",`, 1)+"\n"+applicant("grace-hopper")+"\n", "signup", "--data", data)
	table := strings.Split(onTerminal(t, list...), "\n")
	if len(table) != 4 || strings.Join(strings.Fields(table[0]), " ") != "USER_ID USERNAME EMAIL DISPLAY_NAME SIGN_UP_TIME REMOTE_ADDR" {
		t.Fatalf("%q", table)
	}
	at := strings.Index(table[0], "EMAIL")
	for _, row := range table[1:3] {
		name := strings.Fields(row)[1]
		if !strings.HasPrefix(row[at:], name+"@example.com ") {
			t.Errorf("%q does not fit %q", row, table[0])
		}
	}
	asJSON := onTerminal(t, append(list, "--json")...)
	if piped := ok(t, "", list...); piped != asJSON || strings.Count(piped, `{"user_id":`) != 2 {
		t.Errorf("--json prints %q, a pipe gets %q", asJSON, piped)
	}
	if got := onTerminal(t, "dead", "--data", data); got != "" {
		t.Errorf("no dead letters: %q", got)
	}
	for heads, args := range map[string][]string{
		"USER_ID USERNAME EMAIL STATE APPROVAL LOCKED SIGN_UP_TIME":     {"search", "--username", "ada"},
		"TIME OP RESULT CODES CURRENT_USER TARGET_USER REMOTE_ADDR CID": {"audit", "--since", "2020-01-01"},
		"COUNTER VALUE": {"counters"},
	} {
		table := strings.Split(onTerminal(t, append(args, "--data", data)...), "\n")
		if len(table) < 3 || strings.Join(strings.Fields(table[0]), " ") != heads || strings.ContainsAny(table[1], "{}") {
			t.Errorf("%v: %q", args, table)
		}
	}
}

// TestLongWorkShowsItsProgress runs it with standard error on a terminal, and expects
// a line that is gone at the end.
func TestLongWorkShowsItsProgress(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	ok(t, applicant("ada")+"\n"+applicant("grace")+"\n", "signup", "--data", data, "--conf", write(t, "sso.conf", telling+cheap))
	work := func(by string) {
		for name, want := range map[string]string{"fsck": "1 record read, ", "purge": "0 removed"} {
			terminal, shown := openTerminal(t)
			cmd := exec.Command(command, name, "--data", data)
			cmd.Stderr = terminal
			output, err := cmd.Output()
			text := shown()
			if err != nil || !strings.Contains(text, "\r\x1b[K"+want) || !strings.HasSuffix(text, "\r\x1b[K") || bytes.Contains(output, []byte("\x1b")) {
				t.Errorf("%s %s: %v: %q, and on standard output %q", name, by, err, text, output)
			}
			if got := enrol(t, "", name, "--data", data); got.code != 0 || strings.Contains(got.stderr, "\r") {
				t.Errorf("%s %s without a terminal: %d %q", name, by, got.code, got.stderr)
			}
		}
	}
	work("on its own data")
	s := serve(t, "--data", data)
	work("by a server")
	s.stop(t)
}
