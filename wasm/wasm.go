// Package wasm embeds signup.wasm, the module that ABI.md specifies. Module
// returns it. Package host runs it.
package wasm

import _ "embed"

//go:embed signup.wasm
var module string

// Module returns the bytes of signup.wasm, a copy for each caller.
func Module() []byte { return []byte(module) }
