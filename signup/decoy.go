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
// a signup reads a decoy for each record that it does not find.
var (
	decoyName = decoy(nameRecord{
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
	decoyOwner = decoy(idRecord{V: recordVersion, ID: decoyID})
	decoyID    = strings.Repeat("0", 26)
)

// decoyAnswer is what the answer of a Get looks like within the module.
type decoyAnswer struct {
	Values []*struct {
		Version string  `json:"version"`
		Data    *string `json:"data"`
	} `json:"values"`
}

func decoy(record any) string {
	value := map[string]string{"version": strings.Repeat("0", 32), "data": string(encode(record))}
	return string(encode(map[string]any{"values": []any{value}}))
}

// readNoName does the work of reading a name's record.
func readNoName() {
	var answer decoyAnswer
	unpack(decoyName, &answer)
	if _, err := decode[nameRecord]("", kv.Value{Data: *answer.Values[0].Data}); err != nil {
		panic("signup: the decoy is no record")
	}
}

// readNoOwner does the work of reading that an address has an owner, of whom
// nothing more is asked.
func readNoOwner() {
	unpack(decoyOwner, new(decoyAnswer))
}

// unpack reads an answer as the module does, first for an error in it.
func unpack(answer string, values *decoyAnswer) {
	var failure struct {
		Error *string `json:"error"`
	}
	if json.Unmarshal([]byte(answer), &failure) != nil || json.Unmarshal([]byte(answer), values) != nil {
		panic("signup: the decoy is no answer")
	}
}
