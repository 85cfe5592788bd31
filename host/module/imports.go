package module

import (
	"context"
	"errors"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// Results of imports.
const (
	later = -1
	fault = -2 // not a result of the ABI: the module treats it as a fault
)

// instanceKey is the key of the *instance in the context of a call.
type instanceKey struct{}

func calling(ctx context.Context) *instance { return ctx.Value(instanceKey{}).(*instance) }

var i32 = api.ValueTypeI32

// exportEffect exports the import of one effect: it records the request of the
// running operation, or answers at once.
func exportEffect(host wazero.HostModuleBuilder, effect string) wazero.HostModuleBuilder {
	call := func(ctx context.Context, module api.Module, stack []uint64) {
		i := calling(ctx)
		request, ok := module.Memory().Read(uint32(stack[1]), uint32(stack[2]))
		if !ok || i.current == nil {
			stack[0] = api.EncodeI32(fault)
			return
		}
		request = append([]byte{}, request...)
		if !i.pool.options.Immediate(effect) {
			i.current.asked = &asked{effect, request}
			stack[0] = api.EncodeI32(later)
			return
		}
		i.ready = bounded(i.current.do(i.current.ctx, effect, request))
		stack[0] = api.EncodeI32(int32(len(i.ready)))
	}
	return host.NewFunctionBuilder().
		WithGoModuleFunction(api.GoModuleFunc(call), []api.ValueType{i32, i32, i32}, []api.ValueType{i32}).
		Export(effect)
}

// bounded drops an answer that is too large for the module. The module treats a
// missing answer as a fault of the effect.
func bounded(answer []byte) []byte {
	if len(answer) > maxInput {
		return nil
	}
	return answer
}

// exportTake exports take, which copies an answer that is ready.
func exportTake(host wazero.HostModuleBuilder) wazero.HostModuleBuilder {
	take := func(ctx context.Context, module api.Module, stack []uint64) {
		i := calling(ctx)
		answer := i.ready[:min(len(i.ready), int(uint32(stack[1])))]
		i.ready = nil
		if !module.Memory().Write(uint32(stack[0]), answer) {
			stack[0] = api.EncodeI32(fault)
			return
		}
		stack[0] = api.EncodeI32(int32(len(answer)))
	}
	return host.NewFunctionBuilder().
		WithGoModuleFunction(api.GoModuleFunc(take), []api.ValueType{i32, i32}, []api.ValueType{i32}).
		Export("take")
}

// firstLine drops the stack trace that wazero appends to an error.
func firstLine(err error) error {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return errors.New(strings.TrimSuffix(line, " (recovered by wazero)"))
}
