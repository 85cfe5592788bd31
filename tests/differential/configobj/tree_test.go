//go:build differential

package configobj_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/enrol-sso/enrol/signup/ssoconf/configobj"
)

// answer is the result of ConfigObj for a file.
type answer struct {
	Tree    *tree
	Refusal string
}

// tree is a section as peer.py writes it.
type tree struct {
	Entries []struct {
		Key   string
		Value value
	}
	Sections []struct {
		Name string
		Tree tree
	}
}

// value is a text or a list.
type value struct {
	list  bool
	items []string
}

func (v *value) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		v.list = true
		return json.Unmarshal(data, &v.items)
	}
	v.items = make([]string, 1)
	return json.Unmarshal(data, &v.items[0])
}

// theirs and ours write both results in the same form.
func theirs(b *strings.Builder, t *tree, indent string) {
	for _, entry := range t.Entries {
		writeEntry(b, indent, entry.Key, entry.Value.list, entry.Value.items)
	}
	for _, section := range t.Sections {
		fmt.Fprintf(b, "%s[%q]\n", indent, section.Name)
		theirs(b, &section.Tree, indent+"  ")
	}
}

func ours(b *strings.Builder, s *configobj.Section, indent string) {
	for _, entry := range s.Entries {
		writeEntry(b, indent, entry.Key, entry.Value.List, entry.Value.Items)
	}
	for _, section := range s.Sections {
		fmt.Fprintf(b, "%s[%q]\n", indent, section.Name)
		ours(b, section, indent+"  ")
	}
}

func writeEntry(b *strings.Builder, indent, key string, list bool, items []string) {
	if !list {
		fmt.Fprintf(b, "%s%q = %q\n", indent, key, items[0])
		return
	}
	fmt.Fprintf(b, "%s%q = list of %d %q\n", indent, key, len(items), items)
}
