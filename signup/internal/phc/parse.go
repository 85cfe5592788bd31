package phc

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Limits of the cost of a stored hash, so that none takes all memory or hours.
// For argon2id and PBKDF2 they are the limits of the configuration.
const (
	maxHashText    = 2_048     // bytes
	maxMemory      = 1_048_576 // KiB
	maxIterations  = 100
	maxParallelism = 16
	maxRounds      = 10_000_000
	maxScryptWork  = 1 << 22 // N·r·p: at most 512 MiB, four times the most that OWASP recommends
	minBcryptCost  = 4
	maxBcryptCost  = 15 // eight times the work of 12, which is common
	minArgon2Salt  = 8
	maxSalt        = 1_024
	minKey, maxKey = 16, 128
)

// Parse parses a hash. It accepts only one way to write each hash, except for
// the unused bits of bcrypt's base64, which other parsers ignore too.
func Parse(text string) (Hash, error) {
	if len(text) > maxHashText {
		return Hash{}, fmt.Errorf("has more than %d bytes", maxHashText)
	}
	if strings.ContainsAny(text, "\r\n") { // Go's base64 ignores these
		return Hash{}, errors.New("has a line break")
	}
	switch {
	case strings.HasPrefix(text, "{"):
		return parseLDAP(text)
	case strings.HasPrefix(text, "pbkdf2_"), strings.HasPrefix(text, "sha1$"):
		return parseDjango(text)
	}
	parts := strings.Split(text, "$")
	if len(parts) < 2 || parts[0] != "" {
		return Hash{}, errors.New("does not start with $ and the kind of the hash")
	}
	switch kind, fields := parts[1], parts[2:]; kind {
	case Argon2id, Argon2i, Argon2d:
		return parseArgon2(kind, fields)
	case PBKDF2SHA512, PBKDF2SHA256:
		return parsePBKDF2(kind, kind, fields)
	case "pbkdf2":
		return parsePBKDF2(kind, PBKDF2SHA1, fields)
	case "fbscrypt":
		return parseFirebase(fields)
	case Scrypt:
		return parseScrypt(fields)
	case "2a", "2b", "2y":
		return parseBcrypt(fields)
	}
	return Hash{}, errors.New("is neither argon2id, argon2i, argon2d, pbkdf2-sha512, pbkdf2-sha256, pbkdf2, scrypt, fbscrypt nor bcrypt ($2a$, $2b$, $2y$)")
}

func parseArgon2(kind string, parts []string) (Hash, error) {
	p := Params{Algorithm: kind}
	if len(parts) != 4 || parts[0] != "v=19" {
		return Hash{}, fmt.Errorf("must be $%s$v=19$m=…,t=…,p=…$salt$hash", kind)
	}
	memory, passes, lanes := cost{"m", maxMemory, &p.Memory}, cost{"t", maxIterations, &p.Iterations}, cost{"p", maxParallelism, &p.Parallelism}
	if err := readCosts(parts[1], memory, passes, lanes); err != nil {
		return Hash{}, err
	}
	if p.Memory < 8*p.Parallelism {
		return Hash{}, errors.New("m must be at least 8 times p")
	}
	h, err := decodeHash(p, base64.RawStdEncoding, parts[2], parts[3])
	if err == nil && len(h.Salt) < minArgon2Salt {
		return Hash{}, fmt.Errorf("the salt has fewer than %d bytes", minArgon2Salt)
	}
	return h, err
}

func parsePBKDF2(kind, algorithm string, parts []string) (Hash, error) {
	p := Params{Algorithm: algorithm}
	if len(parts) != 3 {
		return Hash{}, fmt.Errorf("must be $%s$rounds$salt$hash", kind)
	}
	var ok bool
	if p.Iterations, ok = number(parts[0], maxRounds); !ok {
		return Hash{}, fmt.Errorf("the rounds must be a whole number from 1 to %d", maxRounds)
	}
	return decodeHash(p, passlibBase64, parts[1], parts[2])
}

