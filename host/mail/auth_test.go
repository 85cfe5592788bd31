package mail

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strings"

	"github.com/emersion/go-sasl"
)

// steps is the server of a mechanism, one function per answer of the client.
type steps struct {
	next []func(response string) (challenge string, err error)
	at   int
}

func (s *steps) Next(response []byte) (challenge []byte, done bool, err error) {
	step := s.next[s.at]
	s.at++
	text, err := step(string(response))
	return []byte(text), s.at == len(s.next), err
}

// cramMD5 is the server of CRAM-MD5 (RFC 2195).
func cramMD5(check func(user, password string) error) sasl.Server {
	const challenge = "<1896.697170952@mail.example.test>"
	return &steps{next: []func(string) (string, error){
		func(string) (string, error) { return challenge, nil },
		func(response string) (string, error) {
			user, digest, _ := strings.Cut(response, " ")
			mac := hmac.New(md5.New, []byte(testPassword))
			mac.Write([]byte(challenge))
			return "", check(user, passwordIf(digest == hex.EncodeToString(mac.Sum(nil))))
		},
	}}
}

// passwordIf is the password that a client proves to have.
func passwordIf(proved bool) string {
	if proved {
		return testPassword
	}
	return "another"
}

// xoauth2 is the server of XOAUTH2.
func xoauth2(check func(user, password string) error) sasl.Server {
	return &steps{next: []func(string) (string, error){
		func(response string) (string, error) {
			user, token, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(response, "user="), "\x01\x01"), "\x01auth=Bearer ")
			return "", check(user, token)
		},
	}}
}

// scram is the server of SCRAM (RFC 5802). binding is the value of tls-exporter, of a
// -PLUS mechanism.
func scram(h func() hash.Hash, binding []byte, check func(user, password string) error) sasl.Server {
	const salt, iterations, nonce = "a salt of 16 byt", 4096, "-server"
	mac := func(key []byte, text string) []byte {
		m := hmac.New(h, key)
		m.Write([]byte(text))
		return m.Sum(nil)
	}
	begin := "n,,"
	if binding != nil {
		begin = "p=tls-exporter,,"
	}
	var bare, first, user string
	return &steps{next: []func(string) (string, error){
		func(string) (string, error) { return "", nil },
		func(response string) (string, error) {
			var ok bool
			if bare, ok = strings.CutPrefix(response, begin); !ok {
				return "", check("", "")
			}
			var given string
			user, given, _ = strings.Cut(strings.TrimPrefix(bare, "n="), ",r=")
			first = "r=" + given + nonce + ",s=" + base64.StdEncoding.EncodeToString([]byte(salt)) + ",i=4096"
			return first, nil
		},
		func(response string) (string, error) {
			without, proof, _ := strings.Cut(response, ",p=")
			salted, err := pbkdf2.Key(h, testPassword, []byte(salt), iterations, h().Size())
			if err != nil {
				return "", err
			}
			all := bare + "," + first + "," + without
			key := mac(salted, "Client Key")
			stored := h()
			stored.Write(key)
			for i, b := range mac(stored.Sum(nil), all) {
				key[i] ^= b
			}
			bound := "c=" + base64.StdEncoding.EncodeToString(append([]byte(begin), binding...)) + ","
			proved := proof == base64.StdEncoding.EncodeToString(key) && strings.HasPrefix(without, bound)
			if err := check(user, passwordIf(proved)); err != nil {
				return "", err
			}
			return "v=" + base64.StdEncoding.EncodeToString(mac(mac(salted, "Server Key"), all)), nil
		},
		func(string) (string, error) { return "", nil },
	}}
}

// mechanism returns the server of a mechanism, nil if there is none.
func (s *session) mechanism(name string, check func(user, password string) error) (sasl.Server, error) {
	var binding []byte
	if strings.HasSuffix(name, "-PLUS") {
		state, ok := s.conn.TLSConnectionState()
		if !ok {
			return nil, nil
		}
		var err error
		if binding, err = state.ExportKeyingMaterial("EXPORTER-Channel-Binding", nil, 32); err != nil {
			return nil, err
		}
	}
	switch strings.TrimSuffix(name, "-PLUS") {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
	case "LOGIN":
		return &loginServer{check: check}, nil
	case "NTLM":
		return ntlm(check), nil
	case "CRAM-MD5":
		return cramMD5(check), nil
	case "XOAUTH2":
		return xoauth2(check), nil
	case "SCRAM-SHA-1":
		return scram(sha1.New, binding, check), nil
	case "SCRAM-SHA-256":
		return scram(sha256.New, binding, check), nil
	}
	return nil, nil
}
