// Package transcript reads, writes and replays transcripts: one operation of
// the core in full, from its configuration to its response, with every effect
// on the way. The files under tests/transcripts are the conformance suite of
// the module's ABI: every host must replay all of them byte for byte.
//
// Load reads them, a Player takes the host's side in a replay.
package transcript

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Transcript is one operation. Request, answers and response are the exact
// texts, kept as strings so that no JSON reader changes a byte of them.
type Transcript struct {
	Name      string   `json:"name"`  // as the file's, without .json
	About     string   `json:"about"` // what it shows
	Conf      string   `json:"conf"`  // the text of the sso.conf
	SecretKey string   `json:"secret_key"`
	Operation string   `json:"operation"`
	Request   string   `json:"request"`
	Effects   []Effect `json:"effects"`
	Response  string   `json:"response"`
}

// Effect is one request of the core and its answer.
type Effect struct {
	Effect  string `json:"effect"` // name of the import
	Request string `json:"request"`
	Answer  string `json:"answer"`
}

// Load reads all transcripts of a directory, in the order of their names.
func Load(dir string) ([]*Transcript, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	slices.Sort(paths)
	var all []*Transcript
	for _, path := range paths {
		t, err := read(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, t)
	}
	return all, nil
}

func read(path string) (*Transcript, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	t := &Transcript{}
	if err := decoder.Decode(t); err != nil {
		return nil, err
	}
	if t.Name+".json" != filepath.Base(path) {
		return nil, errors.New("the transcript has another name than its file")
	}
	return t, nil
}

// Write writes the transcript to a directory, in the file of its name.
func (t *Transcript) Write(dir string) error {
	data, err := t.encode()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, t.Name+".json"), data, 0o644)
}

func (t *Transcript) encode() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(t)
	return out.Bytes(), err
}
