package module

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"github.com/enrol-sso/enrol/wasm/wire"
)

const (
	pageBytes      = 64 << 10
	compileWorkers = 2
)

// compiled is the module ready to be instantiated.
type compiled struct {
	runtime wazero.Runtime
	cache   wazero.CompilationCache
	module  wazero.CompiledModule
}

// compile compiles the module, or loads it from the cache. An unusable cache
// only costs time.
func compile(ctx context.Context, options Options) (*compiled, error) {
	if options.CacheDir != "" {
		cache, err := openCache(options.CacheDir, options.Logger)
		if err == nil {
			var c *compiled
			if c, err = compileWith(ctx, options, cache); err == nil {
				sealCache(options.CacheDir)
				return c, nil
			}
		}
		options.Logger.Warn("compiling the module without a cache", "dir", options.CacheDir, "reason", err)
	}
	return compileWith(ctx, options, wazero.NewCompilationCache())
}

func compileWith(ctx context.Context, options Options, cache wazero.CompilationCache) (*compiled, error) {
	config := wazero.NewRuntimeConfig().
		WithCompilationCache(cache).
		WithMemoryLimitPages(uint32(options.MaxMemory / pageBytes))
	c := &compiled{runtime: wazero.NewRuntimeWithConfig(ctx, config), cache: cache}
	if err := c.load(ctx, options.Module); err != nil {
		c.close(ctx)
		return nil, err
	}
	return c, nil
}

func (c *compiled) load(ctx context.Context, module []byte) error {
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, c.runtime); err != nil {
		return fmt.Errorf("wasi: %w", firstLine(err))
	}
	host := c.runtime.NewHostModuleBuilder("signup_host")
	for _, effect := range wire.Effects() {
		host = exportEffect(host, effect)
	}
	if _, err := exportTake(host).Instantiate(ctx); err != nil {
		return fmt.Errorf("signup_host: %w", firstLine(err))
	}
	var err error
	ctx = experimental.WithCompilationWorkers(ctx, compileWorkers)
	if c.module, err = c.runtime.CompileModule(ctx, module); err != nil {
		return fmt.Errorf("the module is damaged, or is not WebAssembly: %w", firstLine(err))
	}
	return nil
}

func (c *compiled) close(ctx context.Context) {
	c.runtime.Close(ctx)
	c.cache.Close(ctx)
}

// moduleConfig is what an instance gets through WASI: real clocks and real
// random bytes, unlike wazero's defaults, and nothing else.
func moduleConfig() wazero.ModuleConfig {
	return wazero.NewModuleConfig().
		WithName("").
		WithStartFunctions().
		WithRandSource(rand.Reader).
		WithSysWalltime().
		WithSysNanotime()
}
