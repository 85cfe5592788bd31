// Gohost is the row of Go in the table of runtimes: it replays the transcripts,
// signs somebody up on a Pebble on disk, signs a crowd up with one name, and
// prints its row as the last line. With "native" the core is Go code, with
// "wazero" the module in its sandbox.
//
//	go run ./tests/runtimes/gohost wazero
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
)

// row is a runtime's row in the table.
type row struct {
	Runtime     string   `json:"runtime"`
	Transcripts int      `json:"transcripts"`
	Modes       []string `json:"modes"`
	Signup      bool     `json:"signup"`
	Concurrency bool     `json:"concurrency"`
}

func main() {
	if len(os.Args) != 2 || os.Args[1] != "native" && os.Args[1] != "wazero" {
		fmt.Fprintln(os.Stderr, "gohost: say native or wazero")
		os.Exit(2)
	}
	r, err := fill(context.Background(), os.Args[1] == "native")
	if err != nil {
		fmt.Fprintln(os.Stderr, "gohost:", err)
		os.Exit(1)
	}
	line, err := json.Marshal(r)
	if err != nil {
		panic("gohost: " + err.Error())
	}
	fmt.Println(string(line))
}

func fill(ctx context.Context, native bool) (r row, err error) {
	wasm, err := os.ReadFile("build/signup.wasm")
	if err != nil {
		return r, fmt.Errorf("%w: run make wasm first, and this from the top of the project", err)
	}
	r.Runtime = runtime.Version()
	if !native {
		r.Runtime += " / wazero " + wazeroVersion()
	}
	if r.Transcripts, r.Modes, err = replayAll(ctx, wasm, native); err != nil {
		return r, err
	}
	if err := signUp(ctx, wasm, native); err != nil {
		return r, fmt.Errorf("signup: %w", err)
	}
	if err := crowd(ctx, wasm, native); err != nil {
		return r, fmt.Errorf("concurrency: %w", err)
	}
	r.Signup, r.Concurrency = true, true
	return r, nil
}

func wazeroVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/tetratelabs/wazero" {
				return module.Version
			}
		}
	}
	return ""
}
