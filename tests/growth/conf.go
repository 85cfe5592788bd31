//go:build linux

package main

import (
	"crypto/rand"

	"github.com/enrol-sso/enrol/signup"
)

// The configuration of the measurement: the default one, which discloses nothing,
// with messages and without approval.
const conf = `
[main]
email_service=mailer
[apps]
signup_allowed=CRM
login_allowed=CRM
[password]
min_complexity=0
[signup]
is_approval_needed=False
`

// confs are the configurations by the name of their password hash.
var confs = map[string]string{
	"cheap":   conf + "[hash_secret]\nrounds=1000\n[enrol]\npassword_hash=pbkdf2-sha512\n",
	"default": conf,
}

// The configuration of accounts that are there before: no messages. Their hashes
// have the form of the default ones.
const confBefore = "[apps]\nsignup_allowed=CRM\n[password]\nmin_complexity=0\n[signup]\nis_approval_needed=False\n"

const password = "correct horse battery"

// somebody returns a new user, with a name and an address of random letters.
func somebody() signup.SignupRequest {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	for i := range random {
		random[i] = "bcdfghjkmnpqtvwx"[random[i]%16] // no vowels: no word that is refused
	}
	return signup.SignupRequest{Username: string(random[:16]), Email: string(random[16:]) + "@example.com",
		Password: password, AppList: []string{"CRM"}}
}
