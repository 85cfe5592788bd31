// Package wire is the JSON that crosses the boundary of the module: effects
// with their answers, and the configuration. ABI.md specifies it.
//
// Both sides use it. Host is the module's: it makes a signup.Host out of a
// function that takes effects to the other side. Perform is the other side's:
// it carries an effect out on a signup.Host. Because the native engine can be
// run through the two as well, an effect has the same bytes everywhere.
package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
)

// Version of the ABI: a host and a module need the same major one, and the
// module a minor one that has all that the host uses.
const (
	Major = 1
	Minor = 1
)

// The effects, by the names of the module's imports.
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

// binary is bytes that travel as base64url without padding.
type binary []byte

func (b binary) MarshalText() ([]byte, error) {
	return base64.RawURLEncoding.AppendEncode(nil, b), nil
}

func (b *binary) UnmarshalText(text []byte) error {
	data, err := base64.RawURLEncoding.Strict().DecodeString(string(text))
	*b = data
	return err
}

// encode writes JSON as signup does: on one line, without escapes for HTML.
func encode(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic("wire: cannot encode: " + err.Error())
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// The requests and answers of effects. Members are in the order of ABI.md.
type (
	nothing struct{}

	// failure is the answer of an effect that failed.
	failure struct {
		Error *string `json:"error"`
	}

	nowAnswer struct {
		UnixMS *int64 `json:"unix_ms"`
	}

	entropyRequest struct {
		Bytes int `json:"bytes"`
	}
	entropyAnswer struct {
		Entropy binary `json:"entropy"`
	}

	getRequest struct {
		Keys []string `json:"keys"`
	}
	getAnswer struct {
		Values []*value `json:"values"`
	}
	value struct {
		Version string  `json:"version"`
		Data    *string `json:"data"`
	}

	commitRequest struct {
		Checks  []check  `json:"checks"`
		Puts    []change `json:"puts"`
		Deletes []string `json:"deletes"`
	}
	check struct {
		Key     string `json:"key"`
		Version string `json:"version"`
	}
	change struct {
		Key  string `json:"key"`
		Data string `json:"data"`
	}
	commitAnswer struct {
		Applied bool      `json:"applied,omitempty"`
		Failed  *[]string `json:"failed,omitempty"`
		Unknown *string   `json:"unknown,omitempty"`
	}

	scanRequest struct {
		Prefix string `json:"prefix"`
		After  string `json:"after"`
		Limit  int    `json:"limit"`
	}
	scanAnswer struct {
		Entries []entry `json:"entries"`
	}
	entry struct {
		Key     string  `json:"key"`
		Version string  `json:"version"`
		Data    *string `json:"data"`
	}

	callbackAnswer struct {
		Body *string `json:"body"`
	}

	kdfAnswer struct {
		Key         binary `json:"key,omitempty"`
		Unsupported bool   `json:"unsupported,omitempty"`
	}
)
