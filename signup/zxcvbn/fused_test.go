package zxcvbn

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// fused matches the arm64 instructions that multiply and add with one rounding.
var fused = regexp.MustCompile(`\bFN?M(ADD|SUB)[SD]\b`)

// assembly compiles the package in a folder for arm64 and returns the assembly.
func assembly(t *testing.T, dir string) []byte {
	t.Helper()
	command := exec.Command("go", "build", "-gcflags=-S", "-o", os.DevNull, ".")
	command.Dir = dir
	command.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return output
}

// A product that is fused with an addition is not rounded, so that guesses, and
// sometimes scores, would differ between architectures. Doubling a product
// counts, because the compiler makes it an addition.
func TestNoProductIsFusedWithASum(t *testing.T) {
	t.Parallel()
	canary := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":    "module canary\n\ngo 1.26\n",
		"canary.go": "package canary\n\nfunc F(a, b, c float64) float64 { return a*b + c }\n",
	} {
		if err := os.WriteFile(filepath.Join(canary, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if !fused.Match(assembly(t, canary)) {
		t.Error("the compiler does not fuse a product and a sum, so this test shows nothing")
	}
	output := assembly(t, ".")
	if !bytes.Contains(output, []byte("FMULD")) {
		t.Error("no product was found")
	}
	for line := range bytes.Lines(output) {
		if fused.Match(line) {
			t.Errorf("convert the product to float64: %s", line)
		}
	}
}
