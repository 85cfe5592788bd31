//go:build unix

package host

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/enrol-sso/enrol/kv/private"
)

// A named pipe accepts decisions without a sync, keeps its mode, and is not
// replaced.
func TestAuditTrailInAPipe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe, link := filepath.Join(dir, "pipe"), filepath.Join(dir, "link")
	if err := errors.Join(syscall.Mkfifo(pipe, 0o600), os.Chmod(pipe, 0o644), os.Symlink("pipe", link)); err != nil {
		t.Fatal(err)
	}
	reader, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	lines := bufio.NewReader(reader)
	for _, path := range []string{pipe, link} {
		file := openAudit(t, path)
		mustAppend(t, file, attempt, decision)
		if err := errors.Join(file.Reopen(), file.Ready(t.Context())); err != nil {
			t.Error(err)
		}
		mustAppend(t, file, decision)
		for _, want := range []string{attemptLine, decisionLine, decisionLine} {
			if got, err := lines.ReadString('\n'); got != want || err != nil {
				t.Errorf("%s: got %q, %v", path, got, err)
			}
		}
		if err := errors.Join(file.Err(), file.Close()); err != nil {
			t.Error(err)
		}
	}
	if info, err := os.Stat(pipe); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("the pipe is %v now, %v", info.Mode(), err)
	}
}

func TestAuditTrailInADevice(t *testing.T) {
	t.Parallel()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(os.DevNull, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{os.DevNull, link} {
		file := openAudit(t, path)
		mustAppend(t, file, attempt, decision, decision)
		if err := errors.Join(file.Reopen(), file.Ready(t.Context()), file.Err(), file.Close()); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Links may lead to streams only: a linked file or directory is refused.
func TestAuditLinkMustNotLeadToAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"file", "nowhere", "."} {
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenAuditFile(link, AuditFileOptions{}); !errors.Is(err, private.ErrNotPrivate) {
			t.Errorf("to %s: %v", target, err)
		}
		if err := os.Remove(link); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a link that leads nowhere was followed")
	}
}
