package signup

import (
	"slices"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// announcedFor is how long an announced host counts as there, in milliseconds.
// A host that shares its store announces itself every minute: the rest leaves
// room for a few lost announcements, and for clocks that differ by a minute.
const announcedFor = 5 * 60_000

// announce records that a host serves from this store, and which secret keys it
// has, or that it leaves. The commit checks the keys in use, so that a host
// without a new one is either in the list before rekey begins, which then waits
// for it, or refused.
func (r *run) announce(id string, leaves bool) *Error {
	for range maxAttempts {
		values, err := r.get(record.FormatKey, record.KeysKey, record.HostsKey)
		if err != nil {
			return err
		}
		if r.meta, err = r.readMeta(values); err != nil {
			return err
		}
		hosts, err := r.readHosts(values[2])
		if err != nil {
			return err
		}
		hosts = slices.DeleteFunc(hosts, func(h record.Host) bool { return h.ID == id })
		if !leaves && len(hosts) < record.MaxHosts { // without room, rekey waits anyway
			hosts = append(hosts, record.Host{ID: id, Keys: r.entries(), Until: r.now + announcedFor})
		}
		batch := kv.Batch{
			Checks: append(r.meta.checks, kv.Check{Key: record.HostsKey, Version: values[2].Version}),
			Puts:   []kv.Put{record.Put(record.HostsKey, &record.Hosts{V: record.Version, Hosts: hosts})},
		}
		if outcome, err := r.commit(batch); err != nil || outcome == committed {
			return err
		}
	}
	return r.givenUp()
}

// entries returns those of all secret keys of this host.
func (r *run) entries() []keyring.Entry {
	var entries []keyring.Entry
	for _, k := range keyring.All(r.keys) {
		entries = append(entries, k.Entry())
	}
	return entries
}

// readHosts returns the announced hosts that are not gone.
func (r *run) readHosts(value kv.Value) ([]record.Host, *Error) {
	if value.Version == "" {
		return nil, nil
	}
	stored, err := record.Decode[record.Hosts](record.HostsKey, value)
	if err != nil {
		return nil, err
	}
	if !stored.Valid() {
		return nil, fault.Internal("%s: the record is damaged", record.HostsKey)
	}
	return slices.DeleteFunc(stored.Hosts, func(h record.Host) bool { return h.Until <= r.now }), nil
}

// withoutKey returns how many announced hosts lack a secret key, and a check
// that no other comes. If there may be hosts that found no room in the list, one
// of them counts as lacking it.
func (r *run) withoutKey(k *keyring.Key) (int, kv.Check, *Error) {
	values, err := r.get(record.HostsKey)
	if err != nil {
		return 0, kv.Check{}, err
	}
	hosts, err := r.readHosts(values[0])
	if err != nil {
		return 0, kv.Check{}, err
	}
	n, entry := 0, k.Entry()
	for _, h := range hosts {
		if !slices.Contains(h.Keys, entry) {
			n++
		}
	}
	if n == 0 && len(hosts) == record.MaxHosts {
		n = 1
	}
	return n, kv.Check{Key: record.HostsKey, Version: values[0].Version}, nil
}
