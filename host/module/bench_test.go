package module

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/wasm/wire"
)

// BenchmarkEffectRoundTrip measures the cost of leaving the module and
// returning, with almost nothing else.
func BenchmarkEffectRoundTrip(b *testing.B) {
	immediate := func(all bool) func(*Options) {
		return func(o *Options) {
			o.Module = trappingModule(b)
			o.Immediate = func(string) bool { return all }
		}
	}
	do := func(context.Context, string, []byte) []byte { return []byte("{}") }
	for name, all := range map[string]bool{"immediate": true, "waiting": false} {
		b.Run(name, func(b *testing.B) {
			pool := openPool(b, immediate(all))
			for b.Loop() {
				if _, err := pool.Run(b.Context(), "signup", nil, do); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkValidate measures an operation with hardly any effects: the cost of
// the module itself.
func BenchmarkValidate(b *testing.B) {
	pool := openPool(b, nil)
	for b.Loop() {
		if _, err := pool.Run(b.Context(), "validate", validateRequest, doValidate); err != nil {
			b.Fatal(err)
		}
	}
}

var validateRequest = []byte(`{"ctx":{"username":"ada","password":"correct horse","email":"ada@example.com"}}`)

// doValidate performs the effects of a validation.
func doValidate(_ context.Context, effect string, _ []byte) []byte {
	if effect == wire.Now {
		return []byte(`{"unix_ms":1790000000000}`)
	}
	return []byte(`{"entropy":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKis"}`)
}

// BenchmarkInstance measures the start of an instance, then its first and its
// second validation: without the word lists, with them for scores, and with
// them for common passwords.
func BenchmarkInstance(b *testing.B) {
	for name, change := range map[string]*strings.Replacer{
		"without lists":  strings.NewReplacer(),
		"min_complexity": strings.NewReplacer("min_complexity=0", "min_complexity=3"),
		"common blocked": strings.NewReplacer("[enrol]\n", "[enrol]\nblock_common_passwords=True\n"),
	} {
		b.Run(name, func(b *testing.B) {
			pool := openPool(b, func(o *Options) { o.Configuration.Conf = change.Replace(o.Configuration.Conf) })
			var made, first, second time.Duration
			for b.Loop() {
				start := time.Now()
				i, err := pool.newInstance()
				if err != nil {
					b.Fatal(err)
				}
				made += time.Since(start)
				first += timeValidate(b, i)
				second += timeValidate(b, i)
				i.module.Close(i.context)
			}
			for unit, total := range map[string]time.Duration{"ms-new": made, "ms-first": first, "ms-second": second} {
				b.ReportMetric(float64(total.Microseconds())/1000/float64(b.N), unit)
			}
		})
	}
}

func timeValidate(b *testing.B, i *instance) time.Duration {
	start := time.Now()
	if _, err := i.run(b.Context(), "validate", validateRequest, doValidate); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// BenchmarkCompile measures the start of a pool.
func BenchmarkCompile(b *testing.B) {
	for name, dir := range map[string]string{"cached": b.TempDir(), "uncached": ""} {
		b.Run(name, func(b *testing.B) {
			options := Options{Module: builtModule(b), CacheDir: dir}.withDefaults()
			start := func() {
				c, err := compile(b.Context(), options)
				if err != nil {
					b.Fatal(err)
				}
				c.close(b.Context())
			}
			start() // fills the cache
			for b.Loop() {
				start()
			}
		})
	}
}

// BenchmarkSignup measures a sign-up without its password hash: the cost of the
// module, of its effects in JSON, and of a store in memory.
func BenchmarkSignup(b *testing.B) {
	pool := openPool(b, nil)
	host := newStage(openStore(b, pool), 1).Host
	do := func(_ context.Context, effect string, request []byte) []byte {
		return wire.Perform(host, effect, request)
	}
	for n := 0; b.Loop(); n++ {
		if n%100 == 99 { // a store in memory takes longer the fuller it is
			host.Store = openStore(b, pool)
		}
		if _, err := pool.Run(b.Context(), "signup", []byte(signupRequest(n)), do); err != nil {
			b.Fatal(err)
		}
	}
}
