package main

// place is where an installation keeps what it has, and how it runs: what the
// flags that most commands share say.
type place struct {
	data    string
	keyFile string
	audit   string
	conf    string
	native  bool

	module []byte // the embedded one if nil
}

// flags adds them to those of a command.
func (p *place) flags(f *flags) {
	f.StringVar(&p.data, "data", "./data", "`DIR` of the data, made if it does not exist")
	f.StringVar(&p.conf, "conf", "", "the sso.conf, a `FILE`; a built-in one if left out")
	f.StringVar(&p.keyFile, "key-file", "",
		"`FILE` of the secret key, beside the data directory as DIR.key if left out;\n        made for new data; "+secretKeyVariable+" can hold the key instead")
	f.StringVar(&p.audit, "audit", "", "`FILE` of the audit trail, DIR.audit.jsonl if left out")
	f.BoolVar(&p.native, "native", false, "run the core as native code, without its sandbox")
}

// auditFile is the path of the audit trail.
func (p *place) auditFile() string {
	if p.audit != "" {
		return p.audit
	}
	return beside(p.data, ".audit.jsonl")
}
