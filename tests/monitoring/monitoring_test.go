//go:build monitoring

package monitoring

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

const files = "../../host/docs/monitoring"

// promtool runs promtool in a folder, and expects it to find nothing.
func promtool(t *testing.T, dir string, stdin io.Reader, args ...string) {
	t.Helper()
	cmd := exec.Command("promtool", args...)
	cmd.Dir, cmd.Stdin = dir, stdin
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func TestRules(t *testing.T) {
	promtool(t, files, nil, "check", "config", "--syntax-only", "prometheus.yml")
	promtool(t, files, nil, "check", "rules", "alerts.yml")
	promtool(t, files, nil, "test", "rules", "alerts_test.yml")
}

// serve starts the command, and returns the URL of the REST.
func serve(t *testing.T) string {
	t.Helper()
	binary, err := filepath.Abs("../../build/enrol")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "serve", "--native", "--listen", "127.0.0.1:0")
	cmd.Dir = t.TempDir()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	})
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if match := regexp.MustCompile(`msg=serving address=(\S+)`).FindStringSubmatch(lines.Text()); match != nil {
			go io.Copy(io.Discard, stderr)
			return "http://" + match[1]
		}
	}
	t.Fatal("the server does not serve")
	return ""
}

func scrape(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer.Status, err)
	}
	return string(text)
}

// expressions are those of the dashboard.
func expressions(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(files + "/dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			all = append(all, strings.ReplaceAll(target.Expr, "$instance", ".*"))
		}
	}
	if len(all) < 12 {
		t.Errorf("the dashboard has %d expressions", len(all))
	}
	return all
}

func TestDashboardCanBeRead(t *testing.T) {
	type rule struct {
		Record string `json:"record"`
		Expr   string `json:"expr"`
	}
	type group struct {
		Name  string `json:"name"`
		Rules []rule `json:"rules"`
	}
	one := group{Name: "dashboard"}
	for i, expr := range expressions(t) {
		one.Rules = append(one.Rules, rule{"panel:" + strings.Repeat("x", i+1), expr})
	}
	text, err := json.Marshal(map[string]any{"groups": []group{one}}) // YAML too
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "rules.yml"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	promtool(t, dir, nil, "check", "rules", "rules.yml")
}

var metricName = regexp.MustCompile(`\b(?:enrol|pebble|go|process)_[a-z0-9_]+`)

// Every metric that an alert or the dashboard names is one that a server has.
func TestMetricsOfAServer(t *testing.T) {
	url := serve(t)
	body := `{"username":"grace","password":"correct horse battery","email":"grace@example.com","app_list":["CRM"]}`
	answer, err := http.Post(url+"/zato/sso/user/signup", "application/json", strings.NewReader(body))
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer, err)
	}
	answer.Body.Close()
	text := ""
	for !strings.Contains(text, "enrol_deliveries_total{") { // the mail, which takes a moment
		time.Sleep(100 * time.Millisecond)
		text = scrape(t, url)
	}
	promtool(t, ".", strings.NewReader(text), "check", "metrics")
	alerts, err := os.ReadFile(files + "/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range metricName.FindAllString(string(alerts)+strings.Join(expressions(t), "\n"), -1) {
		if !regexp.MustCompile(`(?m)^` + name + `[ {]`).MatchString(text) {
			t.Errorf("the server has no metric %s", name)
		}
	}
	for _, secret := range []string{"grace", "example.com", "127.0.0.1"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the metrics", secret)
		}
	}
}
