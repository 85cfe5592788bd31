//go:build postgres

package postgres_test

import (
	"fmt"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/postgres"
)

func TestACallIsOneRoundTrip(t *testing.T) {
	for _, guard := range guards {
		t.Run(guard, func(t *testing.T) {
			t.Parallel()
			database, _ := shared.database(t)
			way := startProxy(t, shared.Port)
			store := open(t, with(way.url(database), guard, "pool_max_conns=1"), postgres.Options{})
			full := kv.Batch{Deletes: []string{"x"}}
			var keys []string
			for i := range kv.MaxGetKeys {
				key := fmt.Sprint(i)
				keys = append(keys, key)
				full.Checks = append(full.Checks, kv.Check{Key: key})
				full.Puts = append(full.Puts, kv.Put{Key: key, Data: "data"})
			}
			calls := []struct {
				name string
				call func() error
			}{
				{"get", func() error { _, err := store.Get(t.Context(), keys); return err }},
				{"scan", func() error { _, err := store.Scan(t.Context(), "", "", 10); return err }},
				{"commit", func() error { _, err := store.Commit(t.Context(), full); return err }},
				{"commit with checks that do not hold", func() error { _, err := store.Commit(t.Context(), full); return err }},
			}
			for _, c := range calls {
				before := way.roundTrips()
				if err := c.call(); err != nil {
					t.Fatalf("%s: %v", c.name, err)
				}
				if n := way.roundTrips() - before; n != 1 {
					t.Errorf("%s took %d round trips, want 1", c.name, n)
				}
			}
		})
	}
}
