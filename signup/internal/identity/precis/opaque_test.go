package precis

import "testing"

func TestPasswords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		password, want string
		err            error
	}{
		{"", "", ErrEmpty},
		{"correct horse battery staple", "correct horse battery staple", nil}, // the examples of RFC 8265, section 4.3
		{"Correct Horse Battery Staple", "Correct Horse Battery Staple", nil},
		{"πßå", "πßå", nil},
		{"Jack of ♦s", "Jack of ♦s", nil},
		{"foo\u1680bar", "foo bar", nil},
		{"my cat is a \u0009by", "", ErrDisallowed},
		{"\u3000", " ", nil},
		{"πßa\u030a", "πßå", nil},
		{"ＡⅣﬁ", "ＡⅣﬁ", nil}, // neither width nor anything else is mapped
		{"\u1100", "", ErrDisallowed},
		{"\u0378", "", ErrDisallowed},
		{"a\ufe0f", "", ErrDisallowed},
		{"a·b", "", ErrContext},
		{"7תפוח", "7תפוח", nil}, // the Bidi Rule does not apply to passwords
		{"a\xff\xc3", "a\ufffd\ufffd", nil},
	} {
		if got, err := OpaqueString(test.password); got != test.want || err != test.err {
			t.Errorf("%+q is %+q (%v), want %+q (%v)", test.password, got, err, test.want, test.err)
		}
	}
}
