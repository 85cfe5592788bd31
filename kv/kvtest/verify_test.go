package kvtest

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
)

// Histories in these tests use the data of a value as its version.

func got(data ...string) []kv.Value {
	values := make([]kv.Value, len(data))
	for i, d := range data {
		values[i] = kv.Value{Version: d, Data: d}
	}
	return values
}

func get(begin, end int64, keys []string, values ...string) operation {
	return operation{begin: begin, end: end, get: keys, values: got(values...)}
}

// set commits key = data if the key has the version.
func set(begin, end int64, key, version, data string) operation {
	return operation{begin: begin, end: end, commit: &kv.Batch{
		Checks: []kv.Check{{Key: key, Version: version}},
		Puts:   []kv.Put{{Key: key, Data: data}},
	}}
}

func remove(begin, end int64, key, version string) operation {
	return operation{begin: begin, end: end, commit: &kv.Batch{
		Checks:  []kv.Check{{Key: key, Version: version}},
		Deletes: []string{key},
	}}
}

func refused(o operation) operation {
	o.refused = true
	return o
}

func scan(begin, end int64, r scanRange, keysAndValues ...string) operation {
	o := operation{begin: begin, end: end, scan: &r}
	for i := 0; i < len(keysAndValues); i += 2 {
		o.entries = append(o.entries, kv.Entry{Key: keysAndValues[i], Value: got(keysAndValues[i+1])[0]})
	}
	return o
}

var (
	a  = []string{"a"}
	ab = []string{"a", "b"}
)

