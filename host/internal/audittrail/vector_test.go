package audittrail

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// vectorKey is the secret key of the vector: the bytes 0 to 31.
func vectorKey() []byte {
	var secret []byte
	for i := range 32 {
		secret = append(secret, byte(i))
	}
	return secret
}

// TestVector writes the file of the specification, in which the last line but one
// follows a crash. ENROL_WRITE=1 writes it again.
func TestVector(t *testing.T) {
	keys, err := signup.ParseKeys(signup.FormatKey("k1", vectorKey()))
	if err != nil {
		t.Fatal(err)
	}
	seed, err := hkdf.Key(sha256.New, vectorKey(), nil, "enrol audit v1", ed25519.SeedSize)
	if err != nil || !bytes.Equal(seed, signup.AuditSeeds(keys)[0]) {
		t.Fatalf("the seed is %x, %v", seed, err)
	}
	signer := Signer{
		Key: ed25519.NewKeyFromSeed(seed), Host: "web1",
		Now: func() time.Time { return time.UnixMilli(1_795_848_000_000) },
		CID: func() string { return "000102030405060708090a0b" },
	}
	if got := KeyText(signer.Key.Public().(ed25519.PublicKey)); got != vectorPublic {
		t.Errorf("the public key is %s, want %s", got, vectorPublic)
	}
	object := func(result string) []byte {
		return []byte(`{"time":"2026-11-28T08:00:00.000Z","cid":"c1","op":"user.signup"` + result + `}`)
	}
	tail := Tail{Chain: "0011223344556677"}
	text := tail.Open(signer)
	text = append(text, tail.Entry(object(""))...)
	text = append(text, tail.Entry(object(`,"result":"ok"`))...)
	text = append(text, tail.Checkpoint(signer)...)
	text = append(text, `{"time":"20`...)
	again, err := ReadTail(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, again.Open(signer)...)
	text = append(text, again.Rotate(signer)...)
	const file = "testdata/audit.jsonl"
	if os.Getenv("ENROL_WRITE") != "" {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(text, want) {
		t.Errorf("%v\n got %s\nwant %s", err, text, want)
	}
	key, err := ParseKey(vectorPublic)
	if err != nil {
		t.Fatal(err)
	}
	report, err := Verify([]ed25519.PublicKey{key}, []File{{"audit.jsonl", bytes.NewReader(want)}}, nil)
	if err != nil || len(report.Problems)+len(report.Notes) > 0 || report.Entries != 6 {
		t.Errorf("%+v, %v", report, err)
	}
}

// A line that nobody signed may have anything.
func TestForgedLinesAreNoticed(t *testing.T) {
	for _, digits := range []int{0, 1, 62, 63, 64, 65, 66, 1000} {
		line := `{"op":"audit.open","chain":"0123456789abcdef","previous":"` + strings.Repeat("0", digits) + `","n":1,"hash":"` + strings.Repeat("0", 64) + `"}` + "\n"
		report, err := Verify(nil, []File{{"audit.jsonl", strings.NewReader(line)}}, nil)
		if err != nil || len(report.Problems) == 0 {
			t.Errorf("%d digits: %+v, %v", digits, report, err)
		}
	}
}

// Every change of a byte of the vector is noticed.
func FuzzChangedByte(f *testing.F) {
	vector, err := os.ReadFile("testdata/audit.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	key, err := ParseKey(vectorPublic)
	if err != nil {
		f.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(vector), "\n"), "\n")
	last := lines[len(lines)-1]
	for at := 0; at < len(vector); at += 7 {
		f.Add(uint16(at), byte(1))
	}
	f.Fuzz(func(t *testing.T, at uint16, flip byte) {
		if int(at) >= len(vector) || flip == 0 {
			return
		}
		changed := bytes.Clone(vector)
		changed[at] ^= flip
		report, err := Verify([]ed25519.PublicKey{key}, []File{{"audit.jsonl", bytes.NewReader(changed)}}, []string{last})
		if err == nil && len(report.Problems) == 0 {
			t.Errorf("the change of byte %d by %x is not noticed: %+v", at, flip, report)
		}
	})
}

func TestTextsThatAreNoKey(t *testing.T) {
	for _, text := range []string{"", "x", vectorPublic[1:], vectorPublic + "A", strings.Repeat("+", 43)} {
		if _, err := ParseKey(text); err == nil {
			t.Errorf("%q is a key", text)
		}
	}
}

const vectorPublic = "yNfdBtHSwD2p9_lixrArCy4SiFPPXgvNZtKGOhtILeM"
