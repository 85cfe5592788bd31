// Package tests has the tests across folders: transcripts replayed on every
// runtime, and end-to-end tests.
package tests

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/module"
	"github.com/enrol-sso/enrol/tests/transcript"
	"github.com/enrol-sso/enrol/wasm/wire"
)

// fewest is the minimum number of transcripts, so that an empty replay does not
// pass.
const fewest = 50

func transcripts(t *testing.T) []*transcript.Transcript {
	t.Helper()
	all, err := transcript.Load("transcripts")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < fewest {
		t.Fatalf("there are %d transcripts, at least %d are needed: make transcripts", len(all), fewest)
	}
	return all
}

// built returns the module that was built from this tree.
func built(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("../build/signup.wasm")
	if err != nil {
		t.Fatalf("%v: run make wasm first", err)
	}
	return data
}

func TestTranscriptsReplayNatively(t *testing.T) {
	t.Parallel()
	for _, tr := range transcripts(t) {
		t.Run(tr.Name, func(t *testing.T) {
			engine, answer := wire.Configure(wire.Configuration{Conf: tr.Conf, SecretKey: tr.SecretKey}.JSON())
			if engine == nil {
				t.Fatalf("configuration refused: %s", answer)
			}
			player := tr.Play()
			response := engine.Run(tr.Operation, wire.Host(player.Do), []byte(tr.Request))
			if err := player.Finish(response); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTranscriptsReplayInTheModule(t *testing.T) {
	t.Parallel()
	for mode, immediate := range map[string]func(string) bool{
		"waiting":   func(string) bool { return false },
		"immediate": func(string) bool { return true },
		"mixed":     nil,
	} {
		t.Run(mode, func(t *testing.T) { replayInModule(t, immediate) })
	}
}

// replayInModule replays all transcripts. All transcripts of one configuration run in
// one instance.
func replayInModule(t *testing.T, immediate func(string) bool) {
	wasm, cache := built(t), t.TempDir()
	pools := map[wire.Configuration]*module.Pool{}
	for _, tr := range transcripts(t) {
		configuration := wire.Configuration{Conf: tr.Conf, SecretKey: tr.SecretKey}
		if pools[configuration] == nil {
			pool, err := module.Open(t.Context(), module.Options{
				Module: wasm, Configuration: configuration, Instances: 1, CacheDir: cache, Immediate: immediate,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer pool.Close(context.Background())
			pools[configuration] = pool
		}
		t.Run(tr.Name, func(t *testing.T) {
			player := tr.Play()
			do := func(_ context.Context, effect string, request []byte) []byte { return player.Do(effect, request) }
			response, err := pools[configuration].Run(t.Context(), tr.Operation, []byte(tr.Request), do)
			if err != nil {
				t.Fatal(err)
			}
			if err := player.Finish(response); err != nil {
				t.Error(err)
			}
		})
	}
}

// A player that accepts everything would make every replay pass.
func TestReplayFindsDifferences(t *testing.T) {
	t.Parallel()
	for _, change := range []struct {
		name  string
		apply func(*transcript.Transcript)
	}{
		{"an effect's request", func(tr *transcript.Transcript) { tr.Effects[2].Request += " " }},
		{"an effect's answer", func(tr *transcript.Transcript) { tr.Effects[1].Answer = strings.ToLower(tr.Effects[1].Answer) }},
		{"an effect missing", func(tr *transcript.Transcript) { tr.Effects = tr.Effects[:len(tr.Effects)-1] }},
		{"an effect too many", func(tr *transcript.Transcript) { tr.Effects = append(tr.Effects, tr.Effects[0]) }},
		{"the response", func(tr *transcript.Transcript) { tr.Response += " " }},
		{"the request", func(tr *transcript.Transcript) { tr.Request = strings.Replace(tr.Request, "ada", "bob", 1) }},
	} {
		for _, tr := range transcripts(t) {
			if tr.Name != "signup-ok" {
				continue
			}
			change.apply(tr)
			engine, _ := wire.Configure(wire.Configuration{Conf: tr.Conf, SecretKey: tr.SecretKey}.JSON())
			player := tr.Play()
			if player.Finish(engine.Run(tr.Operation, wire.Host(player.Do), []byte(tr.Request))) == nil {
				t.Errorf("a changed transcript passed: %s", change.name)
			}
		}
	}
}

// Every code that these operations can answer is in a transcript.
func TestTranscriptsCoverTheCodes(t *testing.T) {
	t.Parallel()
	codes := []string{
		"E001001", "E001002", "E001003", "E001004", "E001100",
		"E002001", "E002002", "E002003", "E002004", "E002005",
		"E003001", "E003002", "E003003", "E003004", "W003005", "E003006", "E003008", "E003007",
		"E004001", "E004002",
		"E005001", "E005002", "E005003", "E005004", "E005005", "E005006", "E005007",
		"E008002", "E008003", "E008004",
		"E901001", "E901002", "E901003",
	}
	var responses strings.Builder
	for _, tr := range transcripts(t) {
		responses.WriteString(tr.Response)
	}
	for _, code := range codes {
		if !strings.Contains(responses.String(), code) {
			t.Errorf("no transcript answers %s", code)
		}
	}
}
