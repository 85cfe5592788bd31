package audittrail

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// unsealed is a file of many lines before sealing, and then a text.
type unsealed struct {
	size int64
	end  string
}

func (u unsealed) ReadAt(p []byte, at int64) (int, error) {
	for i := range p {
		switch offset := at + int64(i); {
		case offset >= u.size+int64(len(u.end)):
			return i, io.EOF
		case offset >= u.size:
			p[i] = u.end[offset-u.size]
		case offset%100 == 99:
			p[i] = '\n'
		default:
			p[i] = 'x'
		}
	}
	return len(p), nil
}

func TestTailOfALargeFileTakesLittleMemory(t *testing.T) {
	for name, file := range map[string]unsealed{
		"lines":             {64 << 20 / 100 * 100, ""},
		"lines and a part":  {64 << 20 / 100 * 100, "a part"},
		"one line":          {0, strings.Repeat("x", 8<<20)},
		"one line, ended":   {0, strings.Repeat("x", 8<<20) + "\n"},
		"an empty last one": {100, "\n"},
		"nothing":           {0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			size := file.size + int64(len(file.end))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			most := uint64(0)
			got, err := ReadTail(watched{file, func() {
				runtime.ReadMemStats(&after)
				most = max(most, after.HeapInuse)
			}}, size)
			if err != nil || got.Chain != "" || got.N != 0 {
				t.Fatal(got, err)
			}
			if most > before.HeapInuse+32<<20 {
				t.Errorf("it took %d MB", (most-before.HeapInuse)>>20)
			}
			want, ended := sha256.New(), size > 0 && (file.end == "" || strings.HasSuffix(file.end, "\n"))
			length := size
			if ended {
				length--
			}
			io.Copy(want, io.NewSectionReader(file, 0, length))
			if got.torn != (size > 0) || got.joined != (size > 0 && !ended) || size > 0 && !bytes.Equal(got.damage[:], want.Sum(nil)) {
				t.Errorf("torn %v, joined %v, %x", got.torn, got.joined, got.damage)
			}
		})
	}
}

// watched calls a function at each read.
type watched struct {
	io.ReaderAt
	look func()
}

func (w watched) ReadAt(p []byte, at int64) (int, error) {
	if at%(1<<20) < window {
		w.look()
	}
	return w.ReaderAt.ReadAt(p, at)
}

// The tail is found behind any damage, also behind a line that is too long.
func TestTailBehindDamage(t *testing.T) {
	vector, err := os.ReadFile("testdata/audit.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	want, err := ReadTail(bytes.NewReader(vector), int64(len(vector)))
	if err != nil || want.Chain == "" || want.torn || !want.Ended {
		t.Fatal(want, err)
	}
	signer := Signer{Key: ed25519.NewKeyFromSeed(make([]byte, 32)), Now: time.Now, CID: func() string { return "c" }}
	for _, damage := range []string{"x", "\n", "a line\n", strings.Repeat("y", 3*window), strings.Repeat("z", mostLine+2*window) + "\nand more\n"} {
		text := string(vector) + damage
		got, err := ReadTail(strings.NewReader(text), int64(len(text)))
		sum := sha256.Sum256([]byte(strings.TrimSuffix(damage, "\n")))
		if err != nil || !got.SameEnd(want) || got.Chain != want.Chain || got.Signed != want.Signed || !got.torn || got.joined == strings.HasSuffix(damage, "\n") || got.damage != sum {
			t.Errorf("behind %d bytes: %+v %v", len(damage), got, err)
		}
		got.Open(signer)
		if got.NeedsOpen() {
			t.Error("it is still torn")
		}
	}
}
