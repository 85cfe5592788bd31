package module

import (
	"context"
	"testing"

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
	request := []byte(`{"ctx":{"username":"ada","password":"correct horse","email":"ada@example.com"}}`)
	do := func(_ context.Context, effect string, _ []byte) []byte {
		if effect == wire.Now {
			return []byte(`{"unix_ms":1790000000000}`)
		}
		return []byte(`{"entropy":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKis"}`)
	}
	for b.Loop() {
		if _, err := pool.Run(b.Context(), "validate", request, do); err != nil {
			b.Fatal(err)
		}
	}
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
