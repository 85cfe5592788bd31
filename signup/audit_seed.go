package signup

import (
	"github.com/enrol-sso/enrol/signup/internal/keyring"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// AuditSeeds returns for each secret key, newest first, 32 bytes from which a host
// makes the Ed25519 key that signs its audit trail (HKDF with SHA-256, no salt, and
// "enrol audit v1"). They are as secret as the keys.
func AuditSeeds(keys *Keys) [][]byte { return keyring.AuditSeeds(keys) }

// AuditCheckpoints is what the keys begin with under which hosts keep the newest
// checkpoint of each chain of their audit trails, followed by the id of the chain.
const AuditCheckpoints = record.AuditPrefix
