package tests

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// names are users whose sign-up was acknowledged.
type names struct {
	mu  sync.Mutex
	all []string
}

func (n *names) add(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = append(n.all, name)
}

func (n *names) now() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.all)
}

// TestBackupsUnderLoadWithKills makes backups while 8 clients sign up, and kills the
// server and the command in the middle. Each backup that was made has everybody whose
// sign-up was acknowledged before it began, and is whole.
func TestBackupsUnderLoadWithKills(t *testing.T) {
	const rounds = 4
	dir := t.TempDir()
	data, backups := filepath.Join(dir, "data"), filepath.Join(dir, "backup")
	conf := write(t, "sso.conf", telling+cheap)
	acknowledged := &names{}
	made := map[string][]string{} // who must be in a backup
	backUp := func() {
		before := acknowledged.now()
		got := enrol(t, "", "backup", "--data", data, backups)
		if generation, _, found := strings.Cut(got.stdout, ": "); got.code == 0 && found {
			made[generation] = before
			return
		}
		// Only the end of the server is a reason.
		for _, reason := range []string{"ended meanwhile", "gave no copy", "in use by another process", "EOF", "connection reset", "connection refused", "the server stops"} {
			if got.code == 3 && strings.Contains(got.stderr, reason) {
				return
			}
		}
		t.Errorf("backup: %d %s", got.code, got.stderr)
	}
	whole := func(generation string) {
		t.Helper()
		restored := filepath.Join(t.TempDir(), "data")
		ok(t, "", "restore", "--data", restored, "--key-file", data+".key", generation)
		if printed := ok(t, "", "fsck", "--data", restored, "--key-file", data+".key"); printed != "" {
			t.Errorf("%s: fsck prints %s", generation, printed)
		}
		var requests strings.Builder
		for _, name := range made[generation] {
			fmt.Fprintf(&requests, "{\"username\":%q}\n", name)
		}
		got := enrol(t, requests.String(), "get", "--data", restored, "--key-file", data+".key", "--conf", conf, "--native")
		if got.code != 0 || strings.Count(got.stdout, `"user_id"`) != len(made[generation]) {
			t.Errorf("%s: not all of %d accounts are there: %d %s", generation, len(made[generation]), got.code, got.stderr)
		}
	}
	for round := range rounds {
		s := serve(t, "--data", data, "--conf", conf, "--native")
		var load sync.WaitGroup
		for worker := range 8 {
			load.Go(func() {
				for n := 0; ; n++ {
					name := fmt.Sprintf("person-%d-%d-%d", round, worker, n)
					if !s.signUp(name) {
						return // the server is dead
					}
					acknowledged.add(name)
				}
			})
		}
		enough := func(n int) {
			await(t, "sign-ups", func() bool { return len(acknowledged.now()) > 60*round+n })
		}
		enough(20)
		backUp()
		interrupted := exec.Command(command, "backup", "--data", data, backups)
		if err := interrupted.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(round) * 15 * time.Millisecond)
		interrupted.Process.Kill()
		interrupted.Wait()
		await(t, "the server removes the copy", func() bool {
			_, err := os.Stat(filepath.Join(data, "CHECKPOINT"))
			return os.IsNotExist(err)
		})
		enough(60)
		killed := make(chan struct{})
		go func() {
			defer close(killed)
			time.Sleep(time.Duration(round*25) * time.Millisecond)
			s.kill()
		}()
		backUp()
		<-killed
		load.Wait()
		// What a kill cut off the log was not acknowledged: the next backups are
		// checked for exactly that, and so the note about it is not needed.
		got := enrol(t, "", "fsck", "--data", data)
		for line := range strings.Lines(got.stdout) {
			if !strings.HasPrefix(line, "DROPPED: ") {
				t.Errorf("fsck: %d %s", got.code, line)
			}
		}
		os.Remove(filepath.Join(data, "DROPPED"))
	}
	backUp() // of what the last kill left
	if len(made) < rounds+1 {
		t.Errorf("%d backups were made", len(made))
	}
	for generation := range made {
		whole(generation)
	}
	generations, err := filepath.Glob(filepath.Join(backups, "2*"))
	if err != nil || len(generations) < len(made) {
		t.Error(generations, err)
	}
	for _, generation := range generations {
		if _, known := made[generation]; !known {
			whole(generation) // of a command that was killed after it had its name
		}
	}
	t.Logf("%d sign-ups, %d backups", len(acknowledged.now()), len(made))
}

// TestServerContinuesAfterARestore starts a server on restored data with the audit
// trail that goes on.
func TestServerContinuesAfterARestore(t *testing.T) {
	dir := t.TempDir()
	data, backups := filepath.Join(dir, "data"), filepath.Join(dir, "backup")
	conf := write(t, "sso.conf", telling+cheap)
	s := serve(t, "--data", data, "--conf", conf, "--native")
	s.signUp("ada")
	ok(t, "", "backup", "--data", data, backups)
	s.signUp("bob")
	s.stop(t)
	if err := os.Rename(data, data+".old"); err != nil {
		t.Fatal(err)
	}
	ok(t, "", "restore", "--data", data, backups)
	s = serve(t, "--data", data, "--conf", conf, "--native")
	if !s.signUp("bob") || !s.signUp("carol") || s.signUp("ada") {
		t.Error("the accounts are not those of the backup")
	}
	s.stop(t)
	if printed := ok(t, "", "fsck", "--data", data); printed != "" {
		t.Error(printed)
	}
	key := strings.TrimSpace(ok(t, "", "audit", "key", "--data", data))
	ok(t, "", "audit", "verify", "--key", key, data+".audit.jsonl")
}

// TestBackupGuide runs the commands of the guide: the line of the crontab next to a
// server, and the restore.
func TestBackupGuide(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	conf := write(t, "sso.conf", telling+cheap)
	s := serve(t, "--data", data, "--conf", conf, "--native")
	s.signUp("ada")
	ran := map[string]bool{}
	for _, line := range guideCommands(t, "running.md", "Backup") {
		line = strings.TrimPrefix(line, "17 * * * * ")
		line = strings.NewReplacer("/var/lib/enrol", dir, "/mnt/backup", filepath.Join(dir, "mnt")).Replace(line)
		ran[strings.Join(strings.Fields(line)[:2], " ")] = true
		switch line {
		case "systemctl stop enrol":
			s.stop(t)
			continue
		case "systemctl start enrol":
			s = serve(t, "--data", data, "--conf", conf, "--native")
			continue
		}
		if printed, err := guideShell(dir, line); err != nil || strings.HasPrefix(line, "enrol backup") && len(printed) > 0 {
			t.Errorf("%s: %v: %s", line, err, printed)
		}
	}
	s.stop(t)
	for _, want := range []string{"enrol backup", "systemctl stop", "enrol restore", "enrol fsck", "systemctl start"} {
		if !ran[want] {
			t.Errorf("the guide has no %s", want)
		}
	}
	ok(t, `{"username":"ada"}`+"\n", "get", "--data", data, "--conf", conf, "--native")
}
