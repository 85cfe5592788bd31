package wire_test

import (
	"encoding/json"
	"errors"
	"testing"
	"unicode/utf8"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/strictjson"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// FuzzPerform sends the requests of a broken module.
func FuzzPerform(f *testing.F) {
	for i := range wire.Effects() {
		for _, request := range []string{
			"", "{}", "null", `{"bytes":3}`, `{"bytes":-1}`, `{"keys":["a"]}`, `{"checks":[{"key":"k","version":""}],"puts":[{"key":"k","data":"d"}],"deletes":["x"]}`,
			`{"prefix":"","after":"","limit":1}`, `{"cid":"c","op":"o","extra":{"sub_status":["E1"]}}`, `{"service":"s","headers":{},"body":"{}"}`,
			`{"algorithm":"argon2id","password":"AA","salt":"AA"}`, "\xff", `{"keys":["\ud800"]}`,
		} {
			f.Add(byte(i), request)
		}
	}
	f.Fuzz(func(t *testing.T, effect byte, request string) {
		names := append(wire.Effects(), "none")
		answer := wire.Perform(script{answer: request, entropy: []byte(request)}.host(), names[int(effect)%len(names)], []byte(request))
		var object map[string]json.RawMessage
		if err := json.Unmarshal(answer, &object); err != nil || object == nil || !utf8.Valid(answer) {
			t.Errorf("%q: %v", answer, err)
		}
	})
}

// FuzzAnswers sends the answers of a broken host. Each must be an error or be
// read as it is, and a commit counts as not applied only if the answer says so.
func FuzzAnswers(f *testing.F) {
	for _, answer := range []string{
		"", "null", "{}", `{"error":"no"}`, `{"unix_ms":1}`, `{"entropy":"AA"}`, `{"values":[null,{"version":"1","data":"d"}]}`, `{"applied":true}`,
		`{"applied":false}`, `{"unknown":"why"}`, `{"entries":[{"key":"k","version":"1","data":"d"}]}`, `{"body":"b"}`, `{"key":"AA"}`,
		`{"unsupported":true}`, "\xff", `{"error":null,"applied":true}`, "[[[[[[",
	} {
		f.Add(answer)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		host := answers(answer)
		errs := each(host)
		values, err := host.Get([]string{"a", "b"})
		for _, value := range values {
			if err == nil && value.Version == "" && value.Data != "" {
				t.Errorf("%q: a value without a version", answer)
			}
		}
		entries, err := host.Scan("", "", 1)
		for _, entry := range entries {
			if err == nil && (entry.Key == "" || entry.Version == "") {
				t.Errorf("%q: an entry without a key or a version", answer)
			}
		}
		told := false
		if value, err := strictjson.ParseOwn(answer); err == nil {
			value.Read(func(m *strictjson.Members) { told = m.Has("error") })
		}
		if !told {
			if err := errs["kv_commit"]; err != nil && !errors.Is(err, kv.ErrUnknown) {
				t.Errorf("%q: %v", answer, err)
			}
		}
	})
}

// FuzzConfigure sends arbitrary input.
func FuzzConfigure(f *testing.F) {
	f.Add("")
	f.Add(`{"conf":"[main]","secret_key":"` + secretKey + `"}`)
	f.Add(`{"conf":"","secret_key":"k1:"}`)
	f.Fuzz(func(t *testing.T, request string) {
		engine, data := wire.Configure([]byte(request))
		var answer wire.Configured
		if err := json.Unmarshal(data, &answer); err != nil || (engine != nil) != (answer.Status == "ok") {
			t.Errorf("%q: %v", data, err)
		}
		if engine == nil && len(answer.Notices) == 0 {
			t.Errorf("%q is refused without a reason", data)
		}
	})
}
