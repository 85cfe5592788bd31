package kv_test

import (
	"testing"

	"github.com/enrol-sso/enrol/kv"
)

// The versions here are those that every store of postgres.sql computes.
func TestVersionIsTheOneThatProgramsShare(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"":    "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NM",
		"abc": "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qc",
	} {
		if got := kv.Version(data); got != want {
			t.Errorf("Version(%q) is %q, want %q", data, got, want)
		}
	}
}
