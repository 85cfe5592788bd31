package keyring

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/secret"
)

func TestTextFormOfKeys(t *testing.T) {
	t.Parallel()
	a, b := bytes.Repeat([]byte{0xfb}, 32), bytes.Repeat([]byte{1}, 32)
	for _, text := range []secret.Text{
		Format("new", a) + "," + Format("old", b),
		" " + Format("new", a) + " ,\n" + Format("old", b) + "\n",
		Format("new", a) + "=," + Format("old", b) + "=",
	} {
		keys, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if len(All(keys)) != 2 || All(keys)[0].ID != "new" || All(keys)[1].ID != "old" || !bytes.Equal(Find(keys, "old").secret, b) {
			t.Errorf("%q is read wrongly", string(text))
		}
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	t.Parallel()
	good := strings.Repeat("A", 43)
	for _, text := range []string{
		"", ",", "k1", good, "k1:", ":" + good, "K1:" + good, "k_1:" + good, "k.1:" + good, strings.Repeat("k", 17) + ":" + good,
		"k1:" + good[1:], "k1:" + good + "A", "k1:" + good[1:] + "+", "k1:" + good[1:] + "B",
		"k1:" + good + ",k1:" + good, "k1:" + good + ",k2:" + good + ",k3:" + good, "k1:" + good + ",",
	} {
		if _, err := Parse(secret.Text(text)); err == nil {
			t.Errorf("%q is accepted", text)
		} else if strings.Contains(err.Error(), "AAAA") {
			t.Errorf("the error repeats the key: %v", err)
		}
	}
}

// extracted computes HKDF with SHA-256, one block, as in RFC 5869.
func extracted(secret []byte, purpose string) []byte {
	extract := hmac.New(sha256.New, make([]byte, 32))
	extract.Write(secret)
	expand := hmac.New(sha256.New, extract.Sum(nil))
	expand.Write(append([]byte(purpose), 1))
	return expand.Sum(nil)
}

func TestDerivedKeysAreHKDF(t *testing.T) {
	t.Parallel()
	k := All(testKeys(t, "k1"))[0]
	for purpose, got := range map[string][]byte{
		"enrol seal v1": k.sealing, "enrol nonce v1": k.nonce.key, "enrol index v1": k.index.key, "enrol webhook v1\x00crm": k.WebhookKey("crm"),
	} {
		if want := extracted(k.secret, purpose); !bytes.Equal(got, want) {
			t.Errorf("%q is %x, want %x", purpose, got, want)
		}
	}
	if want := base64.RawURLEncoding.EncodeToString(extracted(k.secret, "enrol check v1")[:16]); k.Check() != want {
		t.Errorf("the check is %s, want %s", k.Check(), want)
	}
}

func TestBlindIndexDependsOnKeyAndAddress(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, "k1", "k2")
	a, b := All(keys)[0], All(keys)[1]
	mac := hmac.New(sha256.New, a.index.key)
	mac.Write([]byte("ada@example.com"))
	want := base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	if got := a.BlindIndex("ada@example.com"); got != want || got != a.BlindIndex("ada@example.com") {
		t.Errorf("got %s, want %s", got, want)
	}
	if a.BlindIndex("ada@example.com") == b.BlindIndex("ada@example.com") || a.BlindIndex("ada@example.com") == a.BlindIndex("adb@example.com") {
		t.Error("two indexes are the same")
	}
}

func TestKeysAreRotatingWithAnOlderOne(t *testing.T) {
	t.Parallel()
	if testKeys(t, "k1").Rotating() || !testKeys(t, "k2", "k1").Rotating() {
		t.Error("Rotating is wrong about how many keys there are")
	}
}
