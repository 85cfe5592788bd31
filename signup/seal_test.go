package signup

import (
	"encoding/base64"
	"strings"
	"testing"
)

func sealedParts(t *testing.T, sealed string) (id string, data []byte) {
	t.Helper()
	id, encoded, _ := strings.Cut(sealed, ".")
	data, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return id, data
}

func TestSealedTextOpensInItsPlace(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, "k2", "k1")
	where := place{"user", "ID", "email"}
	for _, text := range []string{"", "ada@example.com", strings.Repeat("é", 10000)} {
		for i := range keys.keys {
			sealed := keys.keys[i].sealText([]byte("seed"), where, text)
			if got, err := keys.open(where, sealed); err != nil || got != text {
				t.Errorf("%.20q opens as %.20q, %v", text, got, err)
			}
		}
	}
}

func TestSealedTextOpensNowhereElse(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, "k1")
	sealed := keys.keys[0].sealText([]byte("seed"), place{"user", "ID", "email"}, "ada@example.com")
	for _, where := range []place{
		{"event", "ID", "email"}, {"user", "IE", "email"}, {"user", "ID", "password"}, {"user", "", "ID\x00email"}, {"user\x00ID", "email", ""}, {},
	} {
		if got, err := keys.open(where, sealed); err == nil {
			t.Errorf("it opens in %q as %q", where, got)
		}
	}
}

func TestChangedSealedTextDoesNotOpen(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, "k1")
	where := place{"user", "ID", "email"}
	sealed := keys.keys[0].sealText([]byte("seed"), where, "ada@example.com")
	id, data := sealedParts(t, sealed)
	for i := range data {
		for bit := range 8 {
			changed := append([]byte(nil), data...)
			changed[i] ^= 1 << bit
			if _, err := keys.open(where, id+"."+base64.RawURLEncoding.EncodeToString(changed)); err == nil {
				t.Fatalf("it opens with bit %d of byte %d flipped", bit, i)
			}
		}
	}
	for n := range data {
		if _, err := keys.open(where, id+"."+base64.RawURLEncoding.EncodeToString(data[:n])); err == nil {
			t.Fatalf("it opens cut to %d bytes", n)
		}
	}
	for _, text := range []string{"", ".", "k1", "k1.", "k1.!", "k1." + sealed} {
		if _, err := keys.open(where, text); err == nil {
			t.Errorf("%q opens", text)
		}
	}
}

func TestSealedTextNeedsItsKey(t *testing.T) {
	t.Parallel()
	where := place{"user", "ID", "email"}
	sealed := testKeys(t, "k1").keys[0].sealText([]byte("seed"), where, "ada@example.com")
	if _, err := testKeys(t, "k2").open(where, sealed); err == nil || !strings.Contains(err.Error(), "not at hand") {
		t.Errorf("without the key the error is %v", err)
	}
	other, err := ParseKeys(FormatKey("k1", make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.open(where, sealed); err == nil || !strings.Contains(err.Error(), "cannot be opened") {
		t.Errorf("with another key of that id the error is %v", err)
	}
}

func TestNoncesDoNotRepeat(t *testing.T) {
	t.Parallel()
	k := testKeys(t, "k1").keys[0]
	seen := map[string]bool{}
	for _, seed := range []string{"seed", "tree"} {
		for _, where := range []place{{"user", "A", "email"}, {"user", "A", "password"}, {"user", "B", "email"}, {"event", "A", "email"}} {
			for _, text := range []string{"", "a", "b"} {
				_, data := sealedParts(t, k.sealText([]byte(seed), where, text))
				if nonce := string(data[:24]); seen[nonce] {
					t.Errorf("the nonce of %q %v %q was used before", seed, where, text)
				} else {
					seen[nonce] = true
				}
			}
		}
	}
}

// One whole store: no two sealed texts share a nonce.
func TestNoncesOfAStoreDiffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "signup.callback_service_list=a, b, c")
	for _, name := range []string{"ada", "bob", "eve"} {
		w.claim(name, "one@example.com")
	}
	seen := map[string]bool{}
	for _, e := range w.dump() {
		for _, part := range strings.Split(e.Data, `"`) {
			if !strings.HasPrefix(part, "k1.") {
				continue
			}
			_, data := sealedParts(t, part)
			if nonce := string(data[:24]); seen[nonce] {
				t.Errorf("%s repeats a nonce", e.Key)
			} else {
				seen[nonce] = true
			}
		}
	}
	if len(seen) != 3*6 {
		t.Errorf("%d sealed texts", len(seen))
	}
}
