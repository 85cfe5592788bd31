package signup

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
)

func TestTextFormOfKeys(t *testing.T) {
	t.Parallel()
	a, b := bytes.Repeat([]byte{0xfb}, 32), bytes.Repeat([]byte{1}, 32)
	for _, text := range []Secret{
		FormatKey("new", a) + "," + FormatKey("old", b),
		" " + FormatKey("new", a) + " ,\n" + FormatKey("old", b) + "\n",
		FormatKey("new", a) + "=," + FormatKey("old", b) + "=",
	} {
		keys, err := ParseKeys(text)
		if err != nil {
			t.Fatal(err)
		}
		if len(keys.keys) != 2 || keys.keys[0].id != "new" || keys.keys[1].id != "old" || !bytes.Equal(keys.find("old").secret, b) {
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
		if _, err := ParseKeys(Secret(text)); err == nil {
			t.Errorf("%q is accepted", text)
		} else if strings.Contains(err.Error(), "AAAA") {
			t.Errorf("the error repeats the key: %v", err)
		}
	}
}

func TestFormatKeyPanicsOnMisuse(t *testing.T) {
	t.Parallel()
	for _, misuse := range []func(){
		func() { FormatKey("k1", make([]byte, 31)) },
		func() { FormatKey("K", make([]byte, 32)) },
		func() { New(nil, testKeys(t, "k1")) },
		func() { New(configured(t), nil) },
	} {
		func() {
			defer func() {
				if text, _ := recover().(string); !strings.HasPrefix(text, "signup: ") {
					t.Errorf("the panic is %q", text)
				}
			}()
			misuse()
		}()
	}
}

// extracted is HKDF with SHA-256, one block, written from RFC 5869.
func extracted(secret []byte, purpose string) []byte {
	extract := hmac.New(sha256.New, make([]byte, 32))
	extract.Write(secret)
	expand := hmac.New(sha256.New, extract.Sum(nil))
	expand.Write(append([]byte(purpose), 1))
	return expand.Sum(nil)
}

func TestDerivedKeysAreHKDF(t *testing.T) {
	t.Parallel()
	k := testKeys(t, "k1").keys[0]
	for purpose, got := range map[string][]byte{
		"enrol seal v1": k.seal, "enrol nonce v1": k.nonce, "enrol index v1": k.index, "enrol webhook v1\x00crm": k.webhookKey("crm"),
	} {
		if want := extracted(k.secret, purpose); !bytes.Equal(got, want) {
			t.Errorf("%q is %x, want %x", purpose, got, want)
		}
	}
	if want := base64.RawURLEncoding.EncodeToString(extracted(k.secret, "enrol check v1")[:16]); k.check() != want {
		t.Errorf("the check is %s, want %s", k.check(), want)
	}
}

func TestBlindIndexDependsOnKeyAndAddress(t *testing.T) {
	t.Parallel()
	keys := testKeys(t, "k1", "k2")
	a, b := keys.keys[0], keys.keys[1]
	mac := hmac.New(sha256.New, a.index)
	mac.Write([]byte("ada@example.com"))
	want := base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	if got := a.blindIndex("ada@example.com"); got != want || got != a.blindIndex("ada@example.com") {
		t.Errorf("got %s, want %s", got, want)
	}
	if a.blindIndex("ada@example.com") == b.blindIndex("ada@example.com") || a.blindIndex("ada@example.com") == a.blindIndex("adb@example.com") {
		t.Error("two indexes are the same")
	}
}
