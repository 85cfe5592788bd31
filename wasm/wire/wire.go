// Package wire defines the JSON that crosses the boundary of the module:
// effects, their answers, and the configuration. ABI.md specifies it.
//
// Both sides use it. The module uses Host, which turns a function that sends
// effects to the other side into a signup.Host. The other side uses Perform,
// which performs an effect on a signup.Host. The native engine can use both
// too, so effects have the same bytes everywhere.
//
// Go programs should use package host; the API of this package may change at
// any time.
package wire

import "github.com/enrol-sso/enrol/signup/strictjson"

// The version of the ABI. A host and a module must have the same major version,
// and the module a minor version that has everything that the host uses.
const (
	Major = 2
	Minor = 0
)

// The effects, named after the module's imports.
const (
	Now      = "now"
	Entropy  = "entropy"
	Get      = "kv_get"
	Commit   = "kv_commit"
	Scan     = "kv_scan"
	Audit    = "audit"
	Callback = "callback"
	KDF      = "kdf"
)

// Effects lists the names of all effects, in the order of ABI.md.
func Effects() []string {
	return []string{Now, Entropy, Get, Commit, Scan, Audit, Callback, KDF}
}

// document is a JSON object that crosses the boundary.
type document interface {
	members(m *strictjson.Members) // visits the members in the order of ABI.md
}

func encode(d document) []byte { return strictjson.Append(nil, d.members) }
