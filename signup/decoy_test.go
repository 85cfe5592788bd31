package signup

import (
	"encoding/json"
	"testing"
)

// A decoy does the work of a record only as long as it looks like one.
func TestDecoysLookLikeRecords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claim("ada", "ada@example.com")
	name := w.list(namePrefix)[0]
	w.account("bob", "bob@example.com")
	owner := w.list("mail/")[0]
	for what, pair := range map[string]struct {
		decoy decoy
		real  string
	}{
		"name":  {decoyName, name.Data},
		"owner": {decoyOwner, owner.Data},
	} {
		if got := pair.decoy.record; len(got) != len(pair.real) {
			t.Errorf("%s: the decoy is %s, a record %s", what, got, pair.real)
		}
	}
	user := record[userRecord](t, w.list(userPrefix)[0])
	if len(user.PasswordSealed) != len("k1.")+len(decoySealed) {
		t.Errorf("a sealed hash is %s", user.PasswordSealed)
	}
	if got, want := len(decoyUser.record), len(w.list(userPrefix)[0].Data); got < want*9/10 || got > want*11/10 {
		t.Errorf("the decoy of an account has %d bytes, one has %d", got, want)
	}
	for _, d := range []decoy{decoyName, decoyOwner, decoyUser} {
		var answer decoyAnswer
		if err := json.Unmarshal([]byte(d.answer), &answer); err != nil || *answer.Values[0].Data != d.record {
			t.Errorf("the answer with %s is %s, %v", d.record, d.answer, err)
		}
	}
}
