package tests

import (
	"os"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
)

// ABI.md must name everything that the module imports and exports, including
// WASI's functions.
func TestTheABINamesAllImportsAndExports(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../wasm/ABI.md")
	if err != nil {
		t.Fatal(err)
	}
	runtime := wazero.NewRuntimeWithConfig(t.Context(), wazero.NewRuntimeConfigInterpreter())
	defer runtime.Close(t.Context())
	compiled, err := runtime.CompileModule(t.Context(), built(t))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, imported := range compiled.ImportedFunctions() {
		_, name, _ := imported.Import()
		names = append(names, name)
	}
	for name := range compiled.ExportedFunctions() {
		names = append(names, name)
	}
	if len(names) < 20 {
		t.Fatalf("the module imports and exports too little to be ours: %q", names)
	}
	for _, name := range names {
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("ABI.md does not name %s", name)
		}
	}
}
