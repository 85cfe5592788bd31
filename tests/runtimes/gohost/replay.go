package main

import (
	"context"
	"fmt"
	"os"

	"github.com/enrol-sso/enrol/host/module"
	"github.com/enrol-sso/enrol/tests/transcript"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// replayAll replays every transcript and returns how many there are, and how
// the answers were given.
func replayAll(ctx context.Context, wasm []byte, native bool) (count int, modes []string, err error) {
	all, err := transcript.Load("tests/transcripts")
	if err != nil {
		return 0, nil, err
	}
	if native {
		return len(all), []string{"immediate"}, replay(all, runNatively)
	}
	for _, immediate := range []bool{true, false} {
		p := &pools{wasm: wasm, immediate: immediate, open: map[wire.Configuration]*module.Pool{}}
		err := replay(all, func(tr *transcript.Transcript, player *transcript.Player) ([]byte, error) {
			return p.run(ctx, tr, player)
		})
		p.close(ctx)
		if err != nil {
			return 0, nil, err
		}
	}
	return len(all), []string{"immediate", "waiting"}, nil
}

// replay compares every effect and the response with the transcript's.
func replay(all []*transcript.Transcript, run func(*transcript.Transcript, *transcript.Player) ([]byte, error)) error {
	for _, tr := range all {
		player := tr.Play()
		response, err := run(tr, player)
		if err == nil {
			err = player.Finish(response)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", tr.Name, err)
		}
	}
	return nil
}

func runNatively(tr *transcript.Transcript, player *transcript.Player) ([]byte, error) {
	engine, answer := wire.Configure(wire.Configuration{Conf: tr.Conf, SecretKey: tr.SecretKey}.JSON())
	if engine == nil {
		return nil, fmt.Errorf("configuration refused: %s", answer)
	}
	return engine.Run(tr.Operation, wire.Host(player.Do), []byte(tr.Request)), nil
}

// pools are instances of the module, one for each configuration.
type pools struct {
	wasm      []byte
	immediate bool
	open      map[wire.Configuration]*module.Pool
	cache     string
}

func (p *pools) run(ctx context.Context, tr *transcript.Transcript, player *transcript.Player) ([]byte, error) {
	configuration := wire.Configuration{Conf: tr.Conf, SecretKey: tr.SecretKey}
	pool := p.open[configuration]
	if pool == nil {
		var err error
		if pool, err = p.start(ctx, configuration); err != nil {
			return nil, err
		}
		p.open[configuration] = pool
	}
	do := func(_ context.Context, effect string, request []byte) []byte { return player.Do(effect, request) }
	return pool.Run(ctx, tr.Operation, []byte(tr.Request), do)
}

func (p *pools) start(ctx context.Context, configuration wire.Configuration) (*module.Pool, error) {
	if p.cache == "" {
		dir, err := os.MkdirTemp("", "gohost-")
		if err != nil {
			return nil, err
		}
		p.cache = dir
	}
	return module.Open(ctx, module.Options{
		Module: p.wasm, Configuration: configuration, Instances: 1, CacheDir: p.cache,
		Immediate: func(string) bool { return p.immediate },
	})
}

func (p *pools) close(ctx context.Context) {
	for _, pool := range p.open {
		_ = pool.Close(ctx)
	}
	_ = os.RemoveAll(p.cache)
}
