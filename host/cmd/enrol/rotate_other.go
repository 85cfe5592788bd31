//go:build !unix

package main

import "os"

// rotations receives nothing: this system has no SIGUSR1.
func rotations() <-chan os.Signal { return nil }
