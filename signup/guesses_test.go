package signup

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// guessing is a world with the account of ada, who has logged in from home, and
// strangers who try passwords.
type guessing struct {
	*world
	id string
}

const adasHome = "198.51.100.1"

func newGuessing(t *testing.T, changes ...string) *guessing {
	t.Helper()
	w := newWorld(t, append([]string{"apps.login_allowed=CRM", "signup.is_approval_needed=False", "signup.callback_service_list="}, changes...)...)
	g := &guessing{world: w, id: w.account("ada", "ada@example.com")}
	w.drainNow()
	w.calls = nil
	if r := g.try("ada", goodPassword, adasHome); !r.OK() {
		t.Fatalf("ada is not let in: %s", r.text)
	}
	return g
}

func (g *guessing) try(username, password, addr string) reply {
	g.t.Helper()
	request := login(username, "", password)
	request.RemoteAddr = []string{addr}
	return g.run("verify", request)
}

// strangerAt returns the client address of the n-th stranger.
func strangerAt(n int) string { return fmt.Sprintf("203.0.%d.%d", n/250, n%250) }

// guess lets strangers try n wrong passwords, all at the same time or with a
// pause between them.
func (g *guessing) guess(n int, pause int64) {
	g.t.Helper()
	for i := range n {
		g.pass(pause)
		if r := g.try("ada", "wrong", strangerAt(i)); r.codes() != "E005001" {
			g.t.Fatalf("guess %d is answered %s", i, r.text)
		}
	}
}

// evaluated reports whether a network gets another answer for the right
// password than for a wrong one, without changing anything.
func (g *guessing) evaluated(addr string) bool {
	other := g.fork(99)
	copied := newWorld(g.t)
	for _, e := range g.dump() {
		copied.write(kv.Put{Key: e.Key, Data: e.Data})
	}
	other.use(copied.store)
	return (&guessing{world: other}).try("ada", goodPassword, addr).OK()
}

// After ten wrong passwords in a row from ten addresses, the next one must
// wait: half a minute at first, and up to an hour. Meanwhile the right one gets
// the answer of a wrong one.
func TestWrongPasswordsSlowDown(t *testing.T) {
	t.Parallel()
	g := newGuessing(t)
	g.guess(9, 0)
	if !g.evaluated("203.0.113.9") {
		t.Error("nine wrong passwords keep a right one from a new address")
	}
	g.guess(1, 0)
	want := int64(30_000)
	for n := 10; n < 20; n++ {
		if g.evaluated("203.0.113.9") {
			t.Errorf("after %d wrong passwords a right one is accepted at once", n)
		}
		g.pass(want - 1)
		if g.evaluated("203.0.113.9") {
			t.Errorf("after %d wrong passwords a right one is accepted within %d s", n, want/1_000)
		}
		g.pass(1)
		if !g.evaluated("203.0.113.9") {
			t.Errorf("after %d wrong passwords a right one is not accepted after %d s", n, want/1_000)
		}
		g.guess(1, 0)
		want = min(2*want, hourMS)
	}
}

// While guesses must wait, they are neither compared nor counted.
func TestWaitingGuessesAreNotCounted(t *testing.T) {
	t.Parallel()
	g := newGuessing(t)
	g.guess(500, 0)
	if n := g.count().N; n != 10 {
		t.Errorf("%d are counted, want 10", n)
	}
}

// guessRun returns a run that has the secret of the counts.
func (g *guessing) guessRun() *run {
	g.t.Helper()
	r := &run{Engine: g.engine, host: g.fork(7)}
	if err := r.loadMeta(); err != nil {
		g.t.Fatal(err)
	}
	return r
}

// count returns ada's count.
func (g *guessing) count() *record.Guesses {
	g.t.Helper()
	return read[record.Guesses](g.world, g.guessRun().guessKey(auditVerify, g.id))
}

