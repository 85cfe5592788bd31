package module

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tetratelabs/wazero/api"

	"github.com/enrol-sso/enrol/wasm/wire"
)

// instance is one instance of the module. Only the holder of its turn may call
// it, or use current and ready.
type instance struct {
	pool    *Pool
	module  api.Module
	context context.Context // of every call: it leads the imports to this instance
	turn    chan struct{}   // has room for one
	current *operation      // whose call is running
	ready   []byte          // for take
	grown   atomic.Bool     // uses more than half of its memory

	// Guarded by the pool's lock.
	active  int  // operations
	retired bool // accepts no new operations
	hung    bool // never closed, since it may still run

	broken chan struct{} // closed when the instance cannot be called any more
	end    sync.Once
	reason error // the reason; read it after broken is closed
}

// operation is one running operation.
type operation struct {
	ctx   context.Context
	do    Do
	asked *asked // the effect it waits for
}

type asked struct {
	effect  string
	request []byte
}

// output is the result of an export: an answer, or the number of an operation
// that waits.
type output struct {
	answer []byte
	number uint32
}

// errRefused is the error of a call that the module refused.
var errRefused = errors.New("the module refused a call: it is not signup.wasm, or has a bug")

// newInstance instantiates and configures the module.
func (p *Pool) newInstance() (*instance, error) {
	i := &instance{pool: p, turn: make(chan struct{}, 1), broken: make(chan struct{})}
	i.context = context.WithValue(context.Background(), instanceKey{}, i)
	var err error
	if i.module, err = p.compiled.runtime.InstantiateModule(i.context, p.compiled.module, moduleConfig()); err != nil {
		return nil, fmt.Errorf("the module cannot be instantiated: %w", firstLine(err))
	}
	if err := i.begin(); err != nil {
		i.module.Close(i.context)
		return nil, err
	}
	return i, nil
}

// begin prepares a new instance to serve operations.
func (i *instance) begin() error {
	for _, name := range []string{"_initialize", "abi_version", "buffer", "configure", "resume", "cancel"} {
		if i.module.ExportedFunction(name) == nil {
			return fmt.Errorf("the module has no export %s: it is not signup.wasm", name)
		}
	}
	if _, err := i.invoke("_initialize"); err != nil {
		return err
	}
	results, err := i.invoke("abi_version")
	if err != nil {
		return err
	}
	version := uint32(results)
	if major, minor := int(version>>16), int(version&0xffff); major != wire.Major || minor < wire.Minor {
		return fmt.Errorf("the module speaks version %d.%d of the ABI, this host %d.%d", major, minor, wire.Major, wire.Minor)
	}
	out, err := i.export("configure", i.pool.options.Configuration.JSON())
	if err != nil {
		return err
	}
	return i.pool.configured.read(out.answer)
}

// call gives an operation its turn: it calls an export with an input and
// returns the output.
func (i *instance) call(ctx context.Context, op *operation, name string, input []byte, number ...uint64) (output, error) {
	return i.inTurn(ctx, func() (output, error) {
		i.current = op
		defer func() { i.current = nil }()
		out, err := i.export(name, input, number...)
		if err == nil && out.answer == nil && op.asked == nil {
			err = errRefused // it does not wait
		}
		return out, err
	})
}

// cancel ends an operation that waits.
func (i *instance) cancel(number uint32) {
	i.inTurn(context.Background(), func() (output, error) {
		_, err := i.invoke("cancel", uint64(number))
		return output{}, err
	})
}

// inTurn runs calls into the instance when it is free. If they fail or do not
// return, the instance is broken.
func (i *instance) inTurn(ctx context.Context, calls func() (output, error)) (output, error) {
	select {
	case i.turn <- struct{}{}:
		select {
		case <-i.broken: // during the turn of another
			<-i.turn
			return output{}, i.reason
		default:
		}
	case <-i.broken:
		return output{}, i.reason
	case <-ctx.Done():
		return output{}, ctx.Err()
	}
	var out output
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		out, err = calls()
		if err != nil && !errors.Is(err, ErrTrapped) {
			err = fmt.Errorf("%w: %w", ErrTrapped, err)
		}
		if err != nil {
			i.fail(err)
		}
		i.grown.Store(int(i.module.Memory().Size()) > i.pool.options.MaxMemory/2)
		<-i.turn
	}()
	timer := time.NewTimer(i.pool.options.CallTimeout)
	defer timer.Stop()
	select {
	case <-done:
		return out, err
	case <-timer.C:
		i.fail(ErrHung)
		return output{}, ErrHung
	}
}

// export writes the input, calls an export with it and reads the output.
func (i *instance) export(name string, input []byte, number ...uint64) (output, error) {
	ptr, err := i.invoke("buffer", uint64(len(input)))
	if err != nil {
		return output{}, err
	}
	if uint32(ptr) == 0 || !i.module.Memory().Write(uint32(ptr), input) {
		return output{}, errRefused
	}
	packed, err := i.invoke(name, append(number, ptr, uint64(len(input)))...)
	if err != nil {
		return output{}, err
	}
	at, length := uint32(packed>>32), uint32(packed)
	if at == 0 {
		if length == 0 {
			return output{}, errRefused
		}
		return output{number: length}, nil
	}
	answer, ok := i.module.Memory().Read(at, length)
	if !ok {
		return output{}, errRefused
	}
	return output{answer: append([]byte{}, answer...)}, nil
}

// invoke calls an export. An error is a trap.
func (i *instance) invoke(name string, params ...uint64) (uint64, error) {
	results, err := i.module.ExportedFunction(name).Call(i.context, params...)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrTrapped, firstLine(err))
	}
	if len(results) == 0 {
		return 0, nil
	}
	return results[0], nil
}

// fail takes a broken instance out of service. Its operations notice when they
// next need it.
func (i *instance) fail(err error) {
	i.end.Do(func() {
		i.reason = err
		i.pool.remove(i, err)
		i.pool.options.Logger.Error("an instance of the module broke and was replaced", "error", err)
		close(i.broken)
	})
}
