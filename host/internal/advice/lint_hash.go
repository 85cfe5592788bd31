package advice

import "github.com/enrol-sso/enrol/signup"

// Bounds of the Password Storage Cheat Sheet. The lines of the table are
// equivalent, with one lane or more.
var argon2Table = []struct{ memory, iterations int }{ // KiB, passes
	{47_104, 1}, {19_456, 2}, {12_288, 3}, {9_216, 4}, {7_168, 5},
}

const leastRounds = 210_000 // of PBKDF2-HMAC-SHA512

// hashing checks the cost of guessing passwords from a stolen store.
func (l *linter) hashing() {
	const hash, rounds, memory, passes = "enrol.password_hash", "hash_secret.rounds", "enrol.argon2_memory", "enrol.argon2_iterations"
	clause := owaspStorage + "; " + asvs("11.4.2")
	if l.config.Enrol.PasswordHash == signup.PBKDF2SHA512 {
		l.add(finding{Low, "pbkdf2", about(hash), owaspStorage},
			"%s is pbkdf2-sha512, which is for sites that need FIPS 140 or share hashes with the original: if yours does not, set it to argon2id", hash)
		if n := l.config.HashSecret.Rounds; n < leastRounds {
			l.add(finding{High, "pbkdf2-rounds", about(rounds, hash), clause},
				"%s is %d: PBKDF2-SHA512 needs at least %d: set it to that", rounds, n, leastRounds)
		}
		return
	}
	m, t := l.config.Enrol.Argon2Memory, l.config.Enrol.Argon2Iterations
	for _, enough := range argon2Table {
		if m >= enough.memory && t >= enough.iterations {
			return
		}
	}
	l.add(finding{High, "argon2", about(memory, passes), clause},
		"%s is %d KiB with %d passes (%s): below every line of the table, such as 19456 KiB with 2 passes: set them to those", memory, m, t, passes)
}

// atRest checks what is sealed in the store.
func (l *linter) atRest() {
	const password, email = "main.encrypt_password", "main.encrypt_email"
	if !l.config.Main.EncryptPassword {
		l.add(finding{Medium, "seal-password", about(password), nistPasswords + "; " + owaspStorage + ", peppering"},
			"%s is False: anyone who has the store can try passwords on its hashes without the secret key: set it to True", password)
	}
	if !l.config.Main.EncryptEmail {
		l.add(finding{Medium, "seal-email", about(email), ""},
			"%s is False: anyone who has the store can read every address without the secret key: set it to True", email)
	}
}

// deadHashing finds settings of an unused hash.
func (l *linter) deadHashing() {
	const hash = "enrol.password_hash"
	unused := []string{"hash_secret.rounds", "hash_secret.salt_size"}
	if l.config.Enrol.PasswordHash == signup.PBKDF2SHA512 {
		unused = []string{"enrol.argon2_memory", "enrol.argon2_iterations", "enrol.argon2_parallelism"}
	}
	for _, key := range unused {
		l.dead(key, hash+" is "+l.config.Enrol.PasswordHash)
	}
}

// dead reports a setting without effect, if the file has it.
func (l *linter) dead(key, because string) {
	if l.given(key) {
		l.add(finding{Low, "no-effect", about(key), ""}, "%s has no effect, since %s: remove it, unless the original reads this file too", key, because)
	}
}
