package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/host/httpapi"
	"github.com/enrol-sso/enrol/signup"
)

// Wrong keys are in the audit trail, and a flood of them does not fill the
// disk: one entry per address and minute, 20 for all together. The log has the
// first of the rest, and their count at each power of ten.
func TestWrongKeysAreAudited(t *testing.T) {
	engine, trail := newEngine(t)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	httpapi.SetClock(t, func() time.Time { return now })
	f := serve(t, engine, httpapi.Options{APIKey: apiKey, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, nil)
	try := func(address string, headers ...string) reply {
		return f.send("POST", signupPath, ada, append(headers, "X-Forwarded-For", address)...)
	}
	guess := "Bearer " + strings.Repeat("g", 32)

	try("192.0.2.1").want(t, 401, signup.NotAllowed) // a missing key is not a wrong one
	f.send("GET", "/healthz", "", "Authorization", guess).want(t, 200)
	if len(trail.entries) != 0 {
		t.Fatalf("audited %+v", trail.entries)
	}
	r := try("192.0.2.1", "Authorization", guess)
	r.want(t, 401, signup.NotAllowed)
	text, err := json.Marshal(trail.last(t).AuditEvent)
	want := fmt.Sprintf(`{"cid":"%s","op":"api.authenticate","result":"error","extra":{"remote_addr":"192.0.2.1","sub_status":["E005001"]}}`, r.CID)
	if err != nil || string(text) != want {
		t.Errorf("audited %s, want %s", text, want)
	}
	for _, wrong := range [][]string{{"Authorization", guess}, {"Authorization", "Basic " + apiKey}, {"Authorization", apiKey}, {"Authorization", "Bearer " + apiKey, "Authorization", guess}} {
		try("192.0.2.1", wrong...).want(t, 401, signup.NotAllowed)
	}
	for range 2 { // a /64 counts as one address
		try("2001:db8:0:1::1", "Authorization", guess)
		try("2001:db8:0:1:2::1", "Authorization", guess)
	}
	if len(trail.entries) != 2 {
		t.Errorf("audited %+v", trail.entries)
	}
	for i := range 100 {
		try(fmt.Sprintf("198.51.100.%d", i), "Authorization", guess)
	}
	if len(trail.entries) != 20 {
		t.Errorf("%d entries after a flood", len(trail.entries))
	}
	for range 100 {
		try("198.51.100.1", "Authorization", guess)
	}
	log := f.log.String()
	if counts := wrongKeyCounts(log); !slices.Equal(counts, []string{"1", "10", "100"}) || strings.Contains(log, "198.51") || strings.Contains(log, "ggg") {
		t.Errorf("logged %s", log)
	}
	now = now.Add(time.Minute)
	try("192.0.2.1", "Authorization", guess)
	if len(trail.entries) != 21 {
		t.Errorf("%d entries a minute later", len(trail.entries))
	}
	for range 2 {
		try("192.0.2.1", "Authorization", guess)
	}
	if counts := wrongKeyCounts(f.log.String()); !slices.Equal(counts, []string{"1", "10", "100", "1"}) {
		t.Errorf("logged %s", f.log.String())
	}
	try("192.0.2.1", "Authorization", "Bearer "+apiKey).want(t, 200)
}

// wrongKeyCounts returns the counts in a log.
func wrongKeyCounts(log string) (counts []string) {
	for _, match := range regexp.MustCompile(`wrong API key.*count=(\d+)`).FindAllStringSubmatch(log, -1) {
		counts = append(counts, match[1])
	}
	return counts
}

// A server without an API key still records wrong super-user keys.
func TestWrongSuperKeyOnLoopbackIsAudited(t *testing.T) {
	engine, trail := newEngine(t, approvalConf)
	for key, want := range map[signup.Secret]int{superKey: 1, "": 0} {
		trail.entries = nil
		f := serve(t, engine, httpapi.Options{SuperAPIKey: key}, nil)
		f.send("PUT", signupPath, "", asCaller...).want(t, 405, signup.InvalidOperation)
		if len(trail.entries) != want || want == 1 && (trail.entries[0].Op != "api.authenticate" || trail.entries[0].CID == "") {
			t.Errorf("audited %+v", trail.entries)
		}
	}
}
