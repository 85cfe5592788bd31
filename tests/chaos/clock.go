//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// aheadBy is how far the clock of one host is ahead of the others.
const aheadBy = 10 * time.Second

// The one place of the host that reads the clock of the machine for the core.
const (
	clockFile = "host/host.go"
	clockLine = "clock:    time.Now,"
)

// buildAhead builds the command with a clock that is ahead. A program in Go asks
// the kernel for the time, and so ignores libraries such as libfaketime; and the
// product has no switch for a wrong clock. So the compiler gets one file with
// another line.
func buildAhead(dir string) (command string, err error) {
	source, err := os.ReadFile(clockFile)
	if err != nil {
		return "", fmt.Errorf("run this in the root of the repository: %w", err)
	}
	if strings.Count(string(source), clockLine) != 1 {
		return "", fmt.Errorf("%s has not the one line %q: say in tests/chaos/clock.go where the clock is", clockFile, clockLine)
	}
	changed := strings.Replace(string(source), clockLine, fmt.Sprintf("clock: func() time.Time { return time.Now().Add(%d) },", aheadBy), 1)
	absolute, err := filepath.Abs(clockFile)
	if err != nil {
		return "", err
	}
	replacement, overlay := filepath.Join(dir, "host.go"), filepath.Join(dir, "overlay.json")
	files, err := json.Marshal(map[string]any{"Replace": map[string]string{absolute: replacement}})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(replacement, []byte(changed), 0o600); err != nil {
		return "", err
	}
	if err := os.WriteFile(overlay, files, 0o600); err != nil {
		return "", err
	}
	command = filepath.Join(dir, "enrol-ahead")
	output, err := exec.Command("go", "build", "-trimpath", "-overlay", overlay, "-o", command, "./host/cmd/enrol").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return command, nil
}
