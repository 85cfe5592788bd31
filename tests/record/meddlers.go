package main

import "github.com/enrol-sso/enrol/wasm/wire"

// on answers one effect, the n-th of its name from 0, in place of the world.
func on(effect string, n int, answer string) meddler {
	return func(_ *stage, m moment) string {
		if m.effect == effect && m.times == n {
			return answer
		}
		return ""
	}
}

// always answers every effect of a name in place of the world.
func always(effect, answer string) meddler {
	return func(_ *stage, m moment) string {
		if m.effect == effect {
			return answer
		}
		return ""
	}
}

// before calls a function just before one effect.
func before(effect string, n int, do func(*stage)) meddler {
	return func(s *stage, m moment) string {
		if m.effect == effect && m.times == n {
			do(s)
		}
		return ""
	}
}

// loses performs the n-th commit and replaces its answer with lost.
func loses(n int) meddler {
	return func(s *stage, m moment) string {
		if m.effect != wire.Commit || m.times != n {
			return ""
		}
		wire.Perform(s.world, m.effect, m.request)
		return lost
	}
}

const (
	lost = `{"unknown":"the connection was lost"}`
	full = `{"error":"the disk is full"}`
)

// rival calls a function between an operation's read and its commit.
func rival(do func(*stage)) meddler { return before(wire.Commit, 0, do) }
