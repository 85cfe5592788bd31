package signup

import (
	"slices"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

const auditReject = "user.reject_user"

// reject refuses a confirmed account and deletes it. Its name and its address
// are free again.
func (r *run) reject(data []byte) (document, *Error) {
	request, err := readApproval("reject", data)
	return r.decide(auditReject, request, err, change{
		find:  func() (*claimed, Code, *Error) { return r.findUndecided(request.UserID, false) },
		batch: func(c *claimed) kv.Batch { return r.rejectBatch(c, request.Reason) },
		done:  UserIDInvalid, // it is deleted
	})
}

// removal returns the batch that deletes an account with its name, its address and
// its counts of guesses.
func (r *run) removal(c *claimed) kv.Batch {
	return kv.Batch{Checks: c.checks, Deletes: slices.Concat(c.name.Keys, []string{record.NamePrefix + c.user.Name}, r.guessKeys(c.user.ID))}
}

// rejectBatch deletes an account and writes the message about it.
func (r *run) rejectBatch(c *claimed, reason string) kv.Batch {
	batch := r.removal(c)
	if event, ok := r.accountEvent(c, record.MessageRejected, reason); ok {
		batch.Puts = r.eventPuts(event, c.user.ID)
	}
	return batch
}
