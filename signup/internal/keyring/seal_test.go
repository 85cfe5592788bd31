package keyring

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestSealedTextOpensInItsPlace(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, "k2", "k1")
	where := Place{"user", "ID", "email"}
	for _, text := range []string{"", "ada@example.com", strings.Repeat("é", 10000)} {
		for i := range All(keys) {
			sealed := All(keys)[i].Seal([]byte("seed"), where, text)
			if got, err := Open(keys, where, sealed); err != nil || got != text {
				t.Errorf("%.20q opens as %.20q, %v", text, got, err)
			}
		}
	}
}

func TestSealedTextOpensNowhereElse(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, "k1")
	sealed := All(keys)[0].Seal([]byte("seed"), Place{"user", "ID", "email"}, "ada@example.com")
	for _, where := range []Place{
		{"event", "ID", "email"}, {"user", "IE", "email"}, {"user", "ID", "password"}, {"user", "", "ID\x00email"}, {"user\x00ID", "email", ""}, {},
	} {
		if got, err := Open(keys, where, sealed); err == nil {
			t.Errorf("it opens in %q as %q", where, got)
		}
	}
}

func TestChangedSealedTextDoesNotOpen(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, "k1")
	where := Place{"user", "ID", "email"}
	sealed := All(keys)[0].Seal([]byte("seed"), where, "ada@example.com")
	id, data := sealedParts(t, sealed)
	for i := range data {
		for bit := range 8 {
			changed := append([]byte(nil), data...)
			changed[i] ^= 1 << bit
			if _, err := Open(keys, where, id+"."+base64.RawURLEncoding.EncodeToString(changed)); err == nil {
				t.Fatalf("it opens with bit %d of byte %d flipped", bit, i)
			}
		}
	}
	for n := range data {
		if _, err := Open(keys, where, id+"."+base64.RawURLEncoding.EncodeToString(data[:n])); err == nil {
			t.Fatalf("it opens cut to %d bytes", n)
		}
	}
	for _, text := range []string{"", ".", "k1", "k1.", "k1.!", "k1." + sealed} {
		if _, err := Open(keys, where, text); err == nil {
			t.Errorf("%q opens", text)
		}
	}
}

func TestSealedTextNeedsItsKey(t *testing.T) {
	t.Parallel()
	where := Place{"user", "ID", "email"}
	sealed := All(testKeys(t, "k1"))[0].Seal([]byte("seed"), where, "ada@example.com")
	if _, err := Open(testKeys(t, "k2"), where, sealed); err == nil || !strings.Contains(err.Error(), "missing key") {
		t.Errorf("without the key the error is %v", err)
	}
	other, err := Parse(Format("k1", make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(other, where, sealed); err == nil || !strings.Contains(err.Error(), "cannot be opened") {
		t.Errorf("with another key of that id the error is %v", err)
	}
}

func TestNoncesDoNotRepeat(t *testing.T) {
	t.Parallel()
	k := All(testKeys(t, "k1"))[0]
	seen := map[string]bool{}
	for _, seed := range []string{"seed", "tree"} {
		for _, where := range []Place{{"user", "A", "email"}, {"user", "A", "password"}, {"user", "B", "email"}, {"event", "A", "email"}} {
			for _, text := range []string{"", "a", "b"} {
				_, data := sealedParts(t, k.Seal([]byte(seed), where, text))
				if nonce := string(data[:24]); seen[nonce] {
					t.Errorf("the nonce of %q %v %q was used before", seed, where, text)
				} else {
					seen[nonce] = true
				}
			}
		}
	}
}
