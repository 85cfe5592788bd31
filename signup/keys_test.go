package signup

import (
	"errors"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

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

func TestKeysAreComparedWithAStore(t *testing.T) {
	t.Parallel()
	old := testKeys(t, "k1")
	value := func(entries ...keyring.Entry) kv.Value {
		return kv.Value{Version: "1", Data: record.Put(record.KeysKey, &record.Keys{V: 1, Keys: entries}).Data}
	}
	entry := keyring.Entry{ID: "k1", Check: keyring.Find(old, "k1").Check()}
	for _, test := range []struct {
		what  string
		keys  *Keys
		value kv.Value
		wrong bool
	}{
		{"an empty store", old, kv.Value{}, false},
		{"its own key", old, value(entry), false},
		{"its own key, rotating", testKeys(t, "k2", "k1"), value(entry), false},
		{"another key", testKeys(t, "k2"), value(entry), true},
		{"another key of the same id", old, value(keyring.Entry{ID: "k1", Check: "AAAA"}), true},
		{"one key of two", old, value(keyring.Entry{ID: "k2", Check: "AAAA"}, entry), true},
	} {
		err := CheckKeys(test.keys, test.value)
		if errors.Is(err, ErrWrongKey) != test.wrong || !test.wrong && err != nil {
			t.Errorf("%s: %v", test.what, err)
		}
	}
	if err := CheckKeys(old, kv.Value{Version: "1", Data: "{"}); err == nil || errors.Is(err, ErrWrongKey) {
		t.Errorf("a damaged record: %v", err)
	}
}
