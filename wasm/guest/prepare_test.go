package main_test

import (
	"os"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"github.com/enrol-sso/enrol/wasm/wire"
)

// A host may call prepare at any time, and again until nothing is left.
func TestTheModulePreparesForItsFirstPasswordInParts(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../build/signup.wasm")
	if err != nil {
		t.Fatalf("%v: run make wasm first", err)
	}
	ctx := t.Context()
	runtime := wazero.NewRuntime(ctx)
	defer runtime.Close(ctx)
	wasi_snapshot_preview1.MustInstantiate(ctx, runtime)
	imports := runtime.NewHostModuleBuilder("signup_host")
	for _, effect := range []string{wire.Now, wire.Entropy, wire.Get, wire.Commit, wire.Scan, wire.Audit, wire.Callback, wire.KDF} {
		imports.NewFunctionBuilder().WithFunc(func(_, _, _ uint32) int32 { return 0 }).Export(effect)
	}
	imports.NewFunctionBuilder().WithFunc(func(_, _ uint32) int32 { return 0 }).Export("take")
	if _, err := imports.Instantiate(ctx); err != nil {
		t.Fatal(err)
	}
	guest, err := runtime.InstantiateWithConfig(ctx, data, wazero.NewModuleConfig().WithStartFunctions("_initialize"))
	if err != nil {
		t.Fatal(err)
	}
	call := func(export api.Function, arguments ...uint64) uint64 {
		results, err := export.Call(ctx, arguments...)
		if err != nil {
			t.Fatal(err)
		}
		return results[0]
	}
	prepare := guest.ExportedFunction("prepare")
	if call(prepare) != 0 {
		t.Error("an instance that is not configured prepares")
	}
	conf := wire.Configuration{Conf: "[apps]\nall=CRM\n", SecretKey: "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}.JSON()
	at := call(guest.ExportedFunction("buffer"), uint64(len(conf)))
	guest.Memory().Write(uint32(at), conf)
	if call(guest.ExportedFunction("configure"), at, uint64(len(conf))) == 0 {
		t.Fatal("the configuration is refused")
	}
	parts := 0
	for call(prepare) == 1 {
		if parts++; parts > 1000 {
			t.Fatal("there is no end to it")
		}
	}
	if parts < 20 || call(prepare) != 0 {
		t.Errorf("it took %d parts", parts)
	}
}
