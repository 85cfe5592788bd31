package tests

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestLayoutOfLockFiles expects lock files of npm that name no registry, so that npm uses the one that
// it is configured with, and next to each the setting that keeps npm from naming one.
func TestLayoutOfLockFiles(t *testing.T) {
	address := regexp.MustCompile(`"resolved": "[a-z+]+://[^"]*"`)
	count := 0
	sources(t, func(path string) {
		if filepath.Base(path) != "package-lock.json" {
			return
		}
		count++
		lock, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if found := address.Find(lock); found != nil {
			t.Errorf("%s has %s: let npm write it again", path, found)
		}
		settings := filepath.Join(filepath.Dir(path), ".npmrc")
		text, err := os.ReadFile(settings)
		if err != nil {
			t.Errorf("%s has no .npmrc next to it: %v", path, err)
		} else if !slices.Contains(strings.Split(string(text), "\n"), "omit-lockfile-registry-resolved=true") {
			t.Errorf("%s lacks omit-lockfile-registry-resolved=true", settings)
		}
	})
	if count < 10 {
		t.Errorf("found %d lock files", count)
	}
}
