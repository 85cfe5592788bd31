package record

import (
	"encoding/hex"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// spelled formats a UUID as a user id: a number in 26 digits of base 32, by
// long division.
func spelled(uuid []byte) string {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	number, base, digit := new(big.Int).SetBytes(uuid), big.NewInt(32), new(big.Int)
	text := ""
	for range 26 {
		number.DivMod(number, base, digit)
		text = digits[digit.Int64():digit.Int64()+1] + text
	}
	return text
}

func TestUserIDIsTheUUIDInCrockfordDigits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ random, uuid string }{
		{"00000000000000000000000000000000", "00000000000040008000000000000000"},
		{"ffffffffffffffffffffffffffffffff", "ffffffffffff4fffbfffffffffffffff"},
		{"00112233445566778899aabbccddeeff", "00112233445546778899aabbccddeeff"},
	} {
		random, _ := hex.DecodeString(test.random)
		uuid, _ := hex.DecodeString(test.uuid)
		if got, want := NewID(random), spelled(uuid); got != want {
			t.Errorf("%s becomes %s, want %s", test.random, got, want)
		}
	}
	if got := NewID(make([]byte, 16)); got != "00000000008008000000000000" {
		t.Errorf("zeroes become %s", got)
	}
}

func TestEveryIDIsAUUIDOfVersion4(t *testing.T) {
	t.Parallel()
	source := rand.NewChaCha8([32]byte{7})
	for range 2000 {
		random := make([]byte, 16)
		source.Read(random)
		uuid := append([]byte(nil), random...)
		uuid[6] = uuid[6]&0x0f | 0x40
		uuid[8] = uuid[8]&0x3f | 0x80
		id := NewID(random)
		if want := spelled(uuid); id != want || !IsID(id) || id[0] > '7' {
			t.Fatalf("%x becomes %s, want %s", random, id, want)
		}
	}
}

func TestIDsHaveTheirForm(t *testing.T) {
	t.Parallel()
	good := NewID(make([]byte, 16))
	for text, want := range map[string]bool{
		good: true, "": false, good[1:]: false, good + "0": false, strings.ToLower(NewID([]byte("abcdefghijklmnop"))): false,
		"I" + good[1:]: false, "L" + good[1:]: false, "O" + good[1:]: false, "U" + good[1:]: false, "/" + good[1:]: false,
	} {
		if IsID(text) != want {
			t.Errorf("IsID(%q) is %v", text, !want)
		}
	}
}

func TestDerivedIDsDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, seed := range []string{"a", "b"} {
		for _, purpose := range []string{"event", "lease"} {
			for n := range 20 {
				id := DerivedID([]byte(seed), purpose, n)
				if seen[id] || !IsID(id) || id != DerivedID([]byte(seed), purpose, n) {
					t.Errorf("%s %s %d is %s", seed, purpose, n, id)
				}
				seen[id] = true
			}
		}
	}
}
