package ssoconf

import (
	"reflect"
	"testing"
)

func TestSettingsReportTheValuesInForce(t *testing.T) {
	settings, err := ParseSettings("[password]\nmin_length = 15\nreject_list = '''\n a\n b'''\n[signup]\nemail_required=no\n[main]\n site_name = x\n[apps]\nlogin_metadata_allowed=CRM")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]Setting{}
	for _, setting := range settings {
		if _, twice := found[setting.Path()]; twice {
			t.Errorf("%s is there twice", setting.Path())
		}
		found[setting.Path()] = setting
	}
	if got, want := len(found), len(newReader().keys); got != want {
		t.Errorf("there are %d settings, want %d", got, want)
	}
	for _, want := range []Setting{
		{"password", "min_length", 15, 8, 2, 14},
		{"password", "max_length", 256, 256, 0, 0},
		{"password", "reject_list", []string{"a", "b"}, defaultRejectList(), 3, 15},
		{"signup", "is_email_required", false, true, 7, 16},
		{"signup", "email_required", nil, nil, 7, 16},
		{"main", "site_name", "x", "", 9, 14},
		{"apps", "login_metadata_allowed", nil, nil, 11, 24},
		{"apps", "signup_allowed", []string(nil), []string(nil), 0, 0},
		{"enrol", "password_hash", "argon2id", "argon2id", 0, 0},
	} {
		if got := found[want.Path()]; !reflect.DeepEqual(got, want) || got.Given() != (want.Line > 0) {
			t.Errorf("%s is %+v, want %+v", want.Path(), got, want)
		}
	}
}

func TestSettingsOfAnInvalidFileReturnItsErrors(t *testing.T) {
	const text = "[password]\nmin_length=x"
	settings, err := ParseSettings(text)
	_, _, want := Parse(text)
	if settings != nil || !reflect.DeepEqual(err, want) {
		t.Errorf("got %v, %v", settings, err)
	}
}

// Every kind of value is either reported or has no effect.
func TestEveryKindOfValueIsASetting(t *testing.T) {
	for _, key := range newReader().keys {
		switch key.value.(type) {
		case unusedValue:
			if settingValue(key.value) != nil {
				t.Errorf("%s has a value", key.path())
			}
		default:
			if settingValue(key.value) == nil {
				t.Errorf("%s has no value", key.path())
			}
		}
	}
}
