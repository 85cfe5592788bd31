// Package zxcvbn estimates how many guesses a password withstands, as the npm
// package zxcvbn 4.4.2 does: it gives the same number, and the same score, for
// every password of up to 256 characters.
//
// New returns an Estimator, the one entry point. It is immutable and safe for
// concurrent use.
//
// The method is that of Daniel Lowe Wheeler, "zxcvbn: Low-Budget Password
// Strength Estimation", USENIX Security 2016: find every part of the password
// that is a word, a walk over the keyboard, a repetition, a sequence, a year or
// a date, and then the sequence of such parts, with brute force between them,
// that takes the fewest guesses. Where the paper leaves something open, the
// behaviour of the package counts, its accidents included, since whoever sets a
// least score has that package's scores in mind. The program is our own.
//
// A password is looked at as JavaScript does, in UTF-16 code units: a character
// beyond the first plane counts twice. Texts below are slices of those.
//
// Every product that is added to something is converted to float64 where it is
// made: the language then lets no architecture fuse the two, and all of them
// give the same bits.
package zxcvbn
