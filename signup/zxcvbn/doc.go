// Package zxcvbn estimates how many guesses a password withstands, and says why
// it is weak. It returns the same number, score, warning and suggestions as the
// npm package zxcvbn 4.4.2 for every password of up to 256 characters, the
// texts as codes.
//
// New returns an Estimator, the one entry point. It is immutable and safe for
// concurrent use.
//
// The method is by Daniel Lowe Wheeler, "zxcvbn: Low-Budget Password
// Strength Estimation", USENIX Security 2016. It finds every part of the
// password that is a word, a walk over the keyboard, a repetition, a sequence,
// a year or a date. Then it finds the sequence of such parts, with brute force
// between them, that takes the fewest guesses. Where the paper leaves details
// open, this package copies the npm package, including its accidents, because
// people who configure a minimum score think of that package's scores. The code
// is our own.
//
// Passwords are handled as in JavaScript, in UTF-16 code units: a character
// beyond the first plane counts twice. The texts below are slices of units.
//
// Every product that is part of a sum is converted to float64 first. The
// language then forbids fusing the two operations, so that all architectures
// return the same bits.
package zxcvbn
