package signup

import (
	"encoding/json"
	"strings"

	"github.com/enrol-sso/enrol/kv"
)

// A record that is there takes longer to read than one that is absent. Natively
// that is next to nothing; the module is handed its records as JSON within
// JSON, takes them out of the answer and then reads them, for about a tenth of
// a millisecond. Over some thousand requests that tells who has an account. So
// a signup, a resend and a verify read a decoy for each record that they do not
// find, which natively is no answer within JSON.
var (
	decoyName = newDecoy(nameRecord{
		V:       recordVersion,
		ID:      decoyID,
		State:   statePending,
		Expires: maxTime,
		Keys: []string{
			userPrefix + decoyID,
			tokenPrefix + strings.Repeat("0", 43),
			timed("pending", 0, maxTime, decoyID),
		},
	})
	decoyUser = newDecoy(userRecord{
		V:              recordVersion,
		ID:             decoyID,
		State:          statePending,
		Username:       strings.Repeat("0", 12),
		Name:           strings.Repeat("0", 12),
		EmailSealed:    "k1." + decoySealed[:86],
		PasswordSealed: "k1." + decoySealed,
		PasswordSet:    maxTime,
		DisplayName:    strings.Repeat("0", 12),
		CurrentApp:     strings.Repeat("0", 3),
		AppList:        []string{strings.Repeat("0", 3)},
		RemoteAddr:     []string{"127.0.0.1"},
		SignUpTime:     maxTime,
		Expires:        maxTime,
		ApprovalStatus: approvalBefore,
		LastMessage:    decoyID,
	})
	decoySealed = strings.Repeat("0", 182) // as long as a sealed hash of argon2id
	decoyOwner  = newDecoy(idRecord{V: recordVersion, ID: decoyID})
	decoyID     = strings.Repeat("0", 26)
)

// decoy is a record that nobody has, and the answer of a Get that holds it.
type decoy struct{ record, answer string }

// decoyAnswer is what the answer of a Get looks like within the module.
type decoyAnswer struct {
	Values []*struct {
		Version string  `json:"version"`
		Data    *string `json:"data"`
	} `json:"values"`
}

func newDecoy(record any) decoy {
	data := string(encode(record))
	value := map[string]string{"version": strings.Repeat("0", 32), "data": data}
	return decoy{data, string(encode(map[string]any{"values": []any{value}}))}
}

// readNoName does the work of reading a name's record.
func (r *run) readNoName() { readNo[nameRecord](r, decoyName) }

// readNoLogin does the work of reading to which account a key leads, that of a
// name or of an address.
func (r *run) readNoLogin(key string) {
	if strings.HasPrefix(key, namePrefix) {
		readNo[idRecord](r, decoyName)
	} else {
		readNo[idRecord](r, decoyOwner)
	}
}

// readNoUser does the work of reading an account.
func (r *run) readNoUser() { readNo[userRecord](r, decoyUser) }

func readNo[T any](r *run, d decoy) {
	r.unpack(d)
	if _, err := decode[T]("", kv.Value{Data: d.record}); err != nil {
		panic("signup: the decoy is no record")
	}
}

// openNothing does the work of opening a sealed text of a length in base64.
func (r *run) openNothing(length int) {
	r.keys.open(place{"user", decoyID, "decoy"}, r.writer().id+"."+decoySealed[:length])
}

// readNoOwner does the work of reading that an address has an owner, of whom
// nothing more is asked.
func (r *run) readNoOwner() { r.unpack(decoyOwner) }

// Unpacker is a Host that takes what is stored out of JSON, as the module does.
// Others have no such work, and a decoy does none for them.
type Unpacker interface {
	Host
	Unpacks()
}

// unpack reads an answer as the module does, first for an error in it.
func (r *run) unpack(d decoy) {
	if _, unpacks := r.host.(Unpacker); !unpacks {
		return
	}
	var failure struct {
		Error *string `json:"error"`
	}
	if json.Unmarshal([]byte(d.answer), &failure) != nil || json.Unmarshal([]byte(d.answer), new(decoyAnswer)) != nil {
		panic("signup: the decoy is no answer")
	}
}
