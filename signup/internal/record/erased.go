package record

// Deletion is the sealed text of a callback event that says that the account of
// the event is erased. It has no personal data, because a service that is down
// may leave it in the store for long. It is no JSON object, so that an engine
// that does not know it leaves the event to one that does.
const Deletion = `"user.deleted"`
