package host

import (
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup"
)

// Options say what an Enrol is made of. SecretKey, Store and Audit have to be
// given; the zero values of all others are meant for production.
type Options struct {
	// Conf is the text of an sso.conf; "" is all defaults, with which nobody
	// can sign up, since apps.signup_allowed is empty.
	Conf string

	// SecretKey is keyid:base64url(32 bytes), newest first, separated by a
	// comma, at most two. See NewSecretKey.
	SecretKey signup.Secret

	// Store is where everything is kept. It stays the caller's to close, after
	// Close.
	Store kv.Store

	// Audit is where every attempt and every decision is noted. An operation
	// fails if its audit trail does.
	Audit Audit

	// Services are the functions behind names in user_validation.service,
	// signup.callback_service_list and main.email_service. Entries of those
	// that are URLs are called over HTTP.
	Services map[string]Service

	// Native runs the core as Go code rather than as a module in a sandbox:
	// faster, and the same in all it does.
	Native bool

	// Module is the module to run, the one of package wasm if nil.
	Module []byte

	// Instances is how many instances of the module share the work; GOMAXPROCS
	// if 0.
	Instances int

	// MaxMemory bounds the memory of one instance, in bytes; 256 MiB if 0.
	MaxMemory int

	// CacheDir is where the compiled module is kept, so that the next start is
	// quick: a directory that nobody else can write to. If "", it is enrol in
	// the user's cache directory; "-" keeps it in memory only.
	CacheDir string

	// Timeout bounds one operation; 60 seconds if 0. It covers the services of
	// user_validation.service, each of which may take 30.
	Timeout time.Duration

	// HashConcurrency is how many passwords are hashed at once; GOMAXPROCS if
	// 0. Each takes enrol.argon2_memory.
	HashConcurrency int

	// DispatchInterval is how often the store is asked for deliveries that are
	// due, besides right after an operation that made one; a second if 0, never
	// if negative.
	DispatchInterval time.Duration

	// PurgeInterval is how often what has expired is removed; ten minutes if 0,
	// never if it or DispatchInterval is negative.
	PurgeInterval time.Duration

	// Logger is told of what goes wrong in the background; slog.Default if nil.
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Store == nil {
		panic("host: Options.Store is missing")
	}
	if o.Audit == nil {
		panic("host: Options.Audit is missing")
	}
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
