// Package signup is the core of Enrol: everything that decides about a
// self-service registration, and no I/O.
//
// The one entry point is Engine. It holds a Config, the meaning of an sso.conf,
// and the secret keys of an installation, and runs operations: signup,
// validate, confirm, verify, approve, lock and the others of Operations. Each
// takes a request and gives a response, both JSON objects, and does all its work
// through a Host, which stores, audits, calls services, tells the time and draws
// random bytes.
//
// An operation is deterministic: the same configuration, request and answers
// of the host make the same effects in the same order with the same bytes, and
// the same response, natively and in every WebAssembly runtime.
//
// # Requests and responses
//
// Requests are read against an allow-list: SignupRequest (signup and validate),
// ConfirmRequest, GetRequest and DispatchRequest say what each may hold, by
// their JSON method also how it is spelled. A response always has the members
// of Response; SignupResponse, ConfirmResponse, GetResponse and
// DispatchResponse have their own beside those.
//
// A refusal is a response with the status "error" and status codes, those of
// Zato SSO. A response with a fault is no decision: something outside failed,
// or the core has a bug.
//
// # What is written
//
// Every key and record of the store is described in record.go. Passwords are
// stored as PHC strings, tokens as their SHA-256, addresses and whatever else
// must not be read are sealed with a key that the store does not hold.
package signup
