package module

import (
	"context"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/wasm/wire"
)

// BenchmarkEffectRoundTrip is what it costs to leave the module and to come
// back, next to nothing else.
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

// BenchmarkValidate is an operation with hardly any effects: what the module
// itself takes.
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

// BenchmarkInstance is how long a new instance takes until it serves, and then
// its first validation and its second: without the word lists, with them for
// passwords that are scored, and with them for common ones that are refused.
func BenchmarkInstance(b *testing.B) {
	for name, lines := range map[string]string{
		"without lists":  "",
		"min_complexity": "[password]\nmin_complexity=3\n",
		"common blocked": "block_common_passwords=True\n", // in [enrol], the last section
	} {
		b.Run(name, func(b *testing.B) {
			pool := openPool(b, func(o *Options) { o.Configuration.Conf += lines })
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

// BenchmarkCompile is how long a start takes.
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
