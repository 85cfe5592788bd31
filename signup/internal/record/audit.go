package record

// AuditPrefix is what the keys of the checkpoints begin with that hosts keep of their
// audit trails, before the id of a chain.
const AuditPrefix = "meta/audit/"
