//go:build deploy

package deploy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	files = "../../host/deploy/"
	tools = "../../build/deploy/bin/"
	user  = 65_532
)

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	output, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, output)
	}
	return string(output)
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// place lays a directory that everybody may enter, with the command and the files of
// secrets, of root and of one mode.
func place(t *testing.T, secrets os.FileMode) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "enrol-deploy-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	run(t, "install", "-D", "../../build/enrol", dir+"/bin/enrol")
	for name, text := range map[string]string{
		"secret.key": "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
		"api.key":    strings.Repeat("a", 43), "super.key": strings.Repeat("s", 43),
	} {
		path := filepath.Join(dir, "secrets", name)
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(text), secrets); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.Chown(path, 0, user), os.Chmod(path, secrets)); err != nil { // as with fsGroup of Kubernetes
			t.Fatal(err)
		}
	}
	run(t, "../../build/enrol", "conf", "init", dir+"/sso.conf")
	run(t, "chmod", "644", dir+"/sso.conf")
	run(t, "install", "-d", "-o", "65532", "-g", "65532", "-m", "700", dir+"/var/lib/enrol")
	run(t, "install", "-d", "-m", "1777", dir+"/tmp")
	run(t, "chmod", "755", dir)
	return dir
}

// free returns a port that nobody uses.
func free(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

// serve starts a server, waits until the health check succeeds, signs somebody up and
// stops it.
func serve(t *testing.T, server *exec.Cmd, health func() *exec.Cmd, port string) {
	t.Helper()
	var log bytes.Buffer
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	deadline := time.Now().Add(90 * time.Second)
	for {
		select {
		case err := <-ended:
			t.Fatalf("it ended: %v\n%s", err, log.String())
		default:
		}
		output, err := health().CombinedOutput()
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			server.Process.Kill()
			t.Fatalf("it is not healthy: %s", output)
		}
		time.Sleep(200 * time.Millisecond)
	}
	answer := run(t, "curl", "-s", "-H", "Authorization: Bearer "+strings.Repeat("a", 43), "http://127.0.0.1:"+port+"/zato/sso/user/signup",
		"-d", `{"username":"ada","password":"correct horse battery staple","email":"ada@example.org","app_list":["CRM"]}`)
	var a struct{ Status string }
	if json.Unmarshal([]byte(answer), &a) != nil || a.Status != "ok" {
		t.Errorf("the sign-up answered %s", answer)
	}
	server.Process.Signal(syscall.SIGTERM)
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v\n%s", err, log.String())
	}
}

func TestUnitOfSystemd(t *testing.T) {
	dir := place(t, 0o440)
	text := read(t, files+"enrol.service")
	unit := filepath.Join(t.TempDir(), "enrol.service")
	if err := os.WriteFile(unit, []byte(strings.ReplaceAll(text, "/usr/local/bin/enrol", dir+"/bin/enrol")), 0o644); err != nil {
		t.Fatal(err)
	}
	if found := run(t, "systemd-analyze", "verify", "--man=no", unit); found != "" {
		t.Error(found)
	}
	// The exposure is in tenths: 2.0 at most, "OK".
	run(t, "systemd-analyze", "security", "--offline=true", "--threshold=20", unit)

	line := regexp.MustCompile(`(?m)^ExecStart=(.+)$`).FindStringSubmatch(text)
	if line == nil {
		t.Fatal("there is no ExecStart")
	}
	port := free(t)
	command := strings.NewReplacer("/usr/local/bin", dir+"/bin", "/etc/enrol/sso.conf", dir+"/sso.conf", "/var/lib/enrol", dir+"/var/lib/enrol",
		"${CREDENTIALS_DIRECTORY}", dir+"/secrets").Replace(line[1])
	server := exec.Command("sh", "-c", "exec "+command+" --native --listen 127.0.0.1:"+port)
	server.Env = []string{"XDG_CACHE_HOME=" + dir + "/tmp"}
	server.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user}}
	serve(t, server, func() *exec.Cmd { return exec.Command(dir+"/bin/enrol", "health", "--url", "http://127.0.0.1:"+port) }, port)
}

// TestContainer runs the command of the image where nothing else is, with a root that
// cannot be written.
func TestContainer(t *testing.T) {
	run(t, tools+"hadolint", files+"Dockerfile")
	text := read(t, files+"Dockerfile")
	list := func(instruction string) []string {
		found := regexp.MustCompile(`(?m)^` + instruction + `(\[.+\])$`).FindStringSubmatch(text)
		var words []string
		if found == nil || json.Unmarshal([]byte(found[1]), &words) != nil {
			t.Fatalf("there is no %s", instruction)
		}
		return words
	}
	dir, port := place(t, 0o444), free(t)
	inside := func(words ...string) *exec.Cmd {
		for i, word := range words {
			words[i] = strings.NewReplacer("0.0.0.0:8080", "127.0.0.1:"+port, "127.0.0.1:8080", "127.0.0.1:"+port).Replace(word)
		}
		const mounts = `set -e
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
mount --bind "$2" "$1/var/lib/enrol"
mount -o remount,bind,rw "$1/var/lib/enrol"
mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
root=$1; shift 2
exec chroot --userspec=65532:65532 --groups= "$root" "$@"`
		cmd := exec.Command("unshare", append([]string{"--mount", "sh", "-c", mounts, "sh", dir, dir + "/var/lib/enrol"}, words...)...)
		cmd.Env = []string{"XDG_CACHE_HOME=/tmp", "ENROL_API_KEY=" + strings.Repeat("a", 43), "PATH=" + os.Getenv("PATH")}
		return cmd
	}
	serve(t, inside(append(list("ENTRYPOINT "), list("CMD ")...)...), func() *exec.Cmd { return inside(list("HEALTHCHECK .* CMD ")...) }, port)
}

func TestManifestOfKubernetes(t *testing.T) {
	if found := run(t, tools+"kubernetes-validate", "--strict", files+"kubernetes.yaml"); strings.Count(found, " passed ") != 2 {
		t.Error(found)
	}
	var objects []map[string]any
	text := run(t, tools+"python", "-c", "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))", files+"kubernetes.yaml")
	if err := json.Unmarshal([]byte(text), &objects); err != nil {
		t.Fatal(err)
	}
	var args []string
	for _, object := range objects {
		if object["kind"] == "StatefulSet" {
			pod := object["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any)
			for _, arg := range pod["containers"].([]any)[0].(map[string]any)["args"].([]any) {
				args = append(args, fmt.Sprint(arg))
			}
		}
	}
	dir, port := place(t, 0o440), free(t)
	for i, arg := range args {
		args[i] = strings.NewReplacer("0.0.0.0:8080", "127.0.0.1:"+port, "/etc/enrol/sso.conf", dir+"/sso.conf", "/var/lib/enrol", dir+"/var/lib/enrol",
			"/run/secrets/enrol", dir+"/secrets").Replace(arg)
	}
	server := exec.Command(dir+"/bin/enrol", append(args, "--native")...)
	server.Env = []string{"XDG_CACHE_HOME=" + dir + "/tmp"}
	server.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user}}
	serve(t, server, func() *exec.Cmd { return exec.Command(dir+"/bin/enrol", "health", "--url", "http://127.0.0.1:"+port) }, port)
}
