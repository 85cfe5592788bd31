//go:build postgres

package postgres_test

import (
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/kvtest"
	"github.com/enrol-sso/enrol/kv/postgres"
)

// guards are the parameters of a URL with each guard.
var guards = []string{"guard=advisory", "guard=serializable"}

func TestPostgresHoldsTheContract(t *testing.T) {
	for _, guard := range guards {
		t.Run(guard, func(t *testing.T) {
			t.Parallel()
			holdsTheContract(t, func(database string) string { return with(shared.URL(database), guard) })
		})
	}
}

// holdsTheContract runs the suite of the contract in one database, whose tables
// it removes before each test.
func holdsTheContract(t *testing.T, url func(database string) string) {
	database, sql := shared.database(t)
	kvtest.Run(t, func(t *testing.T) kv.Store {
		sql("DROP TABLE IF EXISTS enrol_kv, enrol_schema")
		store, err := postgres.Open(t.Context(), url(database), postgres.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return store
	})
}