func TestSerializableHistoriesPass(t *testing.T) {
	for name, operations := range map[string][]operation{
		"none":                    nil,
		"one after the other":     {set(1, 2, "a", "", "x"), get(3, 4, a, "x"), set(5, 6, "a", "x", "y"), get(7, 8, a, "y")},
		"read before the answer":  {set(1, 9, "a", "", "x"), get(2, 3, a, ""), get(4, 5, a, "x")},
		"a running chain":         {set(1, 20, "a", "", "x"), get(2, 3, a, "x"), set(4, 19, "a", "x", "y"), get(5, 6, a, "y")},
		"a refusal between":       {set(1, 9, "a", "", "x"), refused(set(2, 8, "a", "", "y")), get(10, 11, a, "x")},
		"a refusal with no why":   {refused(set(2, 3, "a", "never told", "y"))},
		"deleted and made again":  {set(1, 2, "a", "", "x"), get(3, 4, a, "x"), remove(5, 6, "a", "x"), set(7, 8, "a", "", "y"), get(9, 10, a, "y")},
		"lost and applied":        {set(1, never, "a", "", "x"), get(2, 3, a, ""), get(4, 5, a, "x")},
		"lost and not applied":    {set(1, never, "a", "", "x"), get(2, 3, a, ""), set(4, 5, "a", "", "y"), get(6, 7, a, "y")},
		"lost and applied late":   {set(1, never, "a", "", "x"), set(2, 3, "a", "", "y"), get(4, 5, a, "y"), remove(6, 7, "a", "y"), get(8, 9, a, "x")},
		"scan up to its limit":    {set(1, 2, "a", "", "x"), set(3, 4, "b", "", "y"), scan(5, 6, scanRange{"", "", 1}, "a", "x"), scan(7, 8, scanRange{"", "a", 5}, "b", "y")},
		"scan of one of two":      {set(1, 2, "a", "", "x"), set(3, 9, "b", "", "y"), scan(4, 5, scanRange{"", "", 5}, "a", "x"), scan(6, 7, scanRange{"", "", 5}, "a", "x", "b", "y")},
		"readers agree on a race": {set(1, 9, "a", "", "x"), set(2, 8, "b", "", "y"), get(3, 4, ab, "x", ""), get(5, 6, ab, "x", "y")},
	} {
		if err := verify(&history{operations: operations}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOtherHistoriesAreRefused(t *testing.T) {
	both := operation{begin: 1, end: 2, commit: &kv.Batch{Puts: []kv.Put{{Key: "a", Data: "x"}, {Key: "b", Data: "y"}}}}
	for name, operations := range map[string][]operation{
		"a value from nowhere":       {get(1, 2, a, "x")},
		"a value before its write":   {get(1, 2, a, "x"), set(3, 4, "a", "", "x")},
		"a stale read":               {set(1, 2, "a", "", "x"), get(3, 4, a, "x"), set(5, 6, "a", "x", "y"), get(7, 8, a, "x")},
		"a read that goes back":      {set(1, 9, "a", "", "x"), get(2, 3, a, "x"), get(4, 5, a, "")},
		"an acknowledged write lost": {set(1, 2, "a", "", "x"), get(3, 4, a, "")},
		"a lost update":              {set(1, 2, "a", "", "x"), set(3, 9, "a", "x", "y"), set(4, 8, "a", "x", "z"), get(10, 11, a, "x"), get(12, 13, a, "z")},
		"two creations":              {set(1, 9, "a", "", "x"), set(2, 8, "a", "", "y")},
		"two deletions":              {set(1, 2, "a", "", "x"), get(3, 4, a, "x"), remove(5, 9, "a", "x"), remove(6, 8, "a", "x")},
		"half of a batch":            {both, get(3, 4, ab, "x", "")},
		"half of a batch, scanned":   {both, scan(3, 4, scanRange{"", "", 9}, "b", "y")},
		"readers differ on a race":   {set(1, 9, "a", "", "x"), set(2, 8, "b", "", "y"), get(3, 6, ab, "x", ""), get(4, 7, ab, "", "y")},
		"write skew":                 {skew(1, 9, "a", "b"), skew(2, 8, "b", "a")},
		"a refusal without reason":   {set(1, 2, "a", "", "x"), get(3, 4, a, "x"), refused(set(5, 6, "a", "x", "y"))},
		"a refusal without checks":   {refused(both)},
		"refused yet applied":        {set(1, 2, "a", "", "x"), refused(set(3, 4, "a", "", "y")), get(5, 6, a, "y")},
		"a scan with a hole":         {set(1, 2, "a", "", "x"), set(3, 4, "b", "", "y"), scan(5, 6, scanRange{"", "", 9}, "b", "y")},
		"a scan cut short":           {set(1, 2, "a", "", "x"), set(3, 4, "b", "", "y"), scan(5, 6, scanRange{"", "", 9}, "a", "x")},
		"a scan past its limit":      {set(1, 2, "a", "", "x"), set(3, 4, "b", "", "y"), scan(5, 6, scanRange{"", "", 1}, "a", "x", "b", "y")},
		"a scan of the deleted":      {set(1, 2, "a", "", "x"), get(3, 4, a, "x"), remove(5, 6, "a", "x"), scan(7, 8, scanRange{"", "", 9}, "a", "x")},
		"lost, applied twice":        {set(1, never, "a", "", "x"), get(2, 3, a, "x"), remove(4, 5, "a", "x"), get(6, 7, a, "x")},
	} {
		if err := verify(&history{operations: operations}); err == nil {
			t.Errorf("%s: passed", name)
		}
	}
}

// skew commits key if another key is still absent.
func skew(begin, end int64, key, other string) operation {
	return operation{begin: begin, end: end, commit: &kv.Batch{
		Checks: []kv.Check{{Key: other}},
		Puts:   []kv.Put{{Key: key, Data: key}},
	}}
}

func TestWrongVersionsAreFound(t *testing.T) {
	told := func(begin int64, version, data string) operation {
		return operation{begin: begin, end: begin + 1, get: a, values: []kv.Value{{Version: version, Data: data}}}
	}
	for want, operations := range map[string][]operation{
		"recurred":         {set(1, 2, "a", "", "x"), told(3, "1", "x"), set(5, 6, "a", "1", "y"), told(7, "1", "y")},
		"had the versions": {set(1, 2, "a", "", "x"), told(3, "1", "x"), told(5, "2", "x")},
		"is absent":        {told(1, "", "x")},
	} {
		if err := verify(&history{operations: operations}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error that says %q", err, want)
		}
	}
}