// Strangers have half of verify_stop_after, each known network a tenth. After
// that, all but one guess a day are refused, and the owner gets one message.
// From a known network, the owner can always log in.
func TestWrongPasswordsStop(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ stop, strangers, known int }{{100, 50, 10}, {20, 10, 2}, {10, 5, 1}, {1, 1, 1}} {
		g := newGuessing(t, fmt.Sprint("enrol.verify_stop_after=", test.stop))
		g.guess(test.strangers-1, hourMS)
		g.drainNow()
		if len(g.calls) > 0 {
			t.Errorf("%d: there is a message before: %+v", test.stop, g.calls)
		}
		g.guess(1, hourMS)
		g.drainNow()
		if m := g.messagesByKind()[record.MessageLoginAttempts]; len(g.calls) != 1 || m.To != "ada@example.com" || m.Username != "ada" || m.Token != "" {
			t.Errorf("%d: the messages are %+v", test.stop, g.calls)
		}
		g.pass(dayMS - 1)
		if g.evaluated("203.0.113.9") {
			t.Errorf("%d: a stranger's password is compared within a day", test.stop)
		}
		if !g.evaluated(adasHome) {
			t.Errorf("%d: the owner is kept out", test.stop)
		}
		g.pass(1)
		if !g.evaluated("203.0.113.9") {
			t.Errorf("%d: a stranger's password is not compared after a day", test.stop)
		}
		g.guess(1, 0)
		if g.evaluated("203.0.113.9") {
			t.Errorf("%d: a second one on that day is compared", test.stop)
		}
		for n := range test.known {
			g.pass(hourMS)
			if !g.evaluated(adasHome) {
				t.Errorf("%d: the owner is kept out after %d typing errors", test.stop, n)
			}
			g.try("ada", "wrong", adasHome)
		}
		if g.evaluated(adasHome) {
			t.Errorf("%d: more than %d wrong passwords of a known network are compared", test.stop, test.known)
		}
		g.drainNow()
		if len(g.calls) != 2 {
			t.Errorf("%d: there are %d messages", test.stop, len(g.calls))
		}
		g.checkInvariants()
	}
}

// After the stop the waits are days, each twice the one before, up to 30 days:
// five passwords in a month, sixteen in a year.
func TestStopLastsLongerEachTime(t *testing.T) {
	t.Parallel()
	g := newGuessing(t)
	g.guess(50, hourMS)
	year := g.Clock.Now() + 365*dayMS
	compared := map[int64]int{}
	for days := int64(1); g.Clock.Now() < year; {
		g.pass(days*dayMS - 1)
		if g.evaluated("203.0.113.9") {
			t.Fatalf("a password is compared within %d days", days)
		}
		g.pass(1)
		if !g.evaluated("203.0.113.9") {
			t.Fatalf("no password is compared after %d days", days)
		}
		g.guess(1, 0)
		compared[(g.Clock.Now()-year+365*dayMS)/(32*dayMS)]++
		days = min(2*days, 30)
	}
	all := 0
	for _, n := range compared {
		all += n
	}
	if compared[0] != 5 || all != 17 { // the last one is a few days after the year
		t.Errorf("there are compared %v, %d in all", compared, all)
	}
	if !g.evaluated(adasHome) {
		t.Error("the owner is kept out at home")
	}
}

// purge removes no row while a guess must wait, including rows of names
// that belong to nobody.
func TestPurgeEndsNoRowBeforeItsTime(t *testing.T) {
	t.Parallel()
	g := newGuessing(t, "enrol.verify_stop_after=10")
	for n := range 12 {
		g.pass(31 * dayMS)
		g.mustRun("purge", PurgeRequest{})
		g.try("nobody", "wrong", strangerAt(n))
	}
	r := g.guessRun()
	if n := read[record.Guesses](g.world, r.nobodysGuessKey(record.NamePrefix+"nobody")).N; n != 12 {
		t.Errorf("%d are counted, want 12", n)
	}
}

// From 10 on, no more wrong passwords are compared before the long waits than
// enrol.verify_stop_after, from any networks.
func TestPartsOfTheLimitStayWithinIt(t *testing.T) {
	t.Parallel()
	for stop := 10; stop <= 1_000; stop++ {
		if sum := half(stop) + record.KnownNetworks*tenth(stop); sum > stop {
			t.Errorf("%d: the parts are %d together", stop, sum)
		}
	}
}

