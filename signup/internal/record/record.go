package record

import (
	"strings"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/secret"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// Version is the version in every record. Engines refuse newer ones.
const Version = 1

// Put encodes a record under a key.
func Put(key string, record Document) kv.Put {
	return kv.Put{Key: key, Data: string(Encode(record))}
}

// Decode decodes the record of a key.
func Decode[T any, D Readable[T]](key string, value kv.Value) (*T, *fault.Error) {
	data, err := strictjson.ParseOwn(value.Data)
	if err != nil {
		return nil, fault.Internal("%s: the record is damaged", RedactKey(key))
	}
	version, record := 0, new(T)
	wrong := data.Read(func(m *strictjson.Members) {
		if m.Int("v", &version); 1 <= version && version <= Version {
			m.Rewind()
			D(record).Members(m)
		}
	})
	if version > Version {
		return nil, fault.Internal("%s: the record has version %d, this engine reads up to %d: use a newer engine", RedactKey(key), version, Version)
	}
	if wrong != nil || version < 1 {
		return nil, fault.Internal("%s: the record is damaged", RedactKey(key))
	}
	return record, nil
}

// RedactKey returns a key without its username, for errors.
func RedactKey(key string) string {
	if strings.HasPrefix(key, NamePrefix) {
		return NamePrefix + secret.Redacted
	}
	return key
}
