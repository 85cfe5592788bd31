package signup

import (
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/ssoconf"
)

// Wrong passwords in a row are counted per account. After
// enrol.verify_slow_after of them, the next one must wait: guessWait at first,
// then twice as long each time, up to hourMS. From enrol.verify_stop_after on,
// the waits are longer: stopWait at first, then twice as long each time, up to
// stopWaitMost. The owner gets a message.
//
// Each network that the account logged in from has its own count, so that
// nobody outside it can make the owner wait there. All others together, the
// strangers, have half of verify_stop_after. Each known network has a tenth of
// it and half of verify_slow_after. Each has at least 1. From 10 on, the parts
// together are at most verify_stop_after.
//
// NIST SP 800-63B-4, 3.2.2, requires disabling the password after at most 100.
// Enrol does not, because then anybody could lock out an owner without a known
// network forever. After the stop, strangers get 5 passwords compared in a
// month and about 16 in a year.
//
// A row ends with a login (for strangers and for its own network), with unlock,
// when its claim is confirmed, and when purge removes the record, see
// isExpired.
//
// The limit also holds across a confirm. A claim has no known networks. Before
// the confirm, strangers get half of the limit with verify, and holders of the
// token get half with confirm, if that requires the password. After the
// confirm, strangers get half again, and the network that sent the right
// password a tenth. A token confirms only once, so nobody gets more by
// confirming.
//
// While a guess must wait, the answer and the effects are the same as for a
// wrong password, whether the password is right or not. Names that belong to nobody
// have counts, too.
const (
	guessWait      = 30_000
	stopWait       = dayMS
	stopWaitMost   = 30 * dayMS
	guessLife      = 90 * dayMS  // how long a count is kept without another attempt; longer than any wait
	knownLife      = 180 * dayMS // how long a network is kept without another login
	clockTolerance = hourMS      // a count that is further in the future comes from a wrong clock
)

// The greatest lengths, in bytes, of an address and a username that the length
// of a message about guesses does not reveal.
const (
	maxPaddedEmail = 254
	maxPaddedName  = 128
)

// isExpired reports whether a record no longer has an effect.
func isExpired(g *record.Guesses, now int64) bool {
	known, _ := g.Networks()
	for _, k := range known {
		if k.Last > 0 && k.Last+knownLife > now {
			return false
		}
	}
	return g.N == 0 || g.Last+guessLife <= now
}

// cleared returns a record without wrong passwords. Its networks stay known.
func cleared(g *record.Guesses) record.Guesses {
	next, known := *g, [record.KnownNetworks]record.KnownNetwork{}
	known, _ = g.Networks()
	for i := range known {
		known[i].N = 0
	}
	next.N, next.Last = 0, 0
	next.SetNetworks(known)
	return next
}

// clearGuesses makes a change of an account clear its count for verify.
func (r *run) clearGuesses(c *claimed) *Error {
	key := r.guessKey(auditVerify, c.user.ID)
	values, err := r.readChecked(c, key)
	if err != nil || values[0].Version == "" {
		return err
	}
	stored, err := record.Decode[record.Guesses](key, values[0])
	if err != nil {
		return err
	}
	if next := cleared(stored); next != *stored {
		c.also = []kv.Put{record.Put(key, &next)}
	}
	return nil
}

// endGuesses makes a confirm delete the counts of its claim in the same commit,
// because earlier guesses of strangers do not concern the account. It does not
// read the counts, so that concurrent guesses do not overtake the confirm.
// Nothing else is lost, because claims have no known networks.
func (r *run) endGuesses(batch *kv.Batch, c *claimed) {
	batch.Deletes = append(batch.Deletes, r.guessKey(auditConfirm, c.user.ID))
	key := r.guessKey(auditVerify, c.user.ID)
	if c.letIn == nil {
		batch.Deletes = append(batch.Deletes, key)
		return
	}
	stored := record.EmptyGuesses()
	stored.SetNetworks([record.KnownNetworks]record.KnownNetwork{*c.letIn})
	batch.Puts = append(batch.Puts, record.Put(key, &stored))
}

// letInFrom returns the network of a request with the right password, or nil if
// the network is unknown or nothing is counted.
func (r *run) letInFrom(user *record.User, remoteAddr []string) *record.KnownNetwork {
	network, named := r.networkOf(r.guessKey(auditVerify, user.ID), remoteAddr)
	if !named || !r.counting() {
		return nil
	}
	return &record.KnownNetwork{Network: network, Last: r.now}
}

// counting reports whether wrong passwords are counted.
func (e *Engine) counting() bool {
	return e.config.Enrol.VerifySlowAfter > 0 || e.config.Enrol.VerifyStopAfter > 0
}

// guess is one password that was tried for one account, right or wrong.
type guess struct {
	key     string   // of the record.Guesses
	network [12]byte // the network that it comes from
	named   bool     // whether the network is known
	account loginAccount
	right   bool
	letsIn  bool // it is right and a login: it resets counts and makes its network known
	login   bool // every refusal writes as much, and too many cause a message to the owner
}

