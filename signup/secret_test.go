package signup

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	secret := Secret("hunter22")
	request := ask("ada", "ada@example.com")
	request.Password = secret
	for _, verb := range []string{"%v", "%+v", "%#v", "%q", "%x", "%X", "%s", "%d", "%08.3f", "%t"} {
		for _, value := range []any{secret, &secret, []Secret{secret}, map[string]Secret{"k": secret}, request, &request, ConfirmRequest{ConfirmToken: secret}, SignupResponse{ConfirmToken: secret}} {
			text := fmt.Sprintf(verb, value)
			if holds(text, "hunter22") || strings.Contains(strings.ToLower(text), "68756e746572") || strings.Contains(text, "104 117") {
				t.Errorf("%s of %T prints %s", verb, value, text)
			}
		}
		if text := fmt.Sprintf(verb, secret); text != "[redacted]" {
			t.Errorf("%s prints %s", verb, text)
		}
	}
	if secret.String() != "[redacted]" || secret.GoString() != "[redacted]" {
		t.Error("the methods give the text away")
	}
}

func TestSecretsAreNeverMarshalled(t *testing.T) {
	t.Parallel()
	secret := Secret("hunter22")
	for _, value := range []any{secret, &secret, []Secret{secret}, map[string]Secret{"k": secret}, ask("a", "b"), SignupResponse{ConfirmToken: secret}} {
		if data, err := json.Marshal(value); err == nil {
			t.Errorf("%T is marshalled as %s", value, data)
		}
	}
	var response SignupResponse
	if err := json.Unmarshal([]byte(`{"status":"ok","confirm_token":"hunter22"}`), &response); err != nil || response.ConfirmToken != secret {
		t.Errorf("a response is not read: %v", err)
	}
}

func TestKeysAreNeverPrinted(t *testing.T) {
	t.Parallel()
	keys, err := ParseKeys(FormatKey("k1", []byte(strings.Repeat("K", 32))))
	if err != nil {
		t.Fatal(err)
	}
	engine := New(configured(t), keys)
	for _, verb := range []string{"%v", "%+v", "%#v", "%q", "%x", "%X", "%s", "%d", "%t"} {
		for _, value := range []any{keys, *keys, []*Keys{keys}, struct{ K *Keys }{keys}, engine, *engine} {
			text := fmt.Sprintf(verb, value)
			for _, leak := range []string{"KKKK", "4b4b4b4b", "4B4B4B4B", "75 75 75", "0x4b, 0x4b"} {
				if strings.Contains(text, leak) {
					t.Errorf("%s of %T prints %s", verb, value, text)
				}
			}
		}
		for _, value := range []any{keys, *keys} {
			if text := fmt.Sprintf(verb, value); text != "[redacted]" {
				t.Errorf("%s of %T prints %s", verb, value, text)
			}
		}
	}
	if data, err := json.Marshal(keys); err == nil {
		t.Errorf("keys are marshalled as %s", data)
	}
}
