package tests

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	lsm "github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/pebble"
)

// forms are the encodings in which a text may be on a disk, by name.
func forms(text string) map[string][]byte {
	all := map[string][]byte{
		"plain":           []byte(text),
		"lower case":      []byte(strings.ToLower(text)),
		"upper case":      []byte(strings.ToUpper(text)),
		"hex":             []byte(hex.EncodeToString([]byte(text))),
		"upper-case hex":  []byte(strings.ToUpper(hex.EncodeToString([]byte(text)))),
		"percent-encoded": []byte(url.QueryEscape(text)),
		"path-encoded":    []byte(url.PathEscape(text)),
	}
	for _, encoding := range []struct {
		name string
		*base64.Encoding
	}{{"base64", base64.RawStdEncoding}, {"base64url", base64.RawURLEncoding}} {
		// Within a longer encoded text it may start at any of three byte offsets;
		// characters that neighbours share are left out.
		for shift, skip := range []int{0, 2, 3} {
			encoded := encoding.EncodeToString(append(make([]byte, shift), text...))
			whole := (shift + len(text)) * 8 / 6
			all[encoding.name+" from byte "+string(rune('0'+shift))] = []byte(encoded[skip:whole])
		}
	}
	for name, order := range map[string]binary.AppendByteOrder{"UTF-16LE": binary.LittleEndian, "UTF-16BE": binary.BigEndian} {
		var wide []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			wide = order.AppendUint16(wide, unit)
		}
		all[name] = wide
	}
	return all
}

// find returns the forms in which a text is in data.
func find(data []byte, text string) (found []string) {
	for name, form := range forms(text) {
		if bytes.Contains(data, form) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// heap is the content of all files under some paths. Tables of the store are
// included twice: as they are, and unpacked with all changed and deleted
// entries, since compression may split a text.
type heap map[string][]byte

func gather(t *testing.T, paths ...string) heap {
	t.Helper()
	h := heap{}
	for _, path := range paths {
		err := filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || entry.Type() == fs.ModeSocket {
				return err
			}
			h[path], err = os.ReadFile(path)
			h[path+" (name)"] = []byte(entry.Name())
			if err == nil && filepath.Ext(path) == ".sst" {
				h[path+" (unpacked)"], err = unpacked(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// unpacked returns every key and value of a table.
func unpacked(path string) (all []byte, err error) {
	file, err := vfs.Default.Open(path)
	if err != nil {
		return nil, err
	}
	readable, err := sstable.NewSimpleReadable(file)
	if err != nil {
		return nil, err
	}
	options := &lsm.Options{}
	options.EnsureDefaults()
	reader, err := sstable.NewReader(context.Background(), readable, options.MakeReaderOptions())
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	records, err := reader.NewIter(sstable.NoTransforms, nil, nil, sstable.AssertNoBlobHandles)
	if err != nil {
		return nil, err
	}
	defer records.Close()
	for record := records.First(); record != nil; record = records.Next() {
		value, _, err := record.Value(nil)
		if err != nil {
			return nil, err
		}
		all = append(append(append(append(all, record.K.UserKey...), '\n'), value...), '\n')
	}
	return all, records.Error()
}

// tables is the number of tables of the store.
func (h heap) tables() (n int) {
	for name := range h {
		if strings.HasSuffix(name, "(unpacked)") {
			n++
		}
	}
	return n
}

// find returns the places and forms of a text.
func (h heap) find(text string) (found []string) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if forms := find(h[name], text); len(forms) > 0 {
			found = append(found, filepath.Base(name)+": "+strings.Join(forms, ", "))
		}
	}
	return found
}

// compacted returns a copy of a data directory with a fully compacted store.
func compacted(t *testing.T, data string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "compacted")
	if err := os.CopyFS(dir, os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	db, err := lsm.Open(dir, &lsm.Options{FormatMajorVersion: lsm.FormatNewest, ErrorIfNotExists: true, Logger: silent{t}})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Compact(t.Context(), []byte{0}, []byte{0xff}, false); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// silent discards messages of the store's engine, except faults.
type silent struct{ t *testing.T }

func (silent) Infof(string, ...any)                {}
func (s silent) Errorf(format string, args ...any) { s.t.Errorf(format, args...) }
func (s silent) Fatalf(format string, args ...any) { s.t.Fatalf(format, args...) }

// A search that finds nothing would make every test of it pass.
func TestSearchFindsEveryForm(t *testing.T) {
	t.Parallel()
	const secret = "Correct.Horse+Battery@Staple"
	for name, form := range forms(secret) {
		if found := find([]byte("before"+string(form)+"behind"), secret); !slices.Contains(found, name) {
			t.Errorf("%s is not found", name)
		}
	}
	for _, before := range []string{"", "a", "ab", "abc", "abcd"} {
		text := []byte(before + secret + "behind")
		for _, encoded := range []string{base64.StdEncoding.EncodeToString(text), base64.URLEncoding.EncodeToString(text)} {
			if len(find([]byte(encoded), secret)) == 0 {
				t.Errorf("it is not found in %s", encoded)
			}
		}
	}
	if found := find([]byte(strings.Repeat("Correct.Horse+Battery@Stapl,", 100)), secret); len(found) > 0 {
		t.Errorf("it is found where it is not: %v", found)
	}
}

func TestSearchFindsWhatTheStoreHolds(t *testing.T) {
	t.Parallel()
	const planted, deleted = "Wj8Qz.planted@example.com", "Kd5Xv.deleted@example.com"
	data := filepath.Join(t.TempDir(), "data")
	for _, batch := range []kv.Batch{
		{Puts: []kv.Put{{Key: "a", Data: "example.com Wj8 planted@"}, {Key: "b", Data: `{"email":"` + planted + `"}`}, {Key: "c", Data: deleted}}},
		{Deletes: []string{"c"}},
	} {
		store, err := pebble.Open(data, pebble.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if applied, err := store.Commit(t.Context(), batch); err != nil || !applied {
			t.Fatal(applied, err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{planted, deleted} {
			if len(gather(t, data).find(secret)) == 0 {
				t.Errorf("%s is not found", secret)
			}
		}
	}
	after := gather(t, compacted(t, data))
	if after.tables() == 0 {
		t.Error("the compacted store has no tables")
	}
	if found := after.find(planted); len(found) == 0 {
		t.Error("what was planted is not found in a compacted store")
	}
	if found := after.find(deleted); len(found) > 0 {
		t.Errorf("what was deleted is still in a compacted store: %v", found)
	}
}
