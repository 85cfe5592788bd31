package memory_test

import (
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/kv/kvtest"
	"github.com/enrol-sso/enrol/kv/memory"
)

func TestMemoryHoldsTheContract(t *testing.T) {
	kvtest.Run(t, func(t *testing.T) kv.Store { return memory.New() })
}
