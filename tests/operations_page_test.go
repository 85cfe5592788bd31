package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func operationsPage(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../host/docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestOperationsGuide runs the commands of the guide next to a server: keys, their
// copy, and an upgrade to the same version. The files of the server have the modes
// that the page has.
func TestOperationsGuide(t *testing.T) {
	dir := t.TempDir()
	place := strings.NewReplacer("/var/lib/enrol", filepath.Join(dir, "lib"), "/var/tmp", filepath.Join(dir, "trials"), "/etc/enrol", filepath.Join(dir, "etc"),
		"/mnt/backup", filepath.Join(dir, "mnt"), "/mnt/safe", filepath.Join(dir, "safe"), "/usr/local/bin", filepath.Join(dir, "bin"), "/tmp/copy.pub", filepath.Join(dir, "copy.pub"))
	for _, name := range []string{"lib", "trials", "etc", "mnt", "safe", "bin"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(command, filepath.Join(dir, "enrol")); err != nil { // the new version
		t.Fatal(err)
	}
	ran := map[string]bool{}
	run := func(line string) {
		t.Helper()
		ran[strings.Join(strings.Fields(line)[:2], " ")] = true
		if printed, err := guideShell(dir, place.Replace(line)); err != nil {
			t.Errorf("%s: %v: %s", line, err, printed)
		}
	}
	keys := guideCommands(t, "operations.md", "Keys")
	umask := keys[0]
	for _, line := range keys[1:] {
		if strings.HasPrefix(line, "openssl") {
			run(umask + "; " + line)
		}
	}
	conf := filepath.Join(dir, "etc", "sso.conf")
	if err := os.WriteFile(conf, []byte(telling+cheap), 0o600); err != nil {
		t.Fatal(err)
	}
	flags := strings.Fields(place.Replace("--data /var/lib/enrol/data --key-file /etc/enrol/secret.key --api-key-file /etc/enrol/api.key --super-api-key-file /etc/enrol/super.key --native --conf " + conf))
	ok(t, applicant("ada")+"\n", "signup", "--data", flags[1], "--key-file", flags[3], "--conf", conf, "--native")
	s := serve(t, flags...)
	if key, err := os.ReadFile(flags[3]); err != nil || os.WriteFile(filepath.Join(dir, "safe", "secret.key"), key, 0o600) != nil {
		t.Fatal(err)
	}
	for _, line := range keys[1:] {
		if strings.HasPrefix(line, "enrol audit key") {
			run(line)
		}
	}

	rows := regexp.MustCompile("(?m)^\\| `(/(?:var/lib|etc)/enrol/[a-z.]+)`(?: and rotated ones|, `(/etc/enrol/[a-z.]+)`)? \\| (0\\d+) \\|").FindAllStringSubmatch(operationsPage(t), -1)
	for _, row := range rows {
		for _, path := range row[1:3] {
			if path == "" {
				continue
			}
			info, err := os.Lstat(place.Replace(path))
			if err != nil {
				t.Error(err)
			} else if mode := fmt.Sprintf("%#04o", info.Mode().Perm()); mode != row[3] {
				t.Errorf("%s has mode %s, and %s on the page", path, mode, row[3])
			}
		}
	}
	if len(rows) != 5 {
		t.Errorf("%d rows with modes were read", len(rows))
	}

	for _, line := range guideCommands(t, "operations.md", "Upgrading") {
		switch line {
		case "systemctl restart enrol":
			s.stop(t)
			s = serve(t, flags...)
		case "enrol health":
			run(line + " --url " + s.url)
		default:
			run(line)
		}
	}
	s.stop(t)
	for _, want := range []string{"umask 077;", "enrol audit", "enrol backup", "./enrol restore", "./enrol fsck", "./enrol conf", "install -m", "enrol health", "enrol version"} {
		if !ran[want] {
			t.Errorf("the guide has no %s", want)
		}
	}
	ok(t, `{"username":"ada"}`+"\n", "get", "--data", flags[1], "--key-file", flags[3], "--conf", conf, "--native")
}

// The limits of the page are those of the code, and its figures those of the page about
// stores.
func TestFiguresOfTheOperationsPageAreTrue(t *testing.T) {
	page := operationsPage(t)
	for _, limit := range []struct{ path, source, page string }{
		{"host/httpapi/limit.go", `maxConnections\s+= (1024)`, "| %s, and 64 for health checks |"},
		{"host/httpapi/limit.go", `reserveConnections = (64)`, "| 1024, and %s for health checks |"},
		{"host/httpapi/server.go", `maxHeaderBytes\s+= (16) << 10`, "| %s KiB, within 5 s |"},
		{"host/httpapi/server.go", `readHeaderTimeout = (\d+) \* time.Second`, "| 16 KiB, within %s s |"},
		{"host/httpapi/server.go", `readTimeout\s+= (\d+) \* time.Second`, "| 65,536 bytes, within %s s |"},
		{"host/httpapi/body.go", `maxBody = (64) << 10`, "| 65,536 bytes, within"},
		{"host/options.go", `o.Timeout = time.(Minute)`, "| an operation | 60 s |"},
		{"host/options.go", `o.HashQueue = (\d+)`, "| %s per kind of operation,"},
		{"host/options.go", `o.HashWait = (\d+) \* time.Second`, "`--hash-wait` (%s s) |"},
		{"host/services.go", `maxAnswer = (\d+) << 10`, "an answer of %s KiB |"},
		{"signup/host.go", `MaxCallSeconds = (\d+)`, "| a call of a service | %s s,"},
		{"signup/internal/record/event.go", `MaxTries = (\d+)`, "| tries of an event | %s |"},
		{"kv/SCALING.md", `took (29\.5) ms of CPU per sign-up`, "| %s ms for a sign-up with the default hash"},
		{"kv/SCALING.md", `= (\d+) ms for the hash`, "%s of them for the hash"},
		{"kv/SCALING.md", `Pebble \| 1,000,000 \| 1 \| (\d+) \|`, "| %s bytes per account in Pebble"},
		{"kv/SCALING.md", `PostgreSQL \| 1,000,000 \| 1 \| ([\d,]+) \|`, "%s in PostgreSQL |"},
		{"kv/SCALING.md", `Pebble \| 1,000,000 \|.* (\d+) \|`, "| %s KiB per sign-up in Pebble"},
		{"host/docs/command.md", "`enrol fsck` \\| (\\d+) MB", "| %s MB for `fsck` of 100,000 accounts"},
	} {
		source, err := os.ReadFile("../" + limit.path)
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(limit.source).FindSubmatch(source)
		if found == nil {
			t.Errorf("%s has no %s", limit.path, limit.source)
			continue
		}
		if want := strings.Replace(limit.page, "%s", string(found[1]), 1); !strings.Contains(page, want) {
			t.Errorf("the page has no %q, although %s has %s", want, limit.path, found[0])
		}
	}
}
