package main

// place is where an installation keeps its files, and how it runs: the flags
// that most commands share.
type place struct {
	data    string
	store   string
	keyFile string
	audit   string
	conf    string
	native  bool

	server      string // the URL of a server to talk to
	superAPIKey string // the file of its super-user's key

	module []byte // the embedded one if nil
}

// flags adds the flags of a place to a command.
func (p *place) flags(f *flags) {
	f.StringVar(&p.data, "data", "./data", "`DIR` of the data, created if it does not exist")
	p.storeFlag(f)
	f.StringVar(&p.conf, "conf", "", "the sso.conf, a `FILE`; by default a built-in one")
	f.StringVar(&p.keyFile, "key-file", "",
		"`FILE` of the secret key, by default DIR.key; created for new data;\n        "+secretKeyVariable+" can hold the key instead")
	f.StringVar(&p.audit, "audit", "", "`FILE` of the audit trail, by default DIR.audit.jsonl; can be /dev/stdout")
	f.BoolVar(&p.native, "native", false, "run the core as native code, without its sandbox")
}

// operatorFlags adds the flags of a command that can let a server do its work.
func (p *place) operatorFlags(f *flags) {
	p.flags(f)
	p.serverFlags(f)
}

// serverFlags adds the flags of a server that does the work.
func (p *place) serverFlags(f *flags) {
	f.StringVar(&p.server, "server", "", "`URL` of a server that does the work instead, such as https://enrol.example.com;\n        it needs the key of a super-user")
	f.StringVar(&p.superAPIKey, "super-api-key-file", "", "`FILE`, of mode 0600, of that key; "+superAPIKeyVariable+" can hold it instead")
}

// existingFlags adds the flags of a command that makes neither data nor a key.
func (p *place) existingFlags(f *flags) {
	f.StringVar(&p.data, "data", "./data", "`DIR` of the data")
	p.storeFlag(f)
	f.StringVar(&p.keyFile, "key-file", "", "`FILE` of the secret key, by default DIR.key; "+secretKeyVariable+" can hold the key instead")
}

// storeFlag adds the flag of the store.
func (p *place) storeFlag(f *flags) {
	f.StringVar(&p.store, "store", "",
		"`STORE` of the data, by default pebble:DIR; or postgres://USER@HOST:PORT/DATABASE\n        "+
			"or etcd://HOST:PORT,HOST:PORT/PREFIX (etcds:// for TLS),\n        "+
			"with the key and the audit trail next to DIR; "+storeVariable+" can name it instead")
}

// auditFile is the path of the audit trail.
func (p *place) auditFile() string {
	if p.audit != "" {
		return p.audit
	}
	return nextTo(p.data, ".audit.jsonl")
}
