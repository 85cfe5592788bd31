package kvtest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// maxKeys is how many keys a history may use: a state must be small and
// comparable.
const maxKeys = 16

// state is the content of a correct store at one moment: a value per key, by
// the numbers that a model gives to keys and values.
type state [maxKeys]value

type value int32

const (
	absent  value = 0
	unheard value = -1 // a version that no answer contained: no check of it holds
)

// model has the keys of a history, in bytewise order, and the value of each
// version.
type model struct {
	keys     []string
	values   map[string]value   // by data, which differs between puts
	versions map[kv.Check]value // by key and version
	told     map[kv.Put]string  // version by key and data
	names    map[value]string   // data by value, for reports
}

// newModel reads all answers of a history. It fails if no store could give
// them, because a version had two values or a value two versions.
func newModel(operations []operation) (*model, error) {
	m := &model{
		values:   make(map[string]value),
		versions: make(map[kv.Check]value),
		told:     make(map[kv.Put]string),
		names:    map[value]string{absent: "absent"},
	}
	for _, o := range operations {
		for _, key := range o.get {
			m.key(key)
		}
		for _, entry := range o.entries {
			m.key(entry.Key)
			if err := m.tell(entry.Key, entry.Value); err != nil {
				return nil, err
			}
		}
		for i, got := range o.values {
			if err := m.tell(o.get[i], got); err != nil {
				return nil, err
			}
		}
		if o.commit != nil {
			for _, check := range o.commit.Checks {
				m.key(check.Key)
			}
			for _, put := range o.commit.Puts {
				m.key(put.Key)
				m.value(put.Data)
			}
			for _, key := range o.commit.Deletes {
				m.key(key)
			}
		}
	}
	if len(m.keys) > maxKeys {
		return nil, fmt.Errorf("kvtest: the history has %d keys, at most %d can be verified", len(m.keys), maxKeys)
	}
	return m, nil
}

func (m *model) key(key string) {
	if i, found := slices.BinarySearch(m.keys, key); !found {
		m.keys = slices.Insert(m.keys, i, key)
	}
}

func (m *model) value(data string) value {
	v, known := m.values[data]
	if !known {
		v = value(len(m.values) + 1)
		m.values[data], m.names[v] = v, data
	}
	return v
}

func (m *model) tell(key string, got kv.Value) error {
	if got.Version == "" {
		if got.Data != "" {
			return fmt.Errorf("key %q is absent and yet has the value %q", key, got.Data)
		}
		return nil
	}
	check, v := kv.Check{Key: key, Version: got.Version}, m.value(got.Data)
	if other, known := m.versions[check]; known && other != v {
		return fmt.Errorf("version %q of key %q recurred: it stood for %q and for %q", got.Version, key, m.names[other], got.Data)
	}
	put := kv.Put{Key: key, Data: got.Data}
	if other, known := m.told[put]; known && other != got.Version {
		return fmt.Errorf("value %q of key %q had the versions %q and %q", got.Data, key, other, got.Version)
	}
	m.versions[check], m.told[put] = v, got.Version
	return nil
}

// number is the place of a key in a state.
func (m *model) number(key string) int {
	i, _ := slices.BinarySearch(m.keys, key)
	return i
}

func (m *model) checked(check kv.Check) value {
	if check.Version == "" {
		return absent
	}
	if v, known := m.versions[check]; known {
		return v
	}
	return unheard
}

func (m *model) observed(got kv.Value) value {
	if got.Version == "" {
		return absent
	}
	return m.value(got.Data)
}

// step reports whether a correct store in state s could have given the answer
// of the operation, and returns its next state.
func (m *model) step(o *operation, s state) (next state, possible bool) {
	switch {
	case o.get != nil:
		for i, key := range o.get {
			if s[m.number(key)] != m.observed(o.values[i]) {
				return s, false
			}
		}
		return s, true
	case o.scan != nil:
		return s, m.scanned(o, s)
	}
	hold := true
	for _, check := range o.commit.Checks {
		hold = hold && s[m.number(check.Key)] == m.checked(check)
	}
	if !hold || o.refused {
		return s, !hold && o.refused
	}
	for _, put := range o.commit.Puts {
		s[m.number(put.Key)] = m.value(put.Data)
	}
	for _, key := range o.commit.Deletes {
		s[m.number(key)] = absent
	}
	return s, true
}

func (m *model) scanned(o *operation, s state) bool {
	rest := o.entries
	for i, key := range m.keys {
		if len(o.entries)-len(rest) == o.scan.limit {
			break
		}
		if s[i] == absent || !strings.HasPrefix(key, o.scan.prefix) || key <= o.scan.after {
			continue
		}
		if len(rest) == 0 || rest[0].Key != key || m.observed(rest[0].Value) != s[i] {
			return false
		}
		rest = rest[1:]
	}
	return len(rest) == 0
}

// describe shows a state in a report.
func (m *model) describe(s state) string {
	var text strings.Builder
	for i, key := range m.keys {
		fmt.Fprintf(&text, " %s=%s", key, m.names[s[i]])
	}
	return text.String()
}
