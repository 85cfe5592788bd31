package hostile

import (
	"context"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/module"
	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/signuptest"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// reader reads a hostile input.
type reader struct {
	name   string
	shapes map[string]func(size int) string
	reads  func(text string) func() []byte
}

// readers are all readers of the core.
func readers() []reader {
	engine := newEngine()
	run := func(operation, request string, change func(h *signuptest.Host, text string)) func(string) func() []byte {
		return func(text string) func() []byte {
			h, data := newHost(engine), []byte(request)
			if change == nil {
				data = []byte(text)
			} else {
				change(h, text)
			}
			return func() []byte { return engine.Run(operation, h, data) }
		}
	}
	return []reader{
		{"request", shapes, run("validate", "", nil)},
		{"answer of a service", shapes, run("signup", strings.ReplaceAll(person, "ada", "bob"), func(h *signuptest.Host, text string) {
			h.Services = func(signup.ServiceCall) (string, error) { return text, nil }
		})},
		{"hash", hashes, run("verify", `{"username":"ada","password":"another"}`, func(h *signuptest.Host, text string) {
			h.Store = replacing{h.Store, map[string]string{"user": fmt.Sprintf(`{"v":1,"id":"0","state":"final","password":%q}`, text)}}
		})},
		{"configuration", files, func(text string) func() []byte {
			return func() []byte {
				if _, _, err := ssoconf.Parse(text); err != nil {
					return []byte(err.Error())
				}
				return nil
			}
		}},
		{"record", shapes, run("get", `{"username":"ada"}`, func(h *signuptest.Host, text string) {
			h.Store = replacing{h.Store, map[string]string{"name": text}}
		})},
		{"request of the module", shapes, func(text string) func() []byte {
			h, data := newHost(engine), []byte(text)
			return func() []byte { return wire.Perform(h, "kv_commit", data) }
		}},
		{"settings of the module", shapes, func(text string) func() []byte {
			data := []byte(text)
			return func() []byte { _, answer := wire.Configure(data); return answer }
		}},
	}
}

// allocated is how many bytes a call allocates.
func allocated(call func() []byte) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

// Beyond the limits, an input that is sixteen times as long takes no more
// memory. Trusted inputs, such as records, are read in full, which takes memory
// in proportion. This test is not parallel, since it counts the allocations of
// the whole process.
func TestHostileInputsTakeLittleMemory(t *testing.T) {
	const size = 4 << 20
	for _, r := range readers() {
		for _, name := range slices.Sorted(maps.Keys(r.shapes)) {
			short, long := allocated(r.reads(r.shapes[name](size/16))), allocated(r.reads(r.shapes[name](size)))
			inside := strings.Contains(r.name, "module") || r.name == "record" || r.name == "hash"
			limit := 512 << 10
			if inside {
				limit = 16 * size
			}
			if long > limit || !inside && long > short+128<<10 {
				t.Errorf("%s, %s: %d KiB for %d, %d KiB for %d", r.name, name, short>>10, size/16, long>>10, size)
			}
		}
	}
}

var sizes = []int{1 << 10, 16 << 10, 64 << 10, 1 << 20, 4 << 20}

// BenchmarkHostile measures the cost of inputs of growing size, natively.
func BenchmarkHostile(b *testing.B) {
	for _, r := range readers() {
		for _, name := range slices.Sorted(maps.Keys(r.shapes)) {
			for _, size := range sizes {
				b.Run(fmt.Sprintf("%s/%s/%d KiB", r.name, name, size>>10), func(b *testing.B) {
					call := r.reads(r.shapes[name](size))
					b.ReportAllocs()
					for b.Loop() {
						call()
					}
				})
			}
		}
	}
}

// BenchmarkHostileModule measures the cost of requests of growing size in the
// module, and the memory of its instance afterwards.
func BenchmarkHostileModule(b *testing.B) {
	data, err := os.ReadFile("../../build/signup.wasm")
	if err != nil {
		b.Fatalf("%v: run make wasm first", err)
	}
	key := string(signup.FormatKey("k1", make([]byte, 32)))
	pool, err := module.Open(b.Context(), module.Options{
		Module: data, Configuration: wire.Configuration{Conf: conf, SecretKey: key}, Instances: 1,
	})
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close(context.Background())
	h := newHost(newEngine())
	do := func(_ context.Context, effect string, request []byte) []byte { return wire.Perform(h, effect, request) }
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		for _, size := range sizes {
			b.Run(fmt.Sprintf("request/%s/%d KiB", name, size>>10), func(b *testing.B) {
				request := []byte(shapes[name](size))
				b.ReportAllocs()
				for b.Loop() {
					pool.Run(b.Context(), "validate", request, do)
				}
			})
		}
	}
}
