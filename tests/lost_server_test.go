package tests

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

// TestBatchThatLosesItsServer kills the server in the middle of a batch, and expects
// to hear which line was not done, and from which line on nothing was begun.
func TestBatchThatLosesItsServer(t *testing.T) {
	key := write(t, "super.key", strings.Repeat("x", 32))
	for name, flags := range map[string]func(data string, s *server) []string{
		"by the socket": func(data string, _ *server) []string { return []string{"--data", data} },
		"by a URL":      func(_ string, s *server) []string { return []string{"--server", s.url, "--super-api-key-file", key} },
	} {
		t.Run(name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			conf := write(t, "sso.conf", telling+cheap)
			s := serve(t, "--data", data, "--conf", conf, "--super-api-key-file", key)
			batch := exec.Command(command, append([]string{"signup"}, flags(data, s)...)...)
			var stderr bytes.Buffer
			batch.Stderr = &stderr
			input, err := batch.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			output, err := batch.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := batch.Start(); err != nil {
				t.Fatal(err)
			}
			go func() { // endless: only the loss of the server ends the batch
				defer input.Close()
				for n := 2; ; n++ {
					if _, err := io.WriteString(input, "\n"+applicant(fmt.Sprint("line", n))+"\n"); err != nil { // each second line is blank
						return
					}
				}
			}()
			var undone []int // lines
			answers, last := bufio.NewScanner(output), 0
			for n := 1; answers.Scan(); n++ {
				var answer signup.Response
				if err := json.Unmarshal(answers.Bytes(), &answer); err != nil {
					t.Fatal(err)
				}
				if last = 2 * n; !answer.OK() {
					undone = append(undone, last)
				}
				if n == 100 {
					s.kill()
				}
			}
			_ = batch.Wait()
			if len(undone) == 0 || batch.ProcessState.ExitCode() != 3 {
				t.Fatalf("%d answers are of lines that were not done, and the batch ended with %d: %s", len(undone), batch.ProcessState.ExitCode(), &stderr)
			}
			for _, want := range []string{
				"gave no answer",
				fmt.Sprintf("%d of %d requests failed with a fault and can be repeated, the first in line %d", len(undone), last/2, undone[0]),
				"; lines from ",
			} {
				if !strings.Contains(stderr.String(), want) {
					t.Errorf("it does not say %q: %s", want, &stderr)
				}
			}
			var next int
			if _, after, found := strings.Cut(stderr.String(), "; lines from "); found {
				_, _ = fmt.Sscan(after, &next)
			}
			if next != last+1 && next != last+2 { // a blank line may have been read
				t.Errorf("the last answer is of line %d, and the batch says that lines from %d on were not begun", last, next)
			}

			s = serve(t, "--data", data, "--conf", conf, "--super-api-key-file", key)
			var done strings.Builder
			for n := 2; n < undone[0]; n += 2 {
				fmt.Fprintf(&done, "{\"username\":\"line%d\"}\n", n/2+1)
			}
			ok(t, done.String(), "get", "--data", data)
			s.stop(t)
		})
	}
}
