package module

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/enrol-sso/enrol/wasm/wire"
)

// tiny is a module of a few hundred bytes with the part of the ABI that Open
// needs, for tests of invalid modules. Each export returns a constant, by its
// name.
type tiny struct {
	functions map[string]tinyFunction
	configure string // the answer of configure
}

type tinyFunction struct {
	params  int  // all i32
	wide    bool // returns an i64, not an i32
	nothing bool // returns nothing
	value   int64
}

const tinyAnswerAt = 2048

func newTiny() *tiny {
	operation := tinyFunction{params: 2, wide: true}
	return &tiny{
		configure: `{"status":"ok","notices":[],"services":[],"unicode":"15.0.0"}`,
		functions: map[string]tinyFunction{
			"_initialize": {nothing: true},
			"abi_version": {value: wire.Major<<16 | wire.Minor},
			"buffer":      {params: 1, value: 1024},
			"configure":   operation,
			"signup":      operation,
			"resume":      {params: 3, wide: true},
			"cancel":      {params: 1},
		},
	}
}

// bytes assembles the module: sections of types, functions, a memory of one
// page, exports, code, and the answer of configure as data.
func (m *tiny) bytes() []byte {
	var types, functions, exports, code [][]byte
	exports = append(exports, append(tinyName("memory"), 2, 0))
	for i, name := range slices.Sorted(maps.Keys(m.functions)) {
		f := m.functions[name]
		value := f.value
		if name == "configure" {
			value = tinyAnswerAt<<32 | int64(len(m.configure))
		}
		kind := append([]byte{0x60, byte(f.params)}, slices.Repeat([]byte{0x7f}, f.params)...)
		body := []byte{0} // no locals
		switch {
		case f.nothing:
			kind = append(kind, 0)
		case f.wide:
			kind = append(kind, 1, 0x7e)
			body = append(append(body, 0x42), tinySigned(value)...)
		default:
			kind = append(kind, 1, 0x7f)
			body = append(append(body, 0x41), tinySigned(value)...)
		}
		types = append(types, kind)
		functions = append(functions, []byte{byte(i)})
		exports = append(exports, append(tinyName(name), 0, byte(i)))
		code = append(code, tinySized(append(body, 0x0b)))
	}
	data := slices.Concat([]byte{0, 0x41}, tinySigned(tinyAnswerAt), []byte{0x0b}, tinySized([]byte(m.configure)))
	return slices.Concat([]byte("\x00asm\x01\x00\x00\x00"),
		tinySection(1, types), tinySection(3, functions), tinySection(5, [][]byte{{0, 1}}),
		tinySection(7, exports), tinySection(10, code), tinySection(11, [][]byte{data}))
}

func tinySection(id byte, entries [][]byte) []byte {
	content := append(binary.AppendUvarint(nil, uint64(len(entries))), slices.Concat(entries...)...)
	return append([]byte{id}, tinySized(content)...)
}

func tinySized(content []byte) []byte {
	return append(binary.AppendUvarint(nil, uint64(len(content))), content...)
}

func tinyName(name string) []byte { return tinySized([]byte(name)) }

// tinySigned is LEB128 with a sign.
func tinySigned(value int64) []byte {
	var out []byte
	for {
		low := byte(value & 0x7f)
		value >>= 7
		if value == 0 && low&0x40 == 0 || value == -1 && low&0x40 != 0 {
			return append(out, low)
		}
		out = append(out, low|0x80)
	}
}
