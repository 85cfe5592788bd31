//go:build unix

package private

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// readVariable makes the test binary read the secret that it names.
const readVariable = "ENROL_TEST_READ_SECRET"

func TestMain(m *testing.M) {
	path, set := os.LookupEnv(readVariable)
	if !set {
		os.Exit(m.Run())
	}
	text, err := ReadFile(path)
	if err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
	os.Stdout.WriteString(text)
}

// TestSecretsOfProcesses reads secrets as containers and services mount them, in
// processes of another user. Run by another user than root, it has only the files
// that this user can make.
func TestSecretsOfProcesses(t *testing.T) {
	uid, gid := 65_532, 65_533
	const extra, stranger = 65_534, 65_531
	credential := &syscall.Credential{Uid: 65_532, Gid: 65_533, Groups: []uint32{extra}}
	isRoot := os.Geteuid() == 0
	if !isRoot {
		uid, gid, credential = os.Geteuid(), os.Getegid(), nil
	}
	dir, err := os.MkdirTemp("", "secrets") // a directory of t.TempDir is closed to others
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	binary, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	program, path := filepath.Join(dir, "test"), filepath.Join(dir, "key")
	if err := os.WriteFile(program, binary, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		what         string
		owner, group int
		mode         fs.FileMode
		refusal      string // "" if the secret is read
	}{
		{"systemd, as root", 0, 0, 0o444, ""},
		{"systemd, as the user of the service", uid, gid, 0o400, ""},
		{"Docker", 0, 0, 0o444, ""},
		{"Docker with uid, gid and the mode 0440", uid, gid, 0o440, ""},
		{"Docker with uid and gid", uid, gid, 0o444, ""},
		{"Kubernetes with fsGroup", 0, extra, 0o440, ""},
		{"Kubernetes with fsGroup, of the container's user", uid, extra, 0o440, ""},
		{"root's and writable", 0, extra, 0o640, "belongs to another user"},
		{"root's and writable for all", 0, 0, 0o666, "belongs to another user"},
		{"its own, which the group can write", uid, gid, 0o460, "read or written by others"},
		{"its own, in a foreign group", uid, stranger, 0o440, "its group is not one of this process"},
		{"its own, readable for all in a foreign group", uid, stranger, 0o444, "its group is not one of this process"},
		{"its own with a usual mode", uid, gid, 0o644, "read or written by others"},
		{"another user's in its group", stranger, gid, 0o440, "belongs to another user"},
		{"another user's for all", stranger, stranger, 0o444, "belongs to another user"},
	} {
		if !isRoot && (test.owner != uid || test.group != gid) {
			continue
		}
		write(t, path, test.mode)
		if err := os.Chown(path, test.owner, test.group); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(program)
		cmd.Env = []string{readVariable + "=" + path}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
		output, err := cmd.CombinedOutput()
		switch {
		case test.refusal == "" && (err != nil || string(output) != "secret"):
			t.Errorf("%s: %v, %s", test.what, err, output)
		case test.refusal != "" && (err == nil || !strings.Contains(string(output), test.refusal)):
			t.Errorf("%s: %v, %s, want %q", test.what, err, output, test.refusal)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}
