package record

import (
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/keyring"
)

var (
	anID               = NewID([]byte("0123456789abcdef"))
	aHash              = HashToken("token")
	aDestination       = DestinationID("crm.created")
	aTime        int64 = 1_790_000_000_000
)

// What is made is taken apart again, in each state of an event.
func TestParserTakesKeysApart(t *testing.T) {
	t.Parallel()
	for _, event := range []Event{
		{ID: anID, User: anID, Destination: "crm.created", Created: aTime},
		{ID: anID, User: anID, Destination: "crm.created", Due: aTime},
		{ID: anID, User: anID, Destination: "crm.created", Due: aTime, Postponed: true},
		{ID: anID, User: anID, Destination: "crm.created", Due: aTime, Lease: anID},
	} {
		want := Slot{Bucket: Bucket(anID, 100), Destination: aDestination, State: Ready, At: aTime, ID: anID}
		switch {
		case event.Lease != "":
			want.State = Leased
		case event.Postponed:
			want.State = Postponed
		case event.Due != 0:
			want.State = Waiting
		}
		key := ScheduleKey(&event, 100)
		if slot, ok := ParseSlot(key); !ok || slot != want {
			t.Errorf("%s is taken apart as %+v, %v", key, slot, ok)
		}
		if _, _, ok := ParseTimedKey(key); ok {
			t.Errorf("%s is in a list that is ordered by time", key)
		}
	}
	for _, ms := range []int64{0, aTime, MaxTime} {
		key := TimedKey(PendingPrefix, 7, ms, anID)
		if got, id, ok := ParseTimedKey(key); !ok || got != ms || id != anID {
			t.Errorf("%s is taken apart as %d, %s, %v", key, got, id, ok)
		}
		if !strings.HasPrefix(key, BucketPrefix(PendingPrefix, 7)) {
			t.Errorf("%s is in another bucket", key)
		}
	}
	keys, err := keyring.Parse(keyring.Format("k1", make([]byte, keyring.Bytes)))
	if err != nil {
		t.Fatal(err)
	}
	if id, ok := ParseMailKey(MailKey(keyring.All(keys)[0], "ada@example.com")); !ok || id != "k1" {
		t.Errorf("the secret key of an address is %q, %v", id, ok)
	}
	if key := RateKey(497_222, aHash, 1); !IsRateKey(key) {
		t.Errorf("%s is not a counter", key)
	}
	if key := DayPrefix(20_717) + aHash; !IsSentKey(key) {
		t.Errorf("%s is not a mailbox", key)
	}
}

// Keys that no engine makes are refused.
func TestParserRefusesOtherKeys(t *testing.T) {
	t.Parallel()
	slot := "outbox/07/" + aDestination + "/r/1790000000000/" + anID
	timed := "pending/07/1790000000000/" + anID
	mail := "mail/k1/" + aHash
	rate := "rate/00497222/" + aHash + "/1"
	sent := "sent/20717/" + aHash
	parsers := map[string]func(string) bool{
		slot:  func(key string) bool { _, ok := ParseSlot(key); return ok },
		timed: func(key string) bool { _, _, ok := ParseTimedKey(key); return ok },
		mail:  func(key string) bool { _, ok := ParseMailKey(key); return ok },
		rate:  IsRateKey,
		sent:  IsSentKey,
	}
	for good, ok := range parsers {
		if !ok(good) {
			t.Fatalf("%s is refused", good)
		}
		for _, bad := range []string{good + "/", good + "x", good + "/" + anID, good[:len(good)-1], good[:strings.LastIndex(good, "/")], "", "/"} {
			if ok(bad) {
				t.Errorf("%q is taken for %s", bad, good)
			}
		}
	}
	for good, changes := range map[string][][2]string{
		slot:  {{"/07/", "/7/"}, {"/07/", "/+7/"}, {"/07/", "/a7/"}, {"/r/", "/x/"}, {"/r/", "//"}, {"1790", "790"}, {"1790", "-790"}, {"1790", "179O"}, {"/d", "/e"}, {anID, strings.ToLower(anID)}},
		timed: {{"/07/", "/7/"}, {"/07/", "/-7/"}, {"1790", "790"}, {"1790", "01790"}, {"1790", "+790"}, {anID, anID[:25] + "U"}},
		mail:  {{"k1", ""}, {"k1", "K1"}, {aHash, aHash[:42] + "="}},
		rate:  {{"00497222", "497222"}, {"00497222", "+0497222"}, {aHash, aHash[1:]}, {"/1", "/x"}},
		sent:  {{"20717", "2071"}, {"20717", "-2071"}, {aHash, aHash + "a"}},
	} {
		for _, change := range changes {
			if bad := strings.Replace(good, change[0], change[1], 1); bad == good || parsers[good](bad) {
				t.Errorf("%q is taken for %s", bad, good)
			}
		}
	}
}