func parseScrypt(parts []string) (Hash, error) {
	p := Params{Algorithm: Scrypt}
	if len(parts) != 3 {
		return Hash{}, errors.New("must be $scrypt$ln=…,r=…,p=…$salt$hash")
	}
	if err := readScryptCosts(&p, parts[0], "ln"); err != nil {
		return Hash{}, err
	}
	return decodeHash(p, base64.RawStdEncoding, parts[1], parts[2])
}

// readScryptCosts parses the costs of scrypt; logarithm is the name of that of N.
func readScryptCosts(p *Params, text, logarithm string) error {
	var ln int
	if err := readCosts(text, cost{logarithm, 22, &ln}, cost{"r", 1_024, &p.BlockSize}, cost{"p", 1_024, &p.Parallelism}); err != nil {
		return err
	}
	p.Iterations = 1 << ln
	if p.Iterations*p.BlockSize*p.Parallelism > maxScryptWork {
		return fmt.Errorf("2 to the power of %s, times r, times p is more than %d", logarithm, maxScryptWork)
	}
	return nil
}

func parseBcrypt(parts []string) (Hash, error) {
	const saltText, keyText = 22, 31
	if len(parts) != 2 || len(parts[0]) != 2 || len(parts[1]) != saltText+keyText {
		return Hash{}, fmt.Errorf("must be $2b$, two digits, $ and %d characters", saltText+keyText)
	}
	exponent, ok := number(strings.TrimPrefix(parts[0], "0"), maxBcryptCost)
	if !ok || exponent < minBcryptCost {
		return Hash{}, fmt.Errorf("the cost must be from %02d to %d", minBcryptCost, maxBcryptCost)
	}
	salt, saltErr := bcryptBase64.DecodeString(parts[1][:saltText])
	key, keyErr := bcryptBase64.DecodeString(parts[1][saltText:])
	if saltErr != nil || keyErr != nil {
		return Hash{}, errors.New("the salt or the hash is not in bcrypt's base64")
	}
	return Hash{Params: Params{Algorithm: Bcrypt, Iterations: 1 << exponent, Length: bcryptKeyBytes}, Salt: salt, Key: key}, nil
}

// cost is a cost parameter of a hash.
type cost struct {
	name string
	most int
	into *int
}

// readCosts parses parameters such as "m=19456,t=2,p=1". Their order is fixed by
// the PHC string format.
func readCosts(text string, costs ...cost) error {
	parts := strings.Split(text, ",")
	for i, c := range costs {
		ok := len(parts) == len(costs)
		if ok {
			var digits string
			if digits, ok = strings.CutPrefix(parts[i], c.name+"="); ok {
				*c.into, ok = number(digits, c.most)
			}
		}
		if !ok {
			return fmt.Errorf("number %d of %d must be %s=, a whole number from 1 to %d", i+1, len(costs), c.name, c.most)
		}
	}
	return nil
}

// number parses a whole number from 1 to most, without a sign and leading
// zeros.
func number(digits string, most int) (int, bool) {
	n, err := strconv.Atoi(digits)
	return n, err == nil && 1 <= n && n <= most && strconv.Itoa(n) == digits
}

func decodeHash(p Params, encoding *base64.Encoding, salt, key string) (Hash, error) {
	h := Hash{Params: p}
	var err error
	if h.Salt, err = encoding.Strict().DecodeString(salt); err != nil || len(h.Salt) > maxSalt {
		return Hash{}, fmt.Errorf("the salt must be at most %d bytes in base64 without padding", maxSalt)
	}
	if h.Key, err = encoding.Strict().DecodeString(key); err != nil || len(h.Key) < minKey || len(h.Key) > maxKey {
		return Hash{}, fmt.Errorf("the hash must be %d to %d bytes in base64 without padding", minKey, maxKey)
	}
	h.Params.Length = len(h.Key)
	return h, nil
}
