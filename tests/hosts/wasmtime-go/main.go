// Wasmtime-go is a host of signup.wasm in Go on wasmtime, written from
// wasm/ABI.md. Nothing of this project's own host is in it, only its store.
//
//	enrol-host MODULE TRANSCRIPTS
//
// It is a Go module of its own, so that the project does not depend on wasmtime,
// which is a C library of many megabytes.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

// row is what the table of runtimes says of this host.
type row struct {
	Runtime     string   `json:"runtime"`
	Transcripts int      `json:"transcripts"`
	Modes       []string `json:"modes"`
	Signup      bool     `json:"signup"`
	Concurrency bool     `json:"concurrency"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: enrol-host MODULE TRANSCRIPTS")
		os.Exit(2)
	}
	line, err := run(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "wasmtime-go:", err)
		os.Exit(1)
	}
	fmt.Println(string(line))
}

func run(wasm, transcripts string) (line []byte, err error) {
	module, err := LoadModule(wasm)
	if err != nil {
		return nil, err
	}
	defer module.Close()
	r := row{Runtime: runtime.Version() + " / wasmtime " + wasmtimeVersion()}
	if r.Transcripts, err = checkReplay(module, transcripts); err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	for _, mode := range modes {
		r.Modes = append(r.Modes, mode.name)
	}
	if err := checkKDF(module); err != nil {
		return nil, fmt.Errorf("kdf: %w", err)
	}
	dir, err := os.MkdirTemp("", "enrol-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := checkAccount(module, filepath.Join(dir, "account")); err != nil {
		return nil, fmt.Errorf("signup: %w", err)
	}
	if err := checkCrowd(module, filepath.Join(dir, "crowd")); err != nil {
		return nil, fmt.Errorf("concurrency: %w", err)
	}
	r.Signup, r.Concurrency = true, true
	return json.Marshal(r)
}

func wasmtimeVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if strings.Contains(module.Path, "/wasmtime-go/") {
				return strings.TrimPrefix(module.Version, "v")
			}
		}
	}
	return "unknown"
}
