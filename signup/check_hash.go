package signup

import "github.com/enrol-sso/enrol/signup/internal/phc"

// CheckHash reports whether Enrol can verify passwords with a hash that another
// system made. Call it before importing accounts. Enrol replaces the hash of an
// account when its owner logs in. It accepts these formats, as written by
// passlib, argon2-cffi, the bcrypt libraries, Django and LDAP servers:
//
//	$argon2id$v=19$m=19456,t=2,p=1$salt$hash        also argon2i and argon2d
//	$pbkdf2-sha512$120000$salt$hash                 also pbkdf2-sha256, and pbkdf2 for SHA-1, in passlib's base64
//	pbkdf2_sha256$870000$salt$hash                  also pbkdf2_sha1, as Django writes them
//	$scrypt$ln=16,r=8,p=1$salt$hash
//	$2b$12$saltandhash                              also $2a$ and $2y$
//	{SSHA}base64                                    also {SSHA256} and {SSHA512}
//	sha1$salt$hash                                  as Django before 5.1 wrote them
//	$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=KEY$salt$hash
//
// The last one is Firebase's scrypt: n is its mem_cost, r its rounds, ss the
// salt separator and sk the signer key of the project, and these, the salt and
// the hash are in the base64 of its exports.
//
// Salts may have up to 1,024 bytes (at least 8 with argon2, 1 with SHA) and
// hashes 16 to 128. Costs are limited: argon2 to m=1048576 (at least 8·p), t=100 and p=16,
// PBKDF2 to 10,000,000 rounds, scrypt to N·r·p of 2²², bcrypt to costs from 4
// to 15. The error is an *Error with the code InvalidInput. It says what is
// wrong without quoting the hash.
func CheckHash(text string) error {
	if _, err := phc.Parse(text); err != nil {
		return &Error{Code: InvalidInput, Message: "the password hash cannot be used", Err: err}
	}
	return nil
}
