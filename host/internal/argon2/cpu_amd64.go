package argon2

import "golang.org/x/sys/cpu"

//go:generate sh -c "cd gen && go run . -out ../block_amd64.s -stubs ../block_amd64.go -pkg argon2"

// supported reports whether this processor runs fill and mix.
var supported = cpu.X86.HasAVX2

// fill sets out to the compression G of prev and ref (RFC 9106, section 3.5),
// by way of scratch.
func fill(out, prev, ref, scratch *block) { fillAVX2(out, prev, ref, scratch) }

// mix adds the compression of prev and ref to out by exclusive or, as in every
// pass but the first.
func mix(out, prev, ref, scratch *block) { mixAVX2(out, prev, ref, scratch) }
