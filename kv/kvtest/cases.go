package kvtest

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// casesJSON holds the cases that need no code: steps of one caller, each with
// its result. The suite of the JavaScript stores reads the same file.
//
//go:embed cases.json
var casesJSON []byte

// shared is what cases.json holds.
var shared = func() (file struct {
	Texts []string // values that databases, drivers and encodings are known to change
	Keys  []string // keys that some store takes for a pattern, a path, an escape, a number or another key
	Cases []plainCase
}) {
	decoder := json.NewDecoder(bytes.NewReader(casesJSON))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		panic("kvtest: cases.json: " + err.Error())
	}
	return file
}()

type plainCase struct {
	Name  string
	Steps []step
}

// step is one thing that a case does: the first member of each group says what,
// the others are its result.
type step struct {
	Put map[string]string // commits these values; the commit applies

	Commit  *plainBatch
	Applies bool // what it reports
	Fails   bool // it returns an error

	Get  []string
	Want []*string // the data of each key, null for an absent one

	Scan *plainScan
	Keys []string // what it returns

	Scans *plainScans // returns what the contract says, given the keys in the store

	Holds map[string]string // compares the whole store, as scan and as get return it

	Remember  []string // remembers the versions of these keys, for checks and for Unchanged
	Unchanged []string // compares the versions of these keys with the remembered ones
}

type plainBatch struct {
	Checks []struct {
		Key        string
		Version    string // "" for absent
		Remembered bool   // the version is the remembered one,
		FollowedBy string `json:"followed_by"` // followed by this text
	}
	Puts    [][2]string
	Deletes []string
}

type plainScan struct {
	Prefix, After string
	Limit         int
}

// plainScans are the scans of each prefix, after and limit.
type plainScans struct {
	Prefixes, Afters []string
	Limits           []int
}

// run takes the steps one after the other.
func (c plainCase) run(s subject) {
	remembered := make(map[string]string)
	for _, step := range c.Steps {
		switch {
		case step.Put != nil:
			s.commit(step.puts())
		case step.Commit != nil:
			step.commit(s, remembered)
		case step.Get != nil:
			step.get(s)
		case step.Scan != nil:
			if got := s.scanKeys(step.Scan.Prefix, step.Scan.After, step.Scan.Limit); !slices.Equal(got, step.Keys) {
				s.Fatalf("scan %+v: got %q, want %q", *step.Scan, got, step.Keys)
			}
		case step.Scans != nil:
			step.Scans.run(s)
		case step.Holds != nil:
			step.holds(s)
		case step.Remember != nil:
			for i, value := range s.get(step.Remember...) {
				remembered[step.Remember[i]] = value.Version
			}
		case step.Unchanged != nil:
			for i, value := range s.get(step.Unchanged...) {
				if key := step.Unchanged[i]; value.Version != remembered[key] {
					s.Fatalf("the version of %q went from %q to %q", key, remembered[key], value.Version)
				}
			}
		default:
			s.Fatalf("kvtest: cases.json: %q has an empty step", c.Name)
		}
	}
}

func (step step) puts() (batch kv.Batch) {
	for key, data := range step.Put {
		batch.Puts = append(batch.Puts, kv.Put{Key: key, Data: data})
	}
	return batch
}

func (step step) commit(s subject, remembered map[string]string) {
	batch := kv.Batch{Deletes: step.Commit.Deletes}
	for _, check := range step.Commit.Checks {
		version := check.Version
		if check.Remembered {
			version = remembered[check.Key] + check.FollowedBy
		}
		batch.Checks = append(batch.Checks, kv.Check{Key: check.Key, Version: version})
	}
	for _, put := range step.Commit.Puts {
		batch.Puts = append(batch.Puts, kv.Put{Key: put[0], Data: put[1]})
	}
	applied, err := s.store.Commit(s.Context(), batch)
	if applied != step.Applies || (err != nil) != step.Fails {
		s.Fatalf("commit %+v: got (%v, %v), want applied %v, an error %v", batch, applied, err, step.Applies, step.Fails)
	}
}

func (step step) get(s subject) {
	for i, value := range s.get(step.Get...) {
		want := step.Want[i]
		if (value.Version == "") != (want == nil) || want == nil && value.Data != "" || want != nil && value.Data != *want {
			s.Fatalf("get %q: value %d is %+v", step.Get, i, value)
		}
	}
}

// holds compares all entries, and what get returns for their keys.
func (step step) holds(s subject) {
	entries := s.scan("", "", kv.MaxScanLimit)
	if len(entries) != len(step.Holds) {
		s.Fatalf("the store holds %+v, want %q", entries, step.Holds)
	}
	for _, entry := range entries {
		data, wanted := step.Holds[entry.Key]
		if value := s.get(entry.Key)[0]; !wanted || entry.Data != data || entry.Value != value {
			s.Fatalf("the store holds %+v, of which get returns %+v, want %q", entry, value, data)
		}
	}
}

func (all plainScans) run(s subject) {
	keys := s.scanKeys("", "", kv.MaxScanLimit)
	slices.Sort(keys) // bytewise, as Go compares strings
	for _, prefix := range all.Prefixes {
		for _, after := range all.Afters {
			for _, limit := range all.Limits {
				var want []string
				for _, key := range keys {
					if strings.HasPrefix(key, prefix) && key > after && len(want) < limit {
						want = append(want, key)
					}
				}
				if got := s.scanKeys(prefix, after, limit); !slices.Equal(got, want) {
					s.Errorf("prefix %q after %q limit %d: got %q, want %q", prefix, after, limit, got, want)
				}
			}
		}
	}
}
