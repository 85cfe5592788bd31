package signup

import "testing"

// Connections and proxies write addresses with ports, brackets and zones. Audit
// entries contain only the addresses.
func TestRemoteAddrInEveryForm(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"192.0.2.1":                       "192.0.2.1",
		"192.0.2.1:443":                   "192.0.2.1",
		"::1":                             "::1",
		"[::1]":                           "::1",
		"[::1]:443":                       "::1",
		"[2001:DB8::0:a]":                 "2001:db8::a",
		"fe80::1%eth0":                    "fe80::1",
		"fe80::2%countess@example.com":    "fe80::2",
		"[fe80::1%eth0]":                  "fe80::1",
		"[fe80::1%eth0]:443":              "fe80::1",
		"::ffff:192.0.2.1":                "192.0.2.1",
		"[::ffff:192.0.2.1]:443":          "192.0.2.1",
		"[2001:db8::a]:1, 192.0.2.1:2,::": "2001:db8::a;192.0.2.1;::",
	} {
		w := newWorld(t)
		request := ask("ada", "ada@example.com")
		request.RemoteAddr = []string{given}
		w.mustRun("signup", request)
		if got := w.audit[0].Extra.RemoteAddr; got != want {
			t.Errorf("%s: the audit trail has %q, want %q", given, got, want)
		}
	}
}

// One client counts as one, however its address is written.
func TestRateCountsAnAddressInEveryForm(t *testing.T) {
	t.Parallel()
	for _, forms := range [][]string{
		{"192.0.2.1", "192.0.2.1:1", "192.0.2.1:2", "::ffff:192.0.2.1", "[::ffff:192.0.2.1]:3"},
		{"2001:db8::a", "[2001:db8::a]", "[2001:db8::a]:1", "[2001:db8::a%1]", "2001:DB8:0::A"},
	} {
		w := newWorld(t, "enrol.rate_verify=4")
		for i, form := range forms {
			r := w.run("verify", VerifyRequest{Username: "ada", Password: "x", CurrentApp: "CRM", RemoteAddr: []string{form}})
			if limited := r.SubStatus[0] == RateLimited; limited != (i == 4) {
				t.Errorf("%s: %s", form, r.text)
			}
		}
	}
}
