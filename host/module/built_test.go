package module

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/wasm/wire"
)

// cacheDir keeps compiled modules from one test to the next.
var cacheDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "enrol-module-test")
	if err != nil {
		panic(err)
	}
	cacheDir = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// signupWasm returns the last built module.
var signupWasm = sync.OnceValues(func() ([]byte, error) { return os.ReadFile("../../build/signup.wasm") })

func builtModule(t testing.TB) []byte {
	t.Helper()
	data, err := signupWasm()
	if err != nil {
		t.Fatalf("%v: run make wasm first", err)
	}
	return data
}

// trappingWasm builds the module that misbehaves on demand.
var trappingWasm = sync.OnceValues(func() ([]byte, error) {
	path := filepath.Join(cacheDir, "trapping.wasm")
	build := exec.Command("go", "build", "-buildmode=c-shared", "-o", path, "./testdata/trapping")
	build.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=", "GOWORK=off")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func trappingModule(t testing.TB) []byte {
	t.Helper()
	data, err := trappingWasm()
	if err != nil {
		t.Fatalf("testdata/trapping: %v", err)
	}
	return data
}

const testConf = `
[main]
email_service=mailer
[password]
min_complexity=0
[apps]
signup_allowed=CRM
[enrol]
argon2_memory=8192
argon2_iterations=1
`

var testConfiguration = wire.Configuration{
	Conf:      testConf,
	SecretKey: "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
}

// openPool opens a pool of the built module, or the one that change sets, and
// closes it at the end of the test.
func openPool(t testing.TB, change func(*Options)) *Pool {
	t.Helper()
	options := Options{Configuration: testConfiguration, Instances: 1, CacheDir: cacheDir}
	if change != nil {
		change(&options)
	}
	if options.Module == nil {
		options.Module = builtModule(t)
	}
	pool, err := Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := pool.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return pool
}