// counted counts a guess, and reports whether the answer may depend on the
// password. If not, the answer must be the same as for a wrong password.
func (r *run) counted(g guess) (answer bool, err *Error) {
	if !r.counting() {
		return true, nil
	}
	for range maxRaces {
		values, err := r.get(g.key)
		if err != nil {
			return false, err
		}
		stored, there, err := readOr[record.Guesses](r, g.key, values[0], r.decoys.guesses)
		if err != nil {
			return false, err
		}
		if !there {
			*stored = record.EmptyGuesses()
		}
		next, waits, stopped, err := r.count(g, *stored)
		if err != nil {
			return false, err
		}
		if g.right && !waits && next == *stored && (g.letsIn || !g.login) {
			return true, nil
		}
		batch := kv.Batch{
			Checks: []kv.Check{{Key: g.key, Version: values[0].Version}},
			Puts:   []kv.Put{record.Put(g.key, &next)},
		}
		if stopped && g.login {
			if err := r.tellOwner(&batch, g.account); err != nil {
				return false, err
			}
		}
		outcome, err := r.commit(batch)
		if err != nil {
			return false, err
		}
		if outcome != overtaken {
			return !waits, nil
		}
	}
	return false, nil // too many at once, so this one is not compared
}

// count applies a guess to a record. It reports whether the guess must wait,
// and whether it is the last one before the others must wait for days.
func (r *run) count(g guess, stored record.Guesses) (next record.Guesses, waits, stopped bool, err *Error) {
	known, ok := stored.Networks()
	if !ok {
		return stored, false, false, fault.Internal("%s: the record is damaged", g.key)
	}
	slow, stop := r.config.Enrol.VerifySlowAfter, r.config.Enrol.VerifyStopAfter
	at := slices.IndexFunc(known[:], func(k record.KnownNetwork) bool { return g.named && k.Last > 0 && k.Network == g.network })
	n, last, parts := &stored.N, &stored.Last, part{slow, half(stop)}
	if at >= 0 {
		n, last, parts = &known[at].N, &known[at].Last, part{half(slow), tenth(stop)}
	}
	switch {
	case parts.waits(*n, *last, r.now):
		waits = true
	case !g.right:
		*n++
		*last = r.now
		stopped = *n == parts.stop
	case g.letsIn:
		stored.N, stored.Last = 0, 0
		if at < 0 && g.named {
			at = 0
			for i := range known {
				if known[i].Last < known[at].Last {
					at = i
				}
			}
			known[at] = record.KnownNetwork{Network: g.network, Last: r.now}
		}
		if at >= 0 && (known[at].N > 0 || known[at].Last+dayMS <= r.now || known[at].Last > r.now+clockTolerance) {
			known[at].N, known[at].Last = 0, r.now
		}
	}
	stored.SetNetworks(known)
	return stored, waits, stopped, nil
}

// part is the share of the limits of one kind of network; 0 means no limit.
type part struct{ slow, stop int }

func half(n int) int  { return share(n, 2) }
func tenth(n int) int { return share(n, 2*record.KnownNetworks) }

func share(n, parts int) int {
	if n == 0 {
		return 0
	}
	return max(1, n/parts)
}

// waits reports whether the next guess after n wrong ones must wait.
func (p part) waits(n int, last, now int64) bool {
	var wait int64
	switch {
	case p.stop > 0 && n >= p.stop:
		wait = min(int64(stopWait)<<min(n-p.stop, 10), stopWaitMost)
	case p.slow > 0 && n >= p.slow:
		wait = min(int64(guessWait)<<min(n-p.slow, 10), hourMS)
	}
	return now < last+wait && now > last-clockTolerance
}

// tellOwner adds a message to the owner of an account with too many wrong
// passwords to a batch. If there is no account, or its address is not
// confirmed, nobody receives the message.
func (r *run) tellOwner(batch *kv.Batch, account loginAccount) *Error {
	user := account.user
	if r.config.MessageService() == "" || !r.config.Signup.Confirm.Enabled && !r.config.Signup.Welcome.Enabled {
		return nil
	}
	email, err := r.email(user)
	if err != nil {
		return err
	}
	text := record.Message{
		Kind:       record.MessageLoginAttempts,
		To:         email,
		Username:   user.Username,
		Locale:     locale(user.Attrs),
		CurrentApp: user.CurrentApp,
	}
	longest := record.Message{
		Kind:       record.MessageLoginAttempts,
		To:         strings.Repeat("x", maxPaddedEmail),
		Username:   strings.Repeat("x", maxPaddedName),
		Locale:     strings.Repeat("x", maxLocale),
		CurrentApp: strings.Repeat("x", ssoconf.MaxAppName),
	}
	texts := padded(&text, text.ForNobody(), longest.ForNobody()) // otherwise the length would reveal a decoy
	id := user.ID
	event := outgoing{id: r.nextID("event"), destination: record.MessageDestination, text: texts[0]}
	if user.State != record.StateFinal || email == "" {
		id, event.text = r.nextID("user"), texts[1]
	}
	batch.Checks = append(batch.Checks, r.meta.checks...)
	batch.Checks = append(batch.Checks, kv.Check{Key: record.UserPrefix + user.ID, Version: account.version}) // an erased account gets no message
	batch.Puts = append(batch.Puts, r.eventPuts(event, id)...)
	return nil
}
