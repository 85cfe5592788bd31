package record

import (
	"encoding/base64"

	"github.com/enrol-sso/enrol/signup/strictjson"
)

// KnownNetworks is the number of known networks of an account.
const KnownNetworks = 5

// Guesses is guess/<hmac>: wrong passwords in a row for one account. All have
// the same size.
type Guesses struct {
	V     int
	N     int    // from strangers
	Last  int64  // when the last of them was counted
	Known string // KnownNetworks slots in base64, see KnownNetwork
}

func (g *Guesses) Members(m *strictjson.Members) {
	m.Int("v", &g.V)
	m.Int("n", &g.N)
	m.Int64("last", &g.Last)
	m.String("known", &g.Known)
}

// KnownNetwork is a network that an account logged in from. In Guesses it is
// encoded as Network, N and Last, big-endian, in slotBytes; all zeros mean
// none.
type KnownNetwork struct {
	Network [12]byte // an HMAC
	N       int      // wrong passwords in a row
	Last    int64    // when the last of them was counted, or the last login
}

const slotBytes = 12 + 2 + 6

// EmptyGuesses returns the record of an account without wrong passwords.
func EmptyGuesses() Guesses {
	return Guesses{V: Version, Known: base64.RawStdEncoding.EncodeToString(make([]byte, KnownNetworks*slotBytes))}
}

// Networks decodes Known; ok is false if it is damaged.
func (g *Guesses) Networks() (known [KnownNetworks]KnownNetwork, ok bool) {
	data, err := base64.RawStdEncoding.DecodeString(g.Known)
	if err != nil || len(data) != KnownNetworks*slotBytes {
		return known, false
	}
	for i := range known {
		slot := data[i*slotBytes:]
		copy(known[i].Network[:], slot)
		var count uint64
		for _, b := range slot[len(known[i].Network):slotBytes] {
			count = count<<8 | uint64(b)
		}
		known[i].N, known[i].Last = int(count>>48), int64(count&(1<<48-1))
	}
	return known, true
}

// SetNetworks encodes Known.
func (g *Guesses) SetNetworks(known [KnownNetworks]KnownNetwork) {
	data := make([]byte, KnownNetworks*slotBytes)
	for i, k := range known {
		slot := data[i*slotBytes:]
		copy(slot, k.Network[:])
		count := uint64(min(k.N, 1<<16-1))<<48 | uint64(k.Last)
		for b := range slotBytes - len(k.Network) {
			slot[slotBytes-1-b] = byte(count >> (8 * b))
		}
	}
	g.Known = base64.RawStdEncoding.EncodeToString(data)
}
