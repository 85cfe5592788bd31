package host

import (
	"strings"
	"sync/atomic"
	"testing"
)

// BenchmarkSignup measures whole signups, one at a time and one per core, with
// the cheapest password hash and with the default one.
func BenchmarkSignup(b *testing.B) {
	usual := strings.NewReplacer("argon2_memory=8192\n", "", "argon2_iterations=1\n", "").Replace(testConf)
	for _, mode := range []struct {
		name   string
		native bool
	}{{"module", false}, {"native", true}} {
		for _, hash := range []struct{ name, conf string }{{"cheap", testConf}, {"default", usual}} {
			open := func(b *testing.B) *installation {
				return start(b, mode.native, func(o *Options) { o.Conf, o.Instances = hash.conf, 0 })
			}
			b.Run(mode.name+"/"+hash.name+"/alone", func(b *testing.B) {
				i := open(b)
				n := 0
				for b.Loop() {
					n++
					i.signUp(b, numbered(n))
				}
			})
			b.Run(mode.name+"/"+hash.name+"/parallel", func(b *testing.B) {
				i := open(b)
				var n atomic.Int32
				b.SetParallelism(8)
				b.RunParallel(func(p *testing.PB) {
					for p.Next() {
						if answer, err := i.Signup(b.Context(), numbered(int(n.Add(1)))); err != nil || !answer.OK() {
							b.Error(answer, err)
						}
					}
				})
			})
		}
	}
}

// BenchmarkGet measures an operation without a password: the cost of the host
// and the module.
func BenchmarkGet(b *testing.B) {
	for name, native := range map[string]bool{"module": false, "native": true} {
		b.Run(name, func(b *testing.B) {
			i := start(b, native, nil)
			i.signUp(b, ada())
			request := []byte(`{"username":"ada"}`)
			for b.Loop() {
				if response, _ := i.Run(b.Context(), "get", request); !response.OK() {
					b.Fatal(response)
				}
			}
		})
	}
}
