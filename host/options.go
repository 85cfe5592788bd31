package host

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
)

// Options configure an Enrol. SecretKey, Store and Audit are required; the zero
// values of all others are meant for production.
type Options struct {
	// Conf is the text of an sso.conf; "" is all defaults, with which nobody
	// can sign up, since apps.signup_allowed is empty.
	Conf string

	// SecretKey is keyid:base64url(32 bytes), newest first, separated by a
	// comma, at most two. See NewSecretKey.
	SecretKey signup.Secret

	// Store holds all data. The caller closes it, after Close. An Enrol watches a
	// Store that is an Ender: see Enrol.Done.
	Store kv.Store

	// Audit receives every attempt and every decision. An operation fails if its
	// audit trail does. An Enrol watches an Audit that is an Ender too.
	Audit Audit

	// Services are the functions behind names in user_validation.service,
	// signup.callback_service_list and main.email_service. Names that are URLs are
	// called over HTTP. One that the sso.conf no longer names gives a notice, and
	// still gets the events that were written for it.
	Services map[string]Service

	// Native runs the core as Go code instead of a module in a sandbox: faster,
	// with the same behaviour.
	Native bool

	// Module is the module to run, the one of package wasm if nil.
	Module []byte

	// Instances is how many instances of the module share the work; GOMAXPROCS
	// if 0.
	Instances int

	// MaxMemory bounds the memory of one instance, in bytes; 256 MiB if 0.
	MaxMemory int

	// CacheDir is the directory of the compiled module, which makes the next start
	// quick. Nobody else may write to it. If "", it is enrol in the user's cache
	// directory; "-" keeps it in memory only.
	CacheDir string

	// Timeout bounds one operation; 60 seconds if 0. It covers the services of
	// user_validation.service, each of which may take 30.
	Timeout time.Duration

	// HashConcurrency is how many passwords are hashed at once; GOMAXPROCS if 0.
	// Each takes enrol.argon2_memory, or the memory of an imported hash.
	HashConcurrency int

	// HashMemory bounds the memory of the hashes that run at once, in bytes. If 0,
	// it is 256 MiB, or what HashConcurrency hashes of the configuration take, if
	// that is more. A hash that takes more runs alone.
	HashMemory int64

	// HashQueue is how many hashes of one kind of operation may wait for their
	// turn; 256 if 0. Beyond, operations are refused at once with E901002 and
	// RetryAfter. Confirms, verifies and sign-ups are counted separately and take
	// turns, so that a burst of one kind does not delay the others.
	HashQueue int

	// HashWait is how long a hash may wait; 10 seconds if 0, no limit but the
	// operation's own if negative. If the duration of recent hashes shows that a
	// hash would wait longer, its operation is refused at once with E901002 and
	// RetryAfter.
	HashWait time.Duration

	// DispatchInterval is how often due events are looked up, in addition to after
	// each operation that creates one; a second if 0, never if negative. If it is
	// not negative, an Enrol on a store that others can share also announces itself
	// to them every minute: rekey waits until each of them has the new secret key.
	DispatchInterval time.Duration

	// PurgeInterval is how often expired records are removed; ten minutes if 0,
	// never if it or DispatchInterval is negative.
	PurgeInterval time.Duration

	// Metrics receives the metrics of this Enrol, whose names begin with enrol_, until
	// Close; there are none if nil. Two Enrols can share one with labels of their own:
	// see prometheus.WrapRegistererWith.
	Metrics prometheus.Registerer

	// Logger receives errors of the background; slog.Default if nil.
	Logger *slog.Logger
}

// check returns an error if something is missing that has no default.
func (o Options) check() error {
	switch {
	case o.Store == nil:
		return errors.New("host: Options.Store is missing")
	case o.Audit == nil:
		return errors.New("host: Options.Audit is missing")
	}
	return nil
}

func (o Options) withDefaults() Options {
	switch o.CacheDir {
	case "":
		if dir, err := os.UserCacheDir(); err == nil {
			o.CacheDir = filepath.Join(dir, "enrol")
		}
	case "-":
		o.CacheDir = ""
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.HashConcurrency <= 0 {
		o.HashConcurrency = runtime.GOMAXPROCS(0)
	}
	if o.HashQueue <= 0 {
		o.HashQueue = 256
	}
	if o.HashWait == 0 {
		o.HashWait = 10 * time.Second
	}
	if o.PurgeInterval == 0 {
		o.PurgeInterval = 10 * time.Minute
	}
	if o.DispatchInterval == 0 {
		o.DispatchInterval = time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}
