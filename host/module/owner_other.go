//go:build !unix

package module

import "io/fs"

// ownedByAnother is not known here: permissions are not those of Unix.
func ownedByAnother(fs.FileInfo) bool { return false }
