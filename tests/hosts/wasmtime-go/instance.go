package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"

	"github.com/bytecodealliance/wasmtime-go/v39"
)

// The boundary to the module: ABI.md in Go, and nothing of what an answer means.

var imports = []string{"now", "entropy", "kv_get", "kv_commit", "kv_scan", "audit", "callback", "kdf"}

const (
	major = 2
	later = -1
	fault = math.MinInt32 // any result that ABI.md does not name
)

// Ask answers what operation op asks for: at once, or later (nil), and then
// with Instance.Resume. It must neither panic nor call the instance.
type Ask func(op uint32, effect string, request []byte) (answer []byte)

// State is how far an operation has come: it is done, or waits under a number.
type State struct {
	Response []byte
	Waiting  uint32 // 0 if it is done
}

// Module is the compiled module, for any number of instances.
type Module struct {
	engine *wasmtime.Engine
	module *wasmtime.Module
}

// LoadModule compiles the module that is in a file.
func LoadModule(path string) (*Module, error) {
	wasm, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	engine := wasmtime.NewEngine()
	module, err := wasmtime.NewModule(engine, wasm)
	if err != nil {
		engine.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &Module{engine, module}, nil
}

// Close releases the module. Its instances must be closed before.
func (m *Module) Close() {
	m.module.Close()
	m.engine.Close()
}

// Instance is one instance. It is for one goroutine at a time: calls into it
// must not overlap, operations may.
type Instance struct {
	store    *wasmtime.Store
	instance *wasmtime.Instance
	ask      Ask            // of the operation that is going on
	asks     map[uint32]Ask // of those that wait
	ready    []byte
}

// NewInstance makes an instance and configures it. Close must be called on it.
func NewInstance(module *Module, conf, secretKey string) (*Instance, error) {
	i := &Instance{store: wasmtime.NewStore(module.engine), asks: map[uint32]Ask{}}
	i.store.SetWasi(wasmtime.NewWasiConfig()) // real clocks and random bytes, nothing else
	if err := i.start(module, conf, secretKey); err != nil {
		i.Close()
		return nil, err
	}
	return i, nil
}

func (i *Instance) start(module *Module, conf, secretKey string) error {
	linker := wasmtime.NewLinker(module.engine)
	defer linker.Close()
	err := linker.DefineWasi()
	for _, effect := range imports {
		err = errors.Join(err, linker.FuncWrap("signup_host", effect, func(caller *wasmtime.Caller, op, ptr, size int32) int32 {
			return i.asked(caller, effect, uint32(op), uint32(ptr), uint32(size))
		}))
	}
	if err := errors.Join(err, linker.FuncWrap("signup_host", "take", i.take)); err != nil {
		return err
	}
	if i.instance, err = linker.Instantiate(i.store, module.module); err != nil {
		return err
	}
	if _, err := i.call("_initialize"); err != nil {
		return err
	}
	version, err := i.callI32("abi_version")
	if err != nil {
		return err
	}
	if version>>16 != major {
		return fmt.Errorf("the module speaks version %d of the ABI, this host %d", version>>16, major)
	}
	return i.configure(conf, secretKey)
}

func (i *Instance) configure(conf, secretKey string) error {
	text, err := json.Marshal(map[string]string{"conf": conf, "secret_key": secretKey})
	if err != nil {
		return err
	}
	state, err := i.Start("configure", text, nil)
	if err != nil {
		return err
	}
	var answer struct {
		Status  string
		Notices json.RawMessage
	}
	if err := json.Unmarshal(state.Response, &answer); err != nil {
		return err
	}
	if answer.Status != "ok" {
		return fmt.Errorf("configuration: %s", answer.Notices)
	}
	return nil
}

// Close releases the instance, and with it all its operations.
func (i *Instance) Close() { i.store.Close() }

// Start begins an operation and runs it until it is done or waits.
func (i *Instance) Start(operation string, request []byte, ask Ask) (State, error) {
	ptr, size, err := i.input(request)
	if err != nil {
		return State{}, err
	}
	return i.run(ask, operation, ptr, size)
}

// Resume goes on with an operation that waits, with the answer it waits for.
func (i *Instance) Resume(op uint32, answer []byte) (State, error) {
	ptr, size, err := i.input(answer)
	if err != nil {
		return State{}, err
	}
	ask := i.asks[op]
	delete(i.asks, op)
	return i.run(ask, "resume", int32(op), ptr, size)
}

func (i *Instance) run(ask Ask, export string, arguments ...any) (State, error) {
	i.ask = ask
	result, err := i.call(export, arguments...)
	if err != nil {
		return State{}, err
	}
	packed, ok := result.(int64)
	if !ok {
		return State{}, fmt.Errorf("%s: returned no i64", export)
	}
	upper, lower := uint32(packed>>32), uint32(packed)
	switch {
	case upper != 0:
		response, err := read(i.store, i.instance.GetExport(i.store, "memory"), upper, lower)
		return State{Response: response}, err
	case lower == 0:
		return State{}, fmt.Errorf("%s: the call was refused", export)
	}
	i.asks[lower] = ask
	return State{Waiting: lower}, nil
}

// input puts data into the input buffer.
func (i *Instance) input(data []byte) (ptr, size int32, err error) {
	if len(data) > math.MaxInt32 {
		return 0, 0, fmt.Errorf("%d bytes are too many", len(data))
	}
	place, err := i.callI32("buffer", int32(len(data)))
	if err != nil {
		return 0, 0, err
	}
	if place == 0 {
		return 0, 0, fmt.Errorf("%d bytes are too many", len(data))
	}
	err = write(i.store, i.instance.GetExport(i.store, "memory"), place, data)
	return int32(place), int32(len(data)), err
}

func (i *Instance) callI32(export string, arguments ...any) (uint32, error) {
	result, err := i.call(export, arguments...)
	if err != nil {
		return 0, err
	}
	number, ok := result.(int32)
	if !ok {
		return 0, fmt.Errorf("%s: returned no i32", export)
	}
	return uint32(number), nil
}

func (i *Instance) call(export string, arguments ...any) (any, error) {
	function := i.instance.GetFunc(i.store, export)
	if function == nil {
		return nil, fmt.Errorf("the module has no export %s", export)
	}
	result, err := function.Call(i.store, arguments...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", export, err)
	}
	return result, nil
}

// asked is all imports but take.
func (i *Instance) asked(caller *wasmtime.Caller, effect string, op, ptr, size uint32) int32 {
	request, err := read(caller, caller.GetExport("memory"), ptr, size)
	if err != nil || i.ask == nil {
		return fault
	}
	answer := i.ask(op, effect, request)
	if answer == nil {
		return later
	}
	i.ready = answer
	return int32(len(answer))
}

func (i *Instance) take(caller *wasmtime.Caller, ptr, size int32) int32 {
	answer := i.ready[:min(len(i.ready), int(uint32(size)))]
	i.ready = nil
	if err := write(caller, caller.GetExport("memory"), uint32(ptr), answer); err != nil {
		return fault
	}
	return int32(len(answer))
}

// read copies from the module's memory, which is looked up each time: any
// call may have moved it.
func read(store wasmtime.Storelike, export *wasmtime.Extern, ptr, size uint32) ([]byte, error) {
	data := make([]byte, size)
	return data, within(store, export, ptr, len(data), func(memory []byte) { copy(data, memory) })
}

// write copies to the module's memory.
func write(store wasmtime.Storelike, export *wasmtime.Extern, ptr uint32, data []byte) error {
	return within(store, export, ptr, len(data), func(memory []byte) { copy(memory, data) })
}

func within(store wasmtime.Storelike, export *wasmtime.Extern, ptr uint32, size int, use func([]byte)) error {
	if export == nil || export.Memory() == nil {
		return errors.New("the module has no memory")
	}
	memory := export.Memory()
	all := memory.UnsafeData(store)
	if uint64(ptr)+uint64(size) > uint64(len(all)) {
		return fmt.Errorf("%d bytes at %d are beyond the memory", size, ptr)
	}
	use(all[ptr : uint64(ptr)+uint64(size)])
	runtime.KeepAlive(memory) // and with it the bytes, which are not Go's
	return nil
}
