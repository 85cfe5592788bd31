package record

import (
	"strconv"

	"github.com/enrol-sso/enrol/signup/internal/keyring"
)

// The keys of the store. Times are milliseconds since 1970 in 13 digits, so
// that keys sort by time. Buckets are two digits.
//
//	user/<user id>                     the account
//	name/<canonical username>          the owner of the name
//	mail/<key id>/<blind index>        the confirmed owner of an address
//	token/<sha256 of the token>        the claim that a token confirms
//	pending/<bucket>/<expiry>/<id>     claims by expiry, for listing and purging
//	approval/<bucket>/<time>/<id>      accounts that wait for approval
//	erased/<user id>                   an erased account whose events remain, see Pending
//	event/<event id>                   what is to be sent
//	outbox/<bucket>/<destination id>/<state>/<time>/<event id>
//	                                   events by when they are due, see ScheduleKey
//	health/<destination id>            destinations that are down, see Health
//	dead/<bucket>/<time>/<event id>    dead letters
//	guess/<hmac of a user id>          wrong passwords in a row, see Guesses
//	idem/<hmac of an idempotency key>  answers, see Idempotency
//	rate/<hour>/<hmac>/<shard>         number of calls, see Rate
//	sent/<day>/<hmac of an address>    messages to the address, see Mailbox
//	meta/format, meta/keys, meta/hosts see Format, Keys and Hosts
//
// An event has its own key in addition to its place in the schedule, so that
// its successor can check whether it is still outstanding.
const (
	UserPrefix     = "user/"
	NamePrefix     = "name/"
	MailPrefix     = "mail/"
	TokenPrefix    = "token/"
	PendingPrefix  = "pending/"
	ApprovalPrefix = "approval/"
	ErasedPrefix   = "erased/"

	EventPrefix  = "event/"
	OutboxPrefix = "outbox/"
	HealthPrefix = "health/"
	DeadPrefix   = "dead/"

	GuessPrefix = "guess/"
	IdemPrefix  = "idem/"
	RatePrefix  = "rate/"
	SentPrefix  = "sent/"

	FormatKey = "meta/format"
	KeysKey   = "meta/keys"
	HostsKey  = "meta/hosts"
)

// MaxTime is the greatest time that 13 digits can hold.
const MaxTime = 9_999_999_999_999

// MailKey returns the key of the owner of an address under a secret key.
func MailKey(k *keyring.Key, address string) string {
	return MailPrefix + k.ID + "/" + k.BlindIndex(address)
}

// Bucket returns the bucket of an account and of what belongs to it, which
// spreads them over the lists that are ordered by time.
func Bucket(userID string, buckets int) int {
	hash := uint32(2166136261) // FNV-1a
	for i := range len(userID) {
		hash = (hash ^ uint32(userID[i])) * 16777619
	}
	return int(hash % uint32(buckets))
}

// BucketPrefix returns the prefix of the keys in one bucket of a list.
func BucketPrefix(list string, bucket int) string {
	return list + digits(int64(bucket), 2) + "/"
}

// TimedKey returns a key in one of the lists that are ordered by time.
func TimedKey(list string, bucket int, ms int64, id string) string {
	return BucketPrefix(list, bucket) + TimeDigits(ms) + "/" + id
}

// LinePrefix returns the prefix of the events of a destination in a bucket.
func LinePrefix(bucket int, destination string) string {
	return BucketPrefix(OutboxPrefix, bucket) + destination + "/"
}

// States of an event in the schedule, in the order in which a run reads them.
const (
	Leased    = "l" // being delivered; the time is the end of the lease
	Ready     = "r" // due at once; the time is when it was created, only for the order
	Postponed = "s" // postponed for longer than a retry waits; the time is when it is due
	Waiting   = "w" // tried before, or postponed for a short time; the time is when it is due
)

// IsFresh reports whether the events in a state were not tried before, as far as
// the schedule shows: one that a stop or a crash gave back is fresh again, and a
// message that was postponed is not.
func IsFresh(state string) bool { return state == Leased || state == Ready }

// ScheduleKey returns the place of an event in the schedule of a store with a
// number of buckets.
func ScheduleKey(event *Event, buckets int) string {
	state, at := Waiting, event.Due
	switch {
	case event.Lease != "":
		state = Leased
	case event.Due == 0:
		state, at = Ready, event.Created
	case event.Postponed:
		state = Postponed
	}
	return LinePrefix(Bucket(event.User, buckets), DestinationID(event.Destination)) + state + "/" + TimeDigits(at) + "/" + event.ID
}

// HourPrefix returns the prefix of the counters of an hour since 1970.
func HourPrefix(hour int64) string { return RatePrefix + digits(hour, 8) + "/" }

// RateKey returns the key of a counter of calls in an hour.
func RateKey(hour int64, name string, shard int) string {
	return HourPrefix(hour) + name + "/" + strconv.Itoa(shard)
}

// DayPrefix returns the prefix of the mailboxes of a day since 1970.
func DayPrefix(day int64) string { return SentPrefix + digits(day, 5) + "/" }

// TimeDigits returns a time in the 13 digits that it has in keys.
func TimeDigits(ms int64) string { return digits(ms, 13) }

// digits returns a number with zeros before it, as "%0*d" does, which costs more
// than all else in a key.
func digits(n int64, width int) string {
	text := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, text = text[:1], text[1:]
	}
	return sign + "0000000000000"[:max(0, width-len(sign)-len(text))] + text
}
