package fernet

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// specKey is the key of all vectors of github.com/fernet/spec.
const specKey = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="

func parsed(t *testing.T, text string) Key {
	t.Helper()
	key, err := ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestOpenReturnsWhatTheTokenHolds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ from, key, token, want string }{
		{
			"verify.json", specKey,
			"gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==", "hello",
		},
		{ // the time does not count
			"invalid.json, expired TTL", specKey,
			"gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==", "",
		},
		{
			"invalid.json, far-future TS", specKey,
			"gAAAAAAdwStRAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAnja1xKYyhd-Y6mSkTOyTGJmw2Xc2a6kBd-iX9b_qXQcw==", "",
		},
		{
			"cryptography 50.0.2, empty", "qJB21fdnicYCljWasmxgBfMMj5nYXgF8W7XJCWtTwFU=",
			"gAAAAABrCsSRY5kd6ZuQhQQSfnfPcPb5kVcqhguXwyuyVkeD2UmLccQ4rwusSs0ijJhEOoWHoon_ZP-AftWQCtxtwgVtGB604Q==", "",
		},
		{
			"cryptography 50.0.2, two blocks", "qJB21fdnicYCljWasmxgBfMMj5nYXgF8W7XJCWtTwFU=",
			"gAAAAABrCsSR_c0IRNhvETAtHE07FiiS_33kKZpuiCZb0_VMVLkoLevRLZIrWIxlnAmuAcDUh8qYLQpoWOjf0AJSqoNL9Aqfl3HGTGUW-XMfGiNu3B1YnFk=", "carol@example.com",
		},
	} {
		got, err := parsed(t, test.key).Open(test.token)
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %q, %v", test.from, got, err)
		}
	}
}

func TestOpenRefusesOtherTokens(t *testing.T) {
	t.Parallel()
	key := parsed(t, specKey)
	for name, token := range map[string]string{
		"incorrect mac":  "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==",
		"too short":      "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==",
		"invalid base64": "%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==",
		"payload size not multiple of block size":  "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm",
		"payload padding error":                    "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==",
		"incorrect IV (causes padding error)":      "gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==",
		"another key, of cryptography 50.0.2":      "gAAAAABrCsSRo4AEacN1kcD0caVuPJjKkhcZIgXplVbPDsOmd3MEz6cX6lz6wDViMUx_CgD_JXfHx4bVe59syUbPtjGaD3tqZ4SxMft8UUvpts74N1TycWg=",
		"another version, and so another mac, too": "gQAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==",
		"empty": "",
	} {
		if got, err := key.Open(token); !errors.Is(err, ErrToken) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "$ZATO_KEY", specKey[:43], specKey + "AAAA", strings.Replace(specKey, "_", "/", 1)} {
		if _, err := ParseKey(text); !errors.Is(err, ErrKey) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if got := fmt.Sprintf("%v %+v %#v %s", parsed(t, specKey), parsed(t, specKey), parsed(t, specKey), parsed(t, specKey)); got != strings.TrimSpace(strings.Repeat("[redacted] ", 4)) {
		t.Errorf("a key prints as %s", got)
	}
}
