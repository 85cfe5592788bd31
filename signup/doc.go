// Package signup is the core of Enrol: all decisions about self-service
// sign-ups, and no I/O.
//
// The one entry point is Engine. It holds an ssoconf.Config, parsed from an
// sso.conf, and the secret keys of an installation. It runs operations: signup,
// validate, confirm, verify, approve, lock and the others of Operations. Each
// takes a request and returns a response, both JSON objects, and does all its
// work through a Host, which stores, audits, calls services, tells the time and
// draws random bytes.
//
// Operations are deterministic: the same configuration, request and answers of
// the host cause the same effects in the same order with the same bytes, and
// the same response, natively and in every WebAssembly runtime.
//
// # Requests and responses
//
// Each operation has a file with its request, its steps and its response:
//
//	signup           SignupRequest    SignupResponse    signup.go, draft.go, claim.go
//	validate         SignupRequest    Response          validate.go
//	confirm          ConfirmRequest   ConfirmResponse   confirm.go
//	resend           ResendRequest    Response          resend.go, resend_void.go
//	verify           VerifyRequest    VerifyResponse    verify.go
//	get              GetRequest       GetResponse       get.go, user.go
//	pending          PendingRequest   PendingResponse   pending.go
//	approve, reject  ApprovalRequest  Response          approve.go, reject.go
//	lock, unlock     LockRequest      Response          lock.go
//	dispatch         DispatchRequest  DispatchResponse  dispatch.go, dispatch_request.go, dispatch_response.go
//	dead             DeadRequest      DeadResponse      dead.go
//	retry            RetryRequest     Response          retry.go
//	purge            PurgeRequest     PurgeResponse     purge.go, purge_counters.go
//	rekey            RekeyRequest     RekeyResponse     rekey.go, rekey_move.go
//	import           ImportRequest    ImportResponse    import.go, moved.go; an operation of Move
//	export           ExportRequest    ExportResponse    export.go; likewise
//	open             cid, exclusive   Response          open.go
//
// A request is refused if it has a member that its type does not list. The JSON
// method of a request shows how its members are spelled. Every response has the
// members of Response; most add their own.
//
// A refusal is a response with the status "error" and status codes, the same as
// in Zato SSO. A response with a fault is not a decision: an effect failed, or the
// core has a bug.
//
// # What is written
//
// Package internal/record describes every key and record of the store. Passwords
// are stored as PHC strings and tokens as their SHA-256, by HashToken in
// internal/record/token.go. Addresses and other confidential texts are sealed
// with a key that the store does not have.
//
// # Packages
//
// This package has the operations and their rules. Its parts are the packages
// below it, none of which imports it:
//
//	ssoconf            parses an sso.conf
//	strictjson         reads and writes JSON, member by member
//	zxcvbn             estimates how many guesses a password withstands
//	fsck               checks the whole content of a store for damage
//	internal/ascii     what kind of ASCII character a byte is
//	internal/effects   what a host audits and calls
//	internal/fault     errors and status codes
//	internal/identity  canonical usernames and e-mail addresses, domains, scripts
//	internal/keyring   secret keys, sealing, HMACs, secrets of webhooks
//	internal/password  personal words in passwords
//	internal/phc       hash strings and key derivation
//	internal/record    the records of the store, their keys and ids
//	internal/secret    the type of passwords and tokens
//	internal/visible   characters that texts may contain
package signup
