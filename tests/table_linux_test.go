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

// onTerminal runs the command with a terminal as its output, and returns what it shows.
func onTerminal(t *testing.T, args ...string) string {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	terminal, err := os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	shown := make(chan string)
	go func() {
		var text bytes.Buffer
		io.Copy(&text, master) // which ends with an error when nobody has the terminal any more
		shown <- text.String()
	}()
	cmd := exec.Command(command, args...)
	cmd.Stdout = terminal
	var errors bytes.Buffer
	cmd.Stderr = &errors
	err = cmd.Run()
	terminal.Close()
	if err != nil {
		t.Fatalf("%q: %v: %s", args, err, errors.String())
	}
	return strings.ReplaceAll(<-shown, "\r\n", "\n")
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
}
