package audittrail

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strconv"
	"time"

	"github.com/enrol-sso/enrol/signup/strictjson"
)

// Tail is the end of a trail, to which lines are added. Its methods return the text
// of lines, and change the Tail as if that text were written.
type Tail struct {
	Chain  string // its id, 16 hexadecimal digits; "" if there is none
	N      uint64 // the number of the last line, from 1
	Signed uint64 // that of the last signed line
	Begun  bool   // the file has a line of the chain
	Ended  bool   // the last line says that the file was rotated

	hash   [sha256.Size]byte
	torn   bool // something that is no line follows
	damage [sha256.Size]byte
	joined bool // no line ending follows it
}

// Signer signs lines.
type Signer struct {
	Key  ed25519.PrivateKey
	Host string // the name of the machine, "" if it has none
	Now  func() time.Time
	CID  func() string
}

// New begins a chain after what a Tail has.
func (t *Tail) New() {
	var id [8]byte
	rand.Read(id[:])
	*t = Tail{Chain: hex.EncodeToString(id[:]), torn: t.torn, damage: t.damage, joined: t.joined}
}

// Continue makes a Tail go on with the chain of another one, in a file of its own.
func (t *Tail) Continue(before Tail) {
	t.Chain, t.N, t.Signed, t.hash, t.Begun, t.Ended = before.Chain, before.N, before.Signed, before.hash, false, false
}

// NeedsOpen reports whether Open must come before the next line.
func (t *Tail) NeedsOpen() bool { return !t.Begun || t.Ended || t.torn }

// SameEnd reports whether both tails end with the same line.
func (t *Tail) SameEnd(other Tail) bool { return t.N == other.N && t.hash == other.hash }

// Open is the line that begins a file, or continues one after damage.
func (t *Tail) Open(s Signer) []byte {
	previous, damage := hex.EncodeToString(t.hash[:]), ""
	var text []byte
	if t.torn {
		damage = hex.EncodeToString(t.damage[:])
		if t.joined {
			text = []byte{'\n'}
		}
	}
	text = append(text, t.signed(s, opOpen, previous, damage)...)
	t.Begun, t.Ended, t.torn = true, false, false
	return text
}

// Checkpoint is a signed line.
func (t *Tail) Checkpoint(s Signer) []byte { return t.signed(s, opCheckpoint, "", "") }

// Rotate is the signed line that ends a file.
func (t *Tail) Rotate(s Signer) []byte {
	text := t.signed(s, opRotate, "", "")
	t.Ended = true
	return text
}

// Entry is the line of an entry, a JSON object.
func (t *Tail) Entry(object []byte) []byte { return append(t.link(object), "}\n"...) }

func (t *Tail) signed(s Signer, op, previous, damage string) []byte {
	at, cid := s.Now().UTC().Format("2006-01-02T15:04:05.000Z"), s.CID()
	key := KeyText(s.Key.Public().(ed25519.PublicKey))
	object := strictjson.Append(nil, func(m *strictjson.Members) {
		m.String("time", &at)
		m.String("cid", &cid)
		m.String("op", &op)
		m.String("chain", &t.Chain)
		m.Optional().String("previous", &previous)
		m.Optional().String("torn", &damage)
		m.Optional().String("host", &s.Host)
		m.String("key", &key)
	})
	text := t.link(object)
	t.Signed = t.N
	text = append(text, `,"signature":"`...)
	text = base64.RawURLEncoding.AppendEncode(text, ed25519.Sign(s.Key, signedText(t.hash)))
	return append(text, "\"}\n"...)
}

// link adds the number and the hash to an object, without the end of the line.
func (t *Tail) link(object []byte) []byte {
	t.N++
	text := append(object[:len(object)-1:len(object)-1], `,"n":`...)
	text = strconv.AppendUint(text, t.N, 10)
	t.hash = hashOf(t.hash, text)
	text = append(text, `,"hash":"`...)
	text = hex.AppendEncode(text, t.hash[:])
	return append(text, '"')
}

// ReadTail reads the end of a file of that many bytes: it looks for the last line, and
// from there for the last signed one, which names the chain. A file without a line of a
// trail has a Tail without a chain. Its memory does not grow with the file.
func ReadTail(file io.ReaderAt, size int64) (t Tail, err error) {
	for lines := (&backwards{file: file, from: size}); ; {
		end := lines.from + int64(len(lines.text))
		if end == 0 {
			break
		}
		text, err := lines.previous()
		if err != nil {
			return Tail{}, err
		}
		l, ok := parse(bytes.TrimSuffix(text, []byte{'\n'}))
		if !ok || text[len(text)-1] != '\n' {
			continue
		}
		if t.N == 0 {
			t.N, t.hash, t.Begun, t.Ended = l.n, l.hash, true, l.Op == opRotate
			if err := t.damaged(file, end, size); err != nil {
				return Tail{}, err
			}
		}
		if l.signature != nil && IsChain(l.Chain) {
			t.Chain, t.Signed = l.Chain, l.n
			return t, nil
		}
	}
	t = Tail{}
	return t, t.damaged(file, 0, size)
}

// damaged notes what follows the last line, up to the end of the file.
func (t *Tail) damaged(file io.ReaderAt, from, size int64) error {
	if from == size {
		return nil
	}
	var last [1]byte
	if _, err := file.ReadAt(last[:], size-1); err != nil && err != io.EOF {
		return err
	}
	t.torn, t.joined = true, last[0] != '\n'
	if !t.joined {
		size--
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(file, from, size-from)); err != nil {
		return err
	}
	t.damage = [sha256.Size]byte(sum.Sum(nil))
	return nil
}

// ReadCheckpoint reads a signed line, as a store keeps it.
func ReadCheckpoint(text string) (t Tail, ok bool) {
	l, ok := parse([]byte(text))
	if !ok || l.signature == nil || !IsChain(l.Chain) {
		return Tail{}, false
	}
	return Tail{Chain: l.Chain, N: l.n, Signed: l.n, hash: l.hash}, true
}
