package record

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
)

func TestRecordIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	want := Name{V: Version, ID: "X", State: StateFinal, Expires: 5, Keys: []string{"a", "<&>\u2028"}}
	p := Put("name/x", &want)
	got, err := Decode[Name]("name/x", kv.Value{Version: "1", Data: p.Data})
	if err != nil || got.ID != want.ID || got.State != want.State || got.Expires != 5 || len(got.Keys) != 2 || got.Keys[1] != want.Keys[1] {
		t.Errorf("%s is read as %+v, %v", p.Data, got, err)
	}
}

func TestUnknownFieldsOfRecordsAreIgnored(t *testing.T) {
	t.Parallel()
	got, err := Decode[Token]("token/x", kv.Value{Data: `{"colour":"red","v":1,"id":"X","name":"x","more":{"a":[1]}}`})
	if err != nil || *got != (Token{1, "X", "x"}) {
		t.Errorf("read as %+v, %v", got, err)
	}
}

func TestNewerRecordIsRefused(t *testing.T) {
	t.Parallel()
	_, err := Decode[Token]("token/x", kv.Value{Data: `{"v":2,"id":["of","another","form"]}`})
	if err == nil || err.Code != fault.InternalError || !strings.Contains(err.Message, "version 2, this engine reads up to 1: use a newer engine") {
		t.Errorf("the error is %v", err)
	}
}

func TestDamagedRecordIsRefused(t *testing.T) {
	t.Parallel()
	for _, data := range []string{"", "{", "null", "[]", `"x"`, `{}`, `{"v":0}`, `{"v":-1}`, `{"v":"1"}`, `{"v":1.5}`, `{"v":1,"id":5}`, `{"v":1} x`} {
		if got, err := Decode[Token]("token/x", kv.Value{Data: data}); err == nil || !strings.Contains(err.Message, "damaged") {
			t.Errorf("%q is read as %+v, %v", data, got, err)
		}
	}
}
