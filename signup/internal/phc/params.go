package phc

// Params are the parameters that turn a password and a salt into Length bytes:
// argon2 as in RFC 9106, version 0x13, PBKDF2 with HMAC as in RFC 8018, scrypt
// as in RFC 7914, bcrypt with the password's terminating NUL, or one digest.
type Params struct {
	Algorithm   string // Argon2id, or another of the constants
	Memory      int    // KiB, argon2 only
	Iterations  int    // N of scrypt; of bcrypt, 2 to the power of its cost
	Parallelism int    // argon2, and p of scrypt
	BlockSize   int    // r of scrypt
	Length      int    // bytes
}
