// Package signuptest runs an engine in tests. Its Host keeps records in memory,
// has a clock that the test sets, draws repeatable random bytes, answers for
// services, and records each effect.
//
//	host := signuptest.New()
//	engine.Run("open", host, []byte(`{}`))
//	host.Clock.Advance(time.Hour)
//	host.Around = signuptest.FailAt(2, errors.New("the disk is full"))
//
// The types effects.AuditEvent, effects.ServiceCall and phc.Params are those
// that package signup calls AuditEvent, ServiceCall and KDFParams.
//
// Do not use it in production: its password hash takes no time, and its random
// bytes come from a seed.
package signuptest
