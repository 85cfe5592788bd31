package phc

import "github.com/enrol-sso/enrol/signup/strictjson"

// Kind is a kind of hash: all hashes of one kind take the same time and have
// the same length.
type Kind struct {
	Params
	Salt int // bytes
}

// Members visits the members of the JSON in a record.
func (k *Kind) Members(m *strictjson.Members) {
	m.String("algorithm", &k.Algorithm)
	m.Optional().Int("memory", &k.Memory)
	m.Int("iterations", &k.Iterations)
	m.Optional().Int("parallelism", &k.Parallelism)
	m.Optional().Int("block_size", &k.BlockSize)
	m.Int("length", &k.Length)
	m.Int("salt", &k.Salt)
}

// Kind returns the kind of a hash.
func (h Hash) Kind() Kind { return Kind{h.Params, len(h.Salt)} }

// Nothing returns a hash of this kind that matches no password: its salt and
// its key are zeros.
func (k Kind) Nothing() string { return k.Encode(make([]byte, k.Salt), make([]byte, k.Length)) }

// Valid reports whether there are hashes of this kind that Parse accepts.
func (k Kind) Valid() bool {
	if k.Salt < 0 || k.Salt > maxSalt || k.Length < minKey || k.Length > maxKey {
		return false
	}
	h, err := Parse(k.Nothing())
	return err == nil && h.Kind() == k
}
