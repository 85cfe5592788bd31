package pebble

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/enrol-sso/enrol/kv"
)

// someStore returns the files of a store with tables and a log, and its
// content.
func someStore(t *testing.T) (files, values map[string]string) {
	t.Helper()
	disk := vfs.NewMem()
	values = make(map[string]string)
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 4 { // the log of one becomes a table of the next
		s := openOn(t, disk)
		for i := range 30 {
			key, data := fmt.Sprintf("secretkey/%d", random.IntN(60)), fmt.Sprintf("secretvalue %d %x", i, random.Uint64())
			put(t, s, key, data)
			values[key] = data
		}
		if round == 2 {
			for i := range 12 {
				key, data := fmt.Sprintf("long/%d", i), strings.Repeat(fmt.Sprintf("%x", random.Uint64()), 500)
				put(t, s, key, data)
				values[key] = data
			}
		}
		closeStore(t, s)
	}
	files = contents(t, disk)
	for _, kind := range []string{"FORMAT", "CLOSED", "MANIFEST-", "OPTIONS-", "marker.manifest", "marker.format-version", ".sst", ".log"} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(files)), func(name string) bool { return strings.Contains(name, kind) }) {
			t.Fatalf("the store has no file of the kind %s", kind)
		}
	}
	return files, values
}

// damages of one file. Each returns the new content; false removes the file.
func damages(random *rand.Rand, data string) map[string]func() (string, bool) {
	all := map[string]func() (string, bool){
		"removed":  func() (string, bool) { return "", false },
		"longer":   func() (string, bool) { return data + "\x00more", true },
		"doubled":  func() (string, bool) { return data + data + "x", true },
		"replaced": func() (string, bool) { return "not what was here\n", true },
	}
	if data == "" {
		return all
	}
	all["empty"] = func() (string, bool) { return "", true }
	all["zeros"] = func() (string, bool) { return strings.Repeat("\x00", len(data)), true }
	for range 60 {
		at, bit := random.IntN(len(data)), random.IntN(8)
		all[fmt.Sprintf("bit %d of byte %d", bit, at)] = func() (string, bool) {
			changed := []byte(data)
			changed[at] ^= 1 << bit
			return string(changed), true
		}
	}
	for range 10 {
		at := random.IntN(len(data))
		all[fmt.Sprintf("cut at %d", at)] = func() (string, bool) { return data[:at], true }
	}
	return all
}

// TestDamageIsFound damages each file of a closed store, one at a time. Either
// the store does not open, or it reads correct values, or it reports damage; it
// never omits values.
func TestDamageIsFound(t *testing.T) {
	files, values := someStore(t)
	random := rand.New(rand.NewPCG(3, 4))
	for name, data := range files {
		if name == lockFile {
			continue
		}
		for what, change := range damages(random, data) {
			if name == sealFile && what == "removed" {
				continue // a crash leaves the same
			}
			changed, there := change()
			err := openAndRead(t, diskWith(t, files, name, changed, there), values, false)
			switch {
			case err == nil && !strings.HasSuffix(name, ".sst"):
				t.Errorf("%s, %s: not found", name, what)
			case err != nil:
				wantDamaged(t, name+", "+what, err)
			}
		}
	}
}

// TestDamageAfterACrash has no seal, so damage at the end of the log or of the
// manifest may count as cut off by a crash. But no value is wrong, and nothing
// panics or hangs.
func TestDamageAfterACrash(t *testing.T) {
	files, values := someStore(t)
	delete(files, sealFile)
	if err := openAndRead(t, diskWith(t, files, "", "", false), values, false); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(5, 6))
	found, ofManifest := 0, 0
	for name, data := range files {
		if name == lockFile {
			continue
		}
		for what, change := range damages(random, data) {
			changed, there := change()
			if err := openAndRead(t, diskWith(t, files, name, changed, there), values, true); err != nil {
				wantDamaged(t, name+", "+what, err)
				found++
				if strings.HasPrefix(name, "MANIFEST-") {
					ofManifest++
				}
			}
		}
	}
	t.Logf("found %d, of a manifest %d", found, ofManifest)
	if found < 100 || ofManifest < 20 {
		t.Errorf("only %d damages were found, %d of them of a manifest", found, ofManifest)
	}
}

func wantDamaged(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, kv.ErrDamaged) {
		t.Errorf("%s: got %v, want ErrDamaged", what, err)
	}
	if text := err.Error(); strings.Contains(text, "\n") || strings.Contains(text, "secret") {
		t.Errorf("%s: the error is longer than a line or tells keys or values: %q", what, text)
	}
}

// diskWith returns a disk with the files, one of them changed.
func diskWith(t *testing.T, files map[string]string, name, changed string, there bool) *vfs.MemFS {
	t.Helper()
	disk := vfs.NewMem()
	if err := disk.MkdirAll("/store", 0o700); err != nil {
		t.Fatal(err)
	}
	for other, data := range files {
		switch {
		case other != name:
			overwrite(t, disk, "/store/"+other, []byte(data))
		case there:
			overwrite(t, disk, "/store/"+name, []byte(changed))
		}
	}
	return disk
}

// openAndRead returns the first error. It reports wrong values, and missing
// ones unless they are allowed.
func openAndRead(t *testing.T, disk vfs.FS, values map[string]string, mayMiss bool) error {
	t.Helper()
	s, err := open(disk, "/store", Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	entries, err := s.Scan(t.Context(), "", "", kv.MaxScanLimit)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if data, known := values[entry.Key]; !mayMiss && data != entry.Data || !known {
			t.Errorf("a value came back that is not the last one that was put")
		}
	}
	if !mayMiss && len(entries) != len(values) {
		t.Errorf("%d keys, want %d", len(entries), len(values))
	}
	for key := range values {
		if _, err := s.Get(t.Context(), []string{key, "absent"}); err != nil {
			return err
		}
		if _, err := s.Get(t.Context(), []string{key}); err != nil {
			return err
		}
	}
	_, err = s.Commit(t.Context(), kv.Batch{Puts: []kv.Put{{Key: "new"}}})
	return err
}
