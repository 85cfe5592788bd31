package tests

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// varies are the members of answers that differ from run to run.
var varies = regexp.MustCompile(`^(cid|confirm_token|user_id|password_expiry|password_last_set|.*_time)$`)

// likeness is an answer without the values that differ: it keeps their lengths.
func likeness(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if text, is := member.(string); is && varies.MatchString(name) {
				value[name] = strings.Repeat("x", len(text))
			} else {
				value[name] = likeness(member)
			}
		}
	case []any:
		for i := range value {
			value[i] = likeness(value[i])
		}
	}
	return value
}

// The examples of host/docs/http.md, one after the other, get the answers that
// the page has.
func TestExamplesOfTheHTTPPageAreTrue(t *testing.T) {
	page, err := os.ReadFile("../host/docs/http.md")
	if err != nil {
		t.Fatal(err)
	}
	conf := regexp.MustCompile("(?s)```ini\n(.*?)```").FindSubmatch(page)
	examples := regexp.MustCompile("(?s)```sh\n(.*?)```\n+```json\n(.*?)```").FindAllSubmatch(page, -1)
	if conf == nil || len(examples) < 10 {
		t.Fatalf("the page has %d examples", len(examples))
	}
	key := strings.Repeat("0123456789abcdef", 4)
	keyFile := write(t, "super.key", key)
	s := serve(t, "--data", filepath.Join(t.TempDir(), "data"), "--conf", write(t, "sso.conf", string(conf[1])), "--super-api-key-file", keyFile)
	defer s.stop(t)
	given := map[string]string{"at": s.url + "/zato/sso/user", "ENROL_SUPER_API_KEY": key}
	for _, example := range examples {
		command := strings.ReplaceAll(string(example[1]), "http://127.0.0.1:8080", s.url)
		cmd := exec.Command("sh", "-c", command)
		cmd.Env = os.Environ()
		for name, value := range given {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
		output, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v: %s", command, err, output)
		}
		var got, want map[string]any
		if err := json.Unmarshal(output, &got); err != nil {
			t.Fatalf("%s: %v: %s", command, err, output)
		}
		if err := json.Unmarshal(example[2], &want); err != nil {
			t.Fatalf("%v: %s", err, example[2])
		}
		if token, ok := got["confirm_token"].(string); ok {
			given["token"] = token
		}
		if id, ok := got["user_id"].(string); ok {
			given["user_id"] = id
		}
		if !reflect.DeepEqual(likeness(got), likeness(want)) {
			t.Errorf("%s\nanswered\n%s\nthe page has\n%s", command, output, example[2])
		}
	}
}
