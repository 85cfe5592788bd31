package signup

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

func parseArgon2(kind string, parts []string) (passwordHash, error) {
	p := KDFParams{Algorithm: kind}
	if len(parts) != 4 || parts[0] != "v=19" {
		return passwordHash{}, fmt.Errorf("has to be $%s$v=19$m=…,t=…,p=…$salt$hash", kind)
	}
	memory, passes, lanes := cost{"m", maxMemory, &p.Memory}, cost{"t", maxIterations, &p.Iterations}, cost{"p", maxParallelism, &p.Parallelism}
	if err := readCosts(parts[1], memory, passes, lanes); err != nil {
		return passwordHash{}, err
	}
	if p.Memory < 8*p.Parallelism {
		return passwordHash{}, errors.New("m has to be at least 8 times p")
	}
	h, err := decodeHash(p, base64.RawStdEncoding, parts[2], parts[3])
	if err == nil && len(h.salt) < minArgon2Salt {
		return passwordHash{}, fmt.Errorf("the salt has fewer than %d bytes", minArgon2Salt)
	}
	return h, err
}

func parsePBKDF2(kind string, parts []string) (passwordHash, error) {
	p := KDFParams{Algorithm: kind}
	if len(parts) != 3 {
		return passwordHash{}, fmt.Errorf("has to be $%s$rounds$salt$hash", kind)
	}
	var ok bool
	if p.Iterations, ok = number(parts[0], maxRounds); !ok {
		return passwordHash{}, fmt.Errorf("the rounds have to be a whole number from 1 to %d", maxRounds)
	}
	return decodeHash(p, passlibBase64, parts[1], parts[2])
}

func parseScrypt(parts []string) (passwordHash, error) {
	p := KDFParams{Algorithm: Scrypt}
	if len(parts) != 3 {
		return passwordHash{}, errors.New("has to be $scrypt$ln=…,r=…,p=…$salt$hash")
	}
	var ln int
	if err := readCosts(parts[0], cost{"ln", 22, &ln}, cost{"r", 1_024, &p.BlockSize}, cost{"p", 1_024, &p.Parallelism}); err != nil {
		return passwordHash{}, err
	}
	p.Iterations = 1 << ln
	if p.Iterations*p.BlockSize*p.Parallelism > maxScryptWork {
		return passwordHash{}, fmt.Errorf("2 to the power of ln, times r, times p is more than %d", maxScryptWork)
	}
	return decodeHash(p, base64.RawStdEncoding, parts[1], parts[2])
}

func parseBcrypt(parts []string) (passwordHash, error) {
	const saltText, keyText = 22, 31
	if len(parts) != 2 || len(parts[0]) != 2 || len(parts[1]) != saltText+keyText {
		return passwordHash{}, fmt.Errorf("has to be $2b$, two digits, $ and %d characters", saltText+keyText)
	}
	exponent, ok := number(strings.TrimPrefix(parts[0], "0"), maxBcryptCost)
	if !ok || exponent < minBcryptCost {
		return passwordHash{}, fmt.Errorf("the cost has to be from %02d to %d", minBcryptCost, maxBcryptCost)
	}
	salt, saltErr := bcryptBase64.DecodeString(parts[1][:saltText])
	key, keyErr := bcryptBase64.DecodeString(parts[1][saltText:])
	if saltErr != nil || keyErr != nil {
		return passwordHash{}, errors.New("the salt or the hash is not in bcrypt's base64")
	}
	return passwordHash{KDFParams{Algorithm: Bcrypt, Iterations: 1 << exponent, Length: bcryptKeyBytes}, salt, key}, nil
}

// cost is a number of a hash.
type cost struct {
	name string
	most int
	into *int
}

// readCosts reads "m=19456,t=2,p=1", in this order, which is that of the PHC
// string format.
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
			return fmt.Errorf("number %d of %d has to be %s=, a whole number from 1 to %d", i+1, len(costs), c.name, c.most)
		}
	}
	return nil
}

// number reads a whole number from 1 to most, written without a sign or leading
// zeros.
func number(digits string, most int) (int, bool) {
	n, err := strconv.Atoi(digits)
	return n, err == nil && 1 <= n && n <= most && strconv.Itoa(n) == digits
}

func decodeHash(p KDFParams, encoding *base64.Encoding, salt, key string) (passwordHash, error) {
	h := passwordHash{params: p}
	var err error
	if h.salt, err = encoding.Strict().DecodeString(salt); err != nil || len(h.salt) > maxSalt {
		return passwordHash{}, fmt.Errorf("the salt has to be at most %d bytes in base64 without padding", maxSalt)
	}
	if h.key, err = encoding.Strict().DecodeString(key); err != nil || len(h.key) < minKey || len(h.key) > maxKey {
		return passwordHash{}, fmt.Errorf("the hash has to be %d to %d bytes in base64 without padding", minKey, maxKey)
	}
	h.params.Length = len(h.key)
	return h, nil
}
