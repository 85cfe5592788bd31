package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/host/internal/backup"
)

// generations returns the names of the backups in a directory.
func (h *workdir) generations(dir string) []string {
	h.t.Helper()
	names, err := backup.Generations(h.path(dir))
	if err != nil || len(names) == 0 {
		h.t.Fatal(names, err)
	}
	return names
}

// restored restores a backup into new data, and checks that.
func (h *workdir) restored(into, from string) {
	h.t.Helper()
	h.run("", "restore", "--data", into, "--key-file", "data.key", from).want(exitOK)
	if got := h.run("", "fsck", "--data", into, "--key-file", "data.key").want(exitOK); got.stdout != "" {
		h.t.Errorf("fsck prints %s", got.stdout)
	}
}

// has reports whether data has an account.
func (h *workdir) has(data, name string) bool {
	h.t.Helper()
	return h.fast("", "get", "--data", data, "--key-file", "data.key", "--username", name).status == exitOK
}

func TestBackupOfStoppedDataIsRestored(t *testing.T) {
	h := settled(t)
	printed := h.run("", "backup", "backup").want(exitOK).stdout
	name := h.generations("backup")[0]
	if !strings.HasPrefix(printed, filepath.Join("backup", name)+": ") || !strings.Contains(printed, " 0.0 kB copied") {
		t.Errorf("printed %q", printed)
	}
	h.fast(request("carol"), "signup").want(exitOK)
	h.restored("restored", "backup")
	if !h.has("restored", "ada") || !h.has("restored", "bob") || h.has("restored", "carol") {
		t.Error("the accounts are not those of the backup")
	}
	h.fast(request("dora"), "signup", "--data", "restored", "--key-file", "data.key").want(exitOK)

	err := filepath.WalkDir(h.path("backup"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %v", path, info.Mode())
		}
		if text, readErr := os.ReadFile(path); readErr == nil && strings.Contains(string(text), strings.TrimSpace(h.read("data.key"))) {
			t.Errorf("%s has the secret key", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestBackupBesideAServer(t *testing.T) {
	h := settled(t)
	p, address := h.serve("--conf", "sso.conf")
	h.run("", "backup", "backup").want(exitOK)
	if status, _, err := post(address, signupPath, flat("carol")); status != 200 || err != nil {
		t.Fatal(status, err)
	}
	h.run("", "backup", "backup").want(exitOK)
	names := h.generations("backup")
	if len(names) != 2 {
		t.Fatal(names)
	}
	h.run("", "restore", "backup").want(exitMistake, "a server uses ./data")
	h.restored("first", filepath.Join("backup", names[0]))
	h.restored("second", "backup")
	if h.has("first", "carol") || !h.has("second", "carol") {
		t.Error("the accounts are not those of the backups")
	}
	if h.exists("data/CHECKPOINT") {
		t.Error("the server keeps its copy")
	}
	if !strings.Contains(h.read("data.audit.jsonl"), `"store.backup"`) {
		t.Error("the audit trail does not say who made the backup")
	}

	// Two commands at once share neither the directory nor the server's copy.
	var both sync.WaitGroup
	results := make([]ran, 2)
	for i := range results {
		both.Go(func() { results[i] = h.run("", "backup", fmt.Sprint("other", i)) })
	}
	both.Wait()
	for _, got := range results {
		if got.status != exitOK && !strings.Contains(got.stderr, "another checkpoint is in use") {
			t.Errorf("%d %s", got.status, got.stderr)
		}
	}

	p.signal(syscall.SIGTERM)
	p.wait().want(exitOK)
	h.run("", "restore", "backup").want(exitMistake, "it is not empty")
	h.fast("", "get", "--username", "carol").want(exitOK)
}

func TestBackupsShareTheirFiles(t *testing.T) {
	h := settled(t)
	h.run("", "backup", "backup").want(exitOK)
	h.run("", "backup", "backup").want(exitOK)
	names := h.generations("backup")
	shared := 0
	tables, err := filepath.Glob(h.path(filepath.Join("backup", names[1], "files", "*.sst")))
	if err != nil || len(tables) == 0 {
		t.Fatal(tables, err)
	}
	for _, table := range tables {
		one, err := os.Stat(table)
		if err != nil {
			t.Fatal(err)
		}
		if other, err := os.Stat(h.path(filepath.Join("backup", names[0], "files", filepath.Base(table)))); err == nil && os.SameFile(one, other) {
			shared++
		}
	}
	if shared == 0 {
		t.Error("no table is shared")
	}
	h.run("", "backup", "--keep", "2", "backup").want(exitOK)
	left := h.generations("backup")
	if len(left) != 2 || left[0] != names[1] {
		t.Errorf("left are %v, of %v", left, names)
	}
	h.restored("restored", "backup")
	h.run("", "backup", "--keep", "-1", "backup").want(exitMistake, "--keep")
}

func TestBackupRefusesOtherDirectories(t *testing.T) {
	h := settled(t)
	h.write("file", "", 0o600)
	os.Mkdir(h.path("full"), 0o755)
	h.write("full/other", "", 0o600)
	h.run("", "backup", "full").want(exitMistake, `"other"`)
	if info, err := os.Stat(h.path("full")); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("the mode of the directory of others is changed: %v, %v", info.Mode(), err)
	}
	h.run("", "backup", "file").want(exitFault, "file")
	h.run("", "backup", "data").want(exitMistake, "is within the data directory")
	h.run("", "backup", "data/backup").want(exitMistake, "is within the data directory")
	h.run("", "backup", "--data", "missing", "backup").want(exitMistake, "no data directory missing")
	h.run("", "backup").want(exitMistake, "DIR")
	h.fast("", "get", "--username", "ada").want(exitOK)
	for _, command := range []string{"backup", "restore"} {
		h.run("", command, "--store", "postgres://x@localhost/enrol", "backup").want(exitMistake, "postgres://localhost/enrol", "pg_dump or pg_basebackup")
		h.run("", command, "--store", "etcd://localhost:2379/enrol", "backup").want(exitMistake, "etcdctl snapshot save")
	}
	if h.exists("backup") {
		t.Error("a directory was made")
	}
}

// A backup that was made while the clock was ahead is not taken for the newest one later.
func TestBackupAfterTheClockWasAhead(t *testing.T) {
	h := settled(t)
	h.run("", "backup", "backup").want(exitOK)
	const ahead = "20990101T000000.000Z"
	if err := os.Rename(h.path("backup/"+h.generations("backup")[0]), h.path("backup/"+ahead)); err != nil {
		t.Fatal(err)
	}
	h.fast(request("carol"), "signup").want(exitOK)
	h.run("", "backup", "--keep", "1", "backup").want(exitOK)
	if left := h.generations("backup"); len(left) != 1 || left[0] <= ahead {
		t.Errorf("left are %v", left)
	}
	h.restored("restored", "backup")
	if !h.has("restored", "carol") {
		t.Error("the newest backup is lost")
	}
}

// A server that does not answer keeps no command from ending.
func TestBackupIsInterruptedWhileItWaitsForAServer(t *testing.T) {
	h := settled(t)
	server, _ := h.serve("--conf", "sso.conf")
	server.signal(syscall.SIGSTOP)
	defer server.signal(syscall.SIGCONT)
	p := h.start("backup", "backup")
	for !h.exists("backup/LOCK") {
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond) // it asks the server, or will see the signal at once
	p.signal(syscall.SIGINT)
	p.wait().want(exitFault, "interrupted")
}

// What an interrupted backup left is not taken for a backup, and the next one removes it.
func TestInterruptedBackup(t *testing.T) {
	h := settled(t)
	h.run("", "backup", "backup").want(exitOK)
	whole := h.generations("backup")
	if err := os.Rename(h.path("backup/"+whole[0]), h.path("backup/.making")); err != nil {
		t.Fatal(err)
	}
	h.run("", "restore", "--data", "restored", "--key-file", "data.key", "backup").want(exitMistake, "there is no backup in backup")
	h.run("", "backup", "backup").want(exitOK)
	if h.exists("backup/.making") || len(h.generations("backup")) != 1 {
		t.Error("it is still there")
	}
	h.restored("restored", "backup")
}

func TestDamagedBackupsAreRefused(t *testing.T) {
	h := settled(t)
	h.run("", "backup", "whole").want(exitOK)
	name := h.generations("whole")[0]
	manifest := h.read("whole/" + name + "/manifest.json")
	var listed backup.Manifest
	if err := json.Unmarshal([]byte(manifest), &listed); err != nil {
		t.Fatal(err)
	}
	table := ""
	for _, file := range listed.Files {
		if strings.HasSuffix(file.Name, ".sst") {
			table = "files/" + file.Name
		}
	}
	rewrite := func(path string, change func([]byte) []byte) error {
		text, err := os.ReadFile(path)
		os.Remove(path) // it is shared
		if err == nil {
			err = os.WriteFile(path, change(text), 0o600)
		}
		return err
	}
	flip := func(text []byte) []byte {
		text[len(text)/2] ^= 1
		return text
	}
	cut := func(text []byte) []byte { return text[:len(text)-1] }
	for what, harm := range map[string]struct {
		do   func(dir string) error
		says string
	}{
		"a missing file":        {func(dir string) error { return os.Remove(dir + table) }, "is missing"},
		"a changed byte":        {func(dir string) error { return rewrite(dir+table, flip) }, "is not what was written"},
		"a truncated file":      {func(dir string) error { return rewrite(dir+table, cut) }, "is not what was written"},
		"a file too many":       {func(dir string) error { return os.WriteFile(dir+"files/999999.sst", nil, 0o600) }, `"999999.sst" is not in the manifest`},
		"one next to the files": {func(dir string) error { return os.WriteFile(dir+"other", nil, 0o600) }, `"other" is not in the manifest`},
		"a link": {func(dir string) error {
			return errors.Join(os.Remove(dir+table), os.Symlink(h.path("whole/"+name+"/"+table), dir+table))
		}, "is not a regular file"},
		"a changed manifest": {func(dir string) error { return rewrite(dir+"manifest.json", flip) }, "manifest.json is not what was written"},
		"a cut manifest":     {func(dir string) error { return rewrite(dir+"manifest.json", cut) }, "manifest.json is not what was written"},
		"no manifest":        {func(dir string) error { return os.Remove(dir + "manifest.json") }, "manifest.json is missing"},
		"no sum":             {func(dir string) error { return os.Remove(dir + "manifest.json.sha256") }, "manifest.json.sha256 is missing"},
		"no files":           {func(dir string) error { return os.RemoveAll(dir + "files") }, "files is missing"},
	} {
		t.Run(what, func(t *testing.T) {
			h := &workdir{t: t, dir: h.dir}
			os.RemoveAll(h.path("harmed"))
			if err := os.CopyFS(h.path("harmed"), os.DirFS(h.path("whole"))); err != nil {
				t.Fatal(err)
			}
			if err := harm.do(h.path("harmed/"+name) + "/"); err != nil {
				t.Fatal(err)
			}
			h.run("", "restore", "--data", "restored", "--key-file", "data.key", "harmed/"+name).want(exitFault, "the backup harmed/"+name+" is damaged", harm.says)
			if h.exists("restored") {
				t.Error("something was restored")
			}
		})
	}
	h.restored("restored", "whole")
}

func TestRestoreNeedsItsVersionAndKey(t *testing.T) {
	h := settled(t)
	h.run("", "backup", "backup").want(exitOK)
	key := h.read("data.key")
	refused := func(keyFile string, status int, texts ...string) {
		t.Helper()
		h.run("", "restore", "--data", "restored", "--key-file", keyFile, "backup").want(status, texts...)
		if h.exists("restored") {
			t.Error("something was restored")
		}
	}
	refused("missing.key", exitMistake, "the key file missing.key is missing")
	h.write("other.key", string(host.NewSecretKey()), 0o600)
	id, _, _ := strings.Cut(key, ":")
	_, other, _ := strings.Cut(h.read("other.key"), ":")
	h.write("other.key", "other:"+other, 0o600)
	refused("other.key", exitMistake, "other.key is not the key", "it needs the key "+id)
	h.write("same.key", id+":"+other, 0o600)
	refused("same.key", exitMistake, "same.key is not the key", h.generations("backup")[0])

	dir := h.path("backup/" + h.generations("backup")[0])
	later := strings.Replace(h.read("backup/"+filepath.Base(dir)+"/manifest.json"), `"format": 1,`, `"format": 2,`, 1)
	h.write("backup/"+filepath.Base(dir)+"/manifest.json", later, 0o600)
	h.shell("cd " + dir + " && sha256sum manifest.json > manifest.json.sha256")
	refused("data.key", exitFault, "has the format 2, known up to 1", "a later one")
}
