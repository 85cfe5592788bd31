package keyring

// AuditSeeds returns for each key, newest first, the secret from which a host makes
// the key that signs its audit trail.
func AuditSeeds(ks *Keys) [][]byte {
	var seeds [][]byte
	for _, k := range ks.keys {
		seeds = append(seeds, k.derive("enrol audit v1"))
	}
	return seeds
}
