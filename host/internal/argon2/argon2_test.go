package argon2

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"testing"

	"golang.org/x/crypto/argon2"
)

// RFC 9106, sections 5.2 and 5.3.
func TestVectorsOfTheRFC(t *testing.T) {
	t.Parallel()
	if !supported {
		return // x/crypto takes no secret
	}
	for _, test := range []struct {
		variant Variant
		tag     string
	}{
		{I, "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8"},
		{ID, "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"},
	} {
		params := Params{Variant: test.variant, Passes: 3, Memory: 32, Lanes: 4, Length: 32}
		got := params.derive(bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 16), bytes.Repeat([]byte{3}, 8), bytes.Repeat([]byte{4}, 12), NewPool(0))
		if hex.EncodeToString(got) != test.tag {
			t.Errorf("variant %d: got %x, want %s", test.variant, got, test.tag)
		}
	}
}

// These vectors are from test.c of the reference implementation,
// github.com/P-H-C/phc-winner-argon2 (CC0), and hold for every processor.
func TestVectorsOfTheReference(t *testing.T) {
	t.Parallel()
	for variant, want := range map[Variant]string{
		I:  "c1628832147d9720c5bd1cfd61367078729f6dfb6f8fea9ff98158e0d7816ed0",
		ID: "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
	} {
		got := Key(Params{variant, 2, 1 << 16, 1, 32}, []byte("password"), []byte("somesalt"), NewPool(0))
		if hex.EncodeToString(got) != want {
			t.Errorf("variant %d: got %x, want %s", variant, got, want)
		}
	}
}

// One pool serves all, so that memory with old blocks is used again.
func FuzzAgainstXCrypto(f *testing.F) {
	pool := NewPool(64 << 20)
	for _, seed := range []struct {
		id            bool
		passes, lanes uint8
		memory        uint16
		length        uint8
	}{
		{true, 2, 1, 19456, 32}, {true, 1, 1, 8, 4}, {true, 1, 1, 9, 64}, {true, 3, 2, 1000, 65}, {true, 1, 4, 40, 128},
		{true, 2, 16, 0, 96}, {true, 4, 3, 5000, 255}, {false, 1, 1, 8, 33}, {false, 3, 1, 4096, 16}, {false, 2, 5, 700, 64},
		{true, 1, 255, 300, 32},
	} {
		f.Add([]byte("correct horse"), []byte("0123456789abcdef"), seed.id, seed.passes, seed.lanes, seed.memory, seed.length)
	}
	f.Fuzz(func(t *testing.T, password, salt []byte, id bool, passes, lanes uint8, memory uint16, length uint8) {
		params := Params{ID, max(uint32(passes%8), 1), uint32(memory), max(lanes, 1), max(uint32(length), 4)}
		reference := argon2.IDKey
		if !id {
			params.Variant, reference = I, argon2.Key
		}
		got := Key(params, password, salt, pool)
		if want := reference(password, salt, params.Passes, params.Memory, params.Lanes, params.Length); !bytes.Equal(got, want) {
			t.Errorf("%+v: got %x, x/crypto has %x", params, got, want)
		}
	})
}

// The default of the configuration, against x/crypto in one run.
func BenchmarkKey(b *testing.B) {
	pool := NewPool(64 << 20)
	for _, memory := range []uint32{19456, 65536} {
		params := Params{ID, 2, memory, 1, 32}
		password, salt := []byte("correct horse battery staple"), []byte("0123456789abcdef")
		b.Run(fmt.Sprintf("%dKiB/enrol", memory), func(b *testing.B) {
			for b.Loop() {
				Key(params, password, salt, pool)
			}
		})
		b.Run(fmt.Sprintf("%dKiB/x-crypto", memory), func(b *testing.B) {
			for b.Loop() {
				argon2.IDKey(password, salt, params.Passes, params.Memory, params.Lanes, params.Length)
			}
		})
	}
}