// The message goes only to the owner of an account with a confirmed address. If
// messages are off, there is none.
func TestMessageAboutGuessesGoesOnlyToOwners(t *testing.T) {
	t.Parallel()
	for _, settings := range [][]string{{}, {"main.email_service="}, {"signup.email_confirm_enabled=False", "signup.email_welcome_enabled=False"}} {
		g := newGuessing(t, append(settings, "enrol.verify_stop_after=10", "enrol.confirm_within=525600", "signup.is_email_required=False")...)
		g.claim("claim", "claim@example.com")
		g.claim("void", "ada@example.com")
		g.account("bare", "")
		g.drainNow()
		g.calls = nil
		for n := range 20 {
			g.pass(dayMS)
			for _, who := range []string{"claim", "void", "bare", "nobody", "ada"} {
				g.try(who, "wrong", strangerAt(n))
			}
			g.checkInvariants()
			g.drainNow()
		}
		want := 1
		if len(settings) > 0 {
			want = 0
		}
		if len(g.calls) != want || want == 1 && g.messagesByKind()[record.MessageLoginAttempts].To != "ada@example.com" {
			t.Errorf("%q: the messages are %+v", settings, g.calls)
		}
	}
}

// A login resets the count of strangers and the count of its own network.
func TestLoginResetsACount(t *testing.T) {
	t.Parallel()
	g := newGuessing(t)
	g.guess(60, 2*hourMS)
	for range 4 {
		g.try("ada", "wrong", adasHome)
	}
	if r := g.try("ada", goodPassword, adasHome); !r.OK() {
		t.Fatal(r.text)
	}
	stored := g.count()
	known, _ := stored.Networks()
	if stored.N != 0 || known[0].N != 0 || known[0].Last != g.Clock.Now() {
		t.Errorf("there is left %+v, %+v", stored, known)
	}
	if !g.evaluated("203.0.113.9") {
		t.Error("a stranger still has to wait")
	}
}

