//go:build !amd64

package argon2

const supported = false

func fill(out, prev, ref, scratch *block) { panic("not supported") }

func mix(out, prev, ref, scratch *block) { panic("not supported") }
