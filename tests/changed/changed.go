// Package changed builds the command with another line in its sources, for tests
// that need a product with another clock or of another version: the product has no
// switch for that.
package changed

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Build builds the command from the sources in root, and returns its path in dir.
// In the file, a path below root, replacement stands for line. It returns an error
// if the file does not have the line exactly once, and one with what the compiler
// says.
func Build(root, dir, file, line, replacement string) (command string, err error) {
	path, err := filepath.Abs(filepath.Join(root, file))
	if err != nil {
		return "", err
	}
	source, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if strings.Count(string(source), line) != 1 {
		return "", fmt.Errorf("%s must have the line %q once", file, line)
	}
	changed, overlay := filepath.Join(dir, filepath.Base(file)), filepath.Join(dir, "overlay.json")
	files, err := json.Marshal(map[string]any{"Replace": map[string]string{path: changed}})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(changed, []byte(strings.Replace(string(source), line, replacement, 1)), 0o600); err != nil {
		return "", err
	}
	if err := os.WriteFile(overlay, files, 0o600); err != nil {
		return "", err
	}
	command = filepath.Join(dir, "enrol-changed")
	build := exec.Command("go", "build", "-trimpath", "-overlay", overlay, "-o", command, "./host/cmd/enrol")
	build.Dir = root
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return command, nil
}