// The last five networks are known. An IPv6 network has one subscriber.
func TestNetworksAreKnown(t *testing.T) {
	t.Parallel()
	g := newGuessing(t)
	addresses := []string{"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "2001:db8::1"}
	for _, addr := range addresses {
		g.pass(minute)
		if r := g.try("ada", goodPassword, addr); !r.OK() {
			t.Fatal(r.text)
		}
	}
	g.guess(100, hourMS)
	for _, addr := range append(addresses, "2001:db8::5:6:7:8") {
		if !g.evaluated(addr) {
			t.Errorf("%s is not known", addr)
		}
	}
	for _, addr := range []string{adasHome, "2001:db8:0:1::1"} {
		if g.evaluated(addr) {
			t.Errorf("%s is known", addr)
		}
	}
	for _, e := range g.list(record.GuessPrefix) {
		if strings.Contains(e.Data, "192.0") || strings.Contains(e.Key, g.id) {
			t.Errorf("the store says %s %s", e.Key, e.Data)
		}
	}
}

// A login from a known network writes nothing, except once a day.
func TestUsualLoginWritesNothing(t *testing.T) {
	t.Parallel()
	g := newGuessing(t)
	for _, step := range []struct {
		after   int64
		commits int
	}{{0, 0}, {hourMS, 0}, {dayMS, 1}, {minute, 0}} {
		g.pass(step.after)
		if g.try("ada", goodPassword, adasHome); g.commits != step.commits {
			t.Errorf("after %d ms there are %d commits, want %d", step.after, g.commits, step.commits)
		}
	}
}

// Names that belong to nobody, names of claims, void or not, and an account
// whose password is right get the same answers with the same effects, from the
// first wrong password until long after all are refused.
func TestGuessingRevealsNothing(t *testing.T) {
	t.Parallel()
	g := newGuessing(t, "enrol.verify_stop_after=30", "enrol.confirm_within=525600")
	g.claim("claim", "claim@example.com")
	g.claim("void", "ada@example.com")
	g.account("zoe", "zoe@example.com")
	for n := range 40 {
		g.pass(hourMS)
		if n > 35 {
			g.pass(dayMS)
		}
		want := ""
		for _, who := range []string{"zoe", "claim", "void", "nobody", "a b"} {
			r := g.try(who, "wrong", strangerAt(n))
			got := strings.Replace(r.text, r.CID, "", 1) + "\n" + shapeOfGuess(g.Effects())
			if want == "" {
				want = got
			}
			if got != want {
				t.Fatalf("guess %d: %s is answered\n%s\nothers\n%s", n, who, got, want)
			}
		}
	}
	wrong := g.try("zoe", "wrong", strangerAt(0))
	shapeOfWrong := shape(g.Effects())
	right := g.try("zoe", goodPassword, strangerAt(0))
	if strings.Replace(right.text, right.CID, "", 1) != strings.Replace(wrong.text, wrong.CID, "", 1) || shape(g.Effects()) != shapeOfWrong {
		t.Errorf("while one has to wait, the right password is answered\n%s\n%s\na wrong one\n%s\n%s", right.text, shape(g.Effects()), wrong.text, shapeOfWrong)
	}
	g.checkInvariants()
}

// shapeOfGuess returns the shape of a verify without differences that come from
// the names themselves: their length, and the length of an address.
func shapeOfGuess(effects []effect) string {
	var b strings.Builder
	for _, e := range effects {
		fmt.Fprintf(&b, "%s keys=%d bytes=%d checks=%d puts=%d", e.Kind, len(e.Keys), e.Bytes, len(e.Batch.Checks), len(e.Batch.Puts))
		for _, put := range e.Batch.Puts {
			list, _, _ := strings.Cut(put.Key, "/")
			fmt.Fprintf(&b, " %s %d", list, len(put.Key))
			if list == "guess" {
				fmt.Fprintf(&b, " %d", len(put.Data))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Simultaneous guesses get no further than consecutive ones.
func TestGuessesAtTheSameMomentAreCounted(t *testing.T) {
	t.Parallel()
	g := newGuessing(t)
	var read, done sync.WaitGroup
	const callers = 40
	read.Add(callers)
	for n := range callers {
		done.Go(func() {
			w := &guessing{world: g.fork(uint64(n))}
			waited := false
			w.before = func(_ int, e effect) error {
				if e.Kind == "commit" && !waited {
					waited = true
					read.Done()
					read.Wait()
				}
				return nil
			}
			w.try("ada", "wrong", strangerAt(n))
		})
	}
	done.Wait()
	if stored := g.count(); stored.N != 10 {
		t.Errorf("of %d wrong passwords %d are counted, want 10", callers, stored.N)
	}
}

// If a count cannot be written, the answer does not depend on the password.
func TestGuessThatCannotBeCountedIsNotAnswered(t *testing.T) {
	t.Parallel()
	g := newGuessing(t)
	for _, password := range []string{goodPassword, "wrong"} {
		g.commit = func(int, func() (bool, error)) (bool, error) { return false, kv.ErrConflict }
		if r := g.try("ada", password, "203.0.113.9"); r.codes() != "E005001" || g.commits != maxRaces {
			t.Errorf("after %d tries: %s", g.commits, r.text)
		}
		g.commit = func(int, func() (bool, error)) (bool, error) { return false, errors.New("the disk is full") }
		if r := g.try("ada", password, "203.0.113.9"); r.codes() != string(Busy) {
			t.Errorf("on a full disk: %s", r.text)
		}
	}
}

// A super-user ends the waiting with unlock; the networks stay known.
func TestUnlockEndsTheWaiting(t *testing.T) {
	t.Parallel()
	g := newGuessing(t)
	g.guess(60, hourMS)
	g.mustRun("unlock", LockRequest{UserID: g.id, caller: caller{superUser: true}})
	if !g.evaluated("203.0.113.9") {
		t.Error("a stranger still has to wait")
	}
	if known, _ := g.count().Networks(); known[0].Last == 0 {
		t.Error("the owner's network is not known any more")
	}
	g.mustRun("unlock", LockRequest{UserID: g.id, caller: caller{superUser: true}})
	if g.commits != 0 {
		t.Error("to unlock again writes something")
	}
	g.guess(60, hourMS)
	g.mustRun("lock", LockRequest{UserID: g.id, caller: caller{superUser: true}})
	g.mustRun("unlock", LockRequest{UserID: g.id, caller: caller{superUser: true}})
	if !g.evaluated("203.0.113.9") {
		t.Error("a stranger still has to wait after a lock")
	}
	g.checkInvariants()
}

// With both limits off, nothing is counted.
func TestGuessesAreNotCountedWithoutLimits(t *testing.T) {
	t.Parallel()
	g := newGuessing(t, "enrol.verify_slow_after=0", "enrol.verify_stop_after=0")
	g.guess(200, 0)
	if !g.evaluated("203.0.113.9") || len(g.list(record.GuessPrefix)) != 0 {
		t.Errorf("there are counts: %v", g.list(record.GuessPrefix))
	}
	w := newWorld(t, "enrol.verify_slow_after=0", "enrol.verify_stop_after=0", "enrol.confirm_requires_password=True")
	w.mustRun("confirm", ConfirmRequest{ConfirmToken: Secret(w.claim("ada", "ada@example.com")), Password: goodPassword, CurrentApp: "CRM", RemoteAddr: []string{adasHome}})
	if counts := w.list(record.GuessPrefix); len(counts) != 0 {
		t.Errorf("a confirm leaves counts: %v", counts)
	}
	g = newGuessing(t, "enrol.verify_slow_after=0")
	g.guess(49, 0)
	if !g.evaluated("203.0.113.9") {
		t.Error("without the one bound there is still a wait")
	}
	g.guess(1, 0)
	if g.evaluated("203.0.113.9") {
		t.Error("the other bound is off, too")
	}
}

// A count from the future, written by a wrong clock, makes nobody wait.
func TestGuessesSurviveAClockThatJumps(t *testing.T) {
	t.Parallel()
	g := newGuessing(t)
	g.pass(400 * dayMS)
	g.guess(60, hourMS)
	g.pass(-(401 * dayMS))
	if !g.evaluated("203.0.113.9") {
		t.Error("a stranger has to wait for more than a year")
	}
	g.try("ada", "wrong", "203.0.113.9")
	if got := g.count().Last; got != g.Clock.Now() {
		t.Errorf("the last one was at %d, it is %d", got, g.Clock.Now())
	}
}

// If confirm requires the password, holders of the token cannot try passwords
// without limit, and nobody else can block them.
func TestConfirmCountsWrongPasswords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "enrol.confirm_requires_password=True", "apps.login_allowed=CRM")
	token := w.claim("ada", "ada@example.com")
	for n := range 60 {
		w.pass(1000)
		request := login("ada", "", "wrong")
		request.RemoteAddr = []string{strangerAt(n)}
		w.run("verify", request)
	}
	confirm := ConfirmRequest{ConfirmToken: Secret(token), Password: "wrong", CurrentApp: "CRM"}
	for range 10 {
		w.run("confirm", confirm)
	}
	confirm.Password = goodPassword
	if r := w.run("confirm", confirm); r.codes() != "E005001" {
		t.Errorf("after ten wrong passwords: %s", r.text)
	}
	w.pass(30_000)
	w.mustRun("confirm", confirm)
	w.checkInvariants()
}

// newGuessingAtAClaim returns a world with a claim of ada, after strangers have
// tried all the wrong passwords that are compared.
func newGuessingAtAClaim(t *testing.T, changes ...string) (g *guessing, token string) {
	t.Helper()
	w := newWorld(t, append([]string{"apps.login_allowed=CRM", "signup.is_approval_needed=False", "enrol.confirm_within=525600"}, changes...)...)
	token = w.claim("ada", "ada@example.com")
	g = &guessing{world: w, id: recordOf[record.Name](t, w.list(record.NamePrefix)[0]).ID}
	g.guess(60, hourMS)
	if n := g.count().N; n != 50 {
		t.Fatalf("%d wrong passwords are compared, want 50", n)
	}
	return g, token
}

// confirmAtHome confirms ada's claim from home.
func (g *guessing) confirmAtHome(token, password string) reply {
	g.t.Helper()
	return g.run("confirm", ConfirmRequest{ConfirmToken: Secret(token), Password: Secret(password), CurrentApp: "CRM", RemoteAddr: []string{adasHome}})
}

// A confirm resets the count of strangers, so that the first login of the new
// owner need not wait. It does so once: strangers get no third count.
func TestConfirmResetsACount(t *testing.T) {
	t.Parallel()
	for _, setting := range []string{"False", "True"} {
		g, token := newGuessingAtAClaim(t, "enrol.confirm_requires_password="+setting)
		if r := g.confirmAtHome(token, goodPassword); !r.OK() {
			t.Fatal(r.text)
		}
		for _, addr := range []string{adasHome, "203.0.113.9"} {
			if !g.evaluated(addr) {
				t.Errorf("confirm_requires_password=%s: the first login from %s is refused", setting, addr)
			}
		}
		g.guess(60, hourMS)
		if n := g.count().N; n != 50 {
			t.Errorf("confirm_requires_password=%s: after the confirm %d wrong passwords are compared, want 50", setting, n)
		}
		if g.evaluated("203.0.113.9") {
			t.Errorf("confirm_requires_password=%s: a stranger's password is compared", setting)
		}
		g.checkInvariants()
	}
}

// Confirming with the right password makes the network known. Without the
// password or without a client address, no network becomes known.
func TestConfirmWithThePasswordMakesItsNetworkKnown(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		about    string
		settings []string
		password string
		addr     []string
		known    bool
	}{
		{"the right password", []string{"enrol.confirm_requires_password=True"}, goodPassword, []string{adasHome}, true},
		{"no address", []string{"enrol.confirm_requires_password=True"}, goodPassword, nil, false},
		{"the token alone", nil, "", []string{adasHome}, false},
		{"a password that is not compared", nil, goodPassword, []string{adasHome}, false},
	} {
		g, token := newGuessingAtAClaim(t, test.settings...)
		g.mustRun("confirm", ConfirmRequest{ConfirmToken: Secret(token), Password: Secret(test.password), CurrentApp: "CRM", RemoteAddr: test.addr})
		g.guess(60, hourMS)
		if got := g.evaluated(adasHome); got != test.known {
			t.Errorf("%s: the first login from the confirming network gets through: %v", test.about, got)
		}
		known, _ := g.count().Networks()
		if (known[0].Last > 0) != test.known || known[1].Last > 0 {
			t.Errorf("%s: there are known %+v", test.about, known)
		}
		g.checkInvariants()
	}
}

// The count of confirm is deleted with the count of verify.
func TestConfirmDeletesItsOwnCount(t *testing.T) {
	t.Parallel()
	g, token := newGuessingAtAClaim(t, "enrol.confirm_requires_password=True")
	g.confirmAtHome(token, "wrong")
	if n := len(g.list(record.GuessPrefix)); n != 2 {
		t.Fatalf("there are %d counts, want one of verify and one of confirm", n)
	}
	if r := g.confirmAtHome(token, goodPassword); !r.OK() {
		t.Fatal(r.text)
	}
	if n := len(g.list(record.GuessPrefix)); n != 1 {
		t.Errorf("after the confirm there are %d counts, want one of verify", n)
	}
}

// A refused confirm ends no row, for any reason of the refusal.
func TestRefusedConfirmEndsNoRow(t *testing.T) {
	t.Parallel()
	for about, refused := range map[string]func(g *guessing, token string) reply{
		"a wrong password": func(g *guessing, token string) reply { return g.confirmAtHome(token, "wrong") },
		"an unknown token": func(g *guessing, token string) reply { return g.confirmAtHome(token[1:]+"A", goodPassword) },
		"the address is another's": func(g *guessing, token string) reply {
			g.confirmAtHome(g.claim("eve", "ADA@example.com"), goodPassword)
			return g.confirmAtHome(token, goodPassword)
		},
		"the claim has expired": func(g *guessing, token string) reply {
			g.pass(365 * dayMS)
			return g.confirmAtHome(token, goodPassword)
		},
	} {
		g, token := newGuessingAtAClaim(t, "enrol.confirm_requires_password=True")
		before := *g.count()
		if r := refused(g, token); r.OK() {
			t.Fatalf("%s: %s", about, r.text)
		}
		if after := g.count(); after == nil || *after != before {
			t.Errorf("%s: of %+v there is left %+v", about, before, after)
		}
	}
}

// Guesses during a confirm can neither prevent it nor make it start again.
func TestGuessesDoNotOvertakeAConfirm(t *testing.T) {
	t.Parallel()
	for _, setting := range []string{"False", "True"} {
		g, token := newGuessingAtAClaim(t, "enrol.confirm_requires_password="+setting)
		other := &guessing{world: g.fork(1)}
		g.before = func(int, effect) error {
			other.try("ada", "wrong", "203.0.113.9")
			return nil
		}
		if r := g.confirmAtHome(token, goodPassword); !r.OK() || g.commits != 1 {
			t.Errorf("confirm_requires_password=%s: after %d commits: %s", setting, g.commits, r.text)
		}
		g.before = nil
		if !g.evaluated("203.0.113.9") {
			t.Errorf("confirm_requires_password=%s: the first login is refused", setting)
		}
		g.checkInvariants()
	}
}

// Counts are deleted with their account, and after their time.
func TestCountsOfGuessesArePurged(t *testing.T) {
	t.Parallel()
	g := newGuessing(t)
	g.claim("eve", "eve@example.com")
	for _, who := range []string{"eve", "nobody", "ada"} {
		g.try(who, "wrong", "203.0.113.9")
	}
	if got := len(g.list(record.GuessPrefix)); got != 3 {
		t.Fatalf("there are %d counts", got)
	}
	for _, step := range []struct {
		after int64
		want  int
	}{{dayMS, 2}, {guessLife - dayMS - 1, 2}, {1, 1}, {knownLife - guessLife - 1, 1}, {1, 0}} {
		g.pass(step.after)
		for cursor := ""; ; {
			r := g.mustRun("purge", PurgeRequest{Limit: 1, Cursor: cursor})
			if cursor = r.Cursor; !r.More {
				break
			}
		}
		if got := len(g.list(record.GuessPrefix)); got != step.want {
			t.Errorf("%d days later there are %d counts, want %d", (g.Clock.Now()-startTime)/dayMS, got, step.want)
		}
	}
	w := newWorld(t, "apps.login_allowed=CRM")
	id := w.account("bob", "bob@example.com")
	w.run("verify", login("bob", "", "wrong"))
	w.mustRun("reject", ApprovalRequest{UserID: id, caller: caller{superUser: true}})
	if left := w.list(record.GuessPrefix); len(left) != 0 {
		t.Errorf("of an account that was rejected there is left %v", left)
	}
}

// The checker finds damaged records of guesses.
func TestCheckerFindsDamagedGuesses(t *testing.T) {
	t.Parallel()
	for _, data := range []string{
		`{"v":1,"n":-1,"last":0,"known":"` + record.EmptyGuesses().Known + `"}`,
		`{"v":1,"n":1,"last":-1,"known":"` + record.EmptyGuesses().Known + `"}`,
		`{"v":1,"n":1,"last":0,"known":"AAAA"}`, `{"v":0}`, `{`,
	} {
		g := newGuessing(t)
		key := g.list(record.GuessPrefix)[0].Key
		g.write(kv.Put{Key: key, Data: data})
		if found := findings(g.engine.keys, g.dump()); len(found) != 1 {
			t.Errorf("%s: %v", data, found)
		}
	}
	g := newGuessing(t)
	g.write(kv.Put{Key: record.GuessPrefix + "x", Data: g.list(record.GuessPrefix)[0].Data})
	if found := findings(g.engine.keys, g.dump()); len(found) != 1 {
		t.Errorf("a wrong key: %v", found)
	}
}
