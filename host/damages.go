package host

import (
	"log/slog"
	"sync"
)

// maxDamages bounds how many logged texts are remembered.
const maxDamages = 1_000

// damages logs each text about damage once, although every run repeats it.
type damages struct {
	mu     sync.Mutex
	logged map[string]bool
}

// log logs a text, unless it is empty or was logged before.
func (d *damages) log(logger *slog.Logger, damage string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if damage == "" || d.logged[damage] {
		return
	}
	if d.logged == nil || len(d.logged) >= maxDamages {
		d.logged = map[string]bool{}
	}
	d.logged[damage] = true
	logger.Error("something could not be read or written and was skipped: check the store", "damage", damage)
}
