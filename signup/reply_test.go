package signup

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/signup/zxcvbn"
)

// reply is the response of any operation.
type reply struct {
	Response
	rest
	text string
}

func (r *reply) UnmarshalJSON(data []byte) error {
	return errors.Join(json.Unmarshal(data, &r.Response), json.Unmarshal(data, &r.rest))
}

// rest is what only some responses have.
type rest struct {
	ConfirmToken string `json:"confirm_token"`
	UserID       string `json:"user_id"`
	User         User   `json:"user"`
	Delivered    int    `json:"delivered"`
	Failed       int    `json:"failed"`
	Dead         int    `json:"dead"`
	Expired      int    `json:"expired"`
	Dropped      int    `json:"dropped"`
	More         bool   `json:"more"`
	Next         moment `json:"next_due"`
	NextDue      int64  `json:"-"` // Next in milliseconds, 0 for none

	Destinations []DestinationState `json:"destinations"`
	Failures     []DeliveryFailure  `json:"failures"`
	Damage       string             `json:"damage"`

	Users   []PendingUser `json:"users"`
	Cursor  string        `json:"cursor"`
	Removed int           `json:"removed"`
	Moved   int           `json:"moved"`
	Done    bool          `json:"done"`
	Key     string        `json:"key"`
	Waits   int           `json:"waits_for"`
	Events  []DeadEvent   `json:"events"`

	Strength *zxcvbn.Strength `json:"strength"`
}

func readReply(t testing.TB, data []byte) reply {
	t.Helper()
	r := reply{text: string(data)}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatalf("the answer %s: %v", data, err)
	}
	r.NextDue = int64(r.Next)
	return r
}

// moment is a time in milliseconds, 0 for null.
type moment int64

func (m *moment) UnmarshalJSON(data []byte) error {
	var at *time.Time
	if err := json.Unmarshal(data, &at); err != nil || at == nil {
		return err
	}
	*m = moment(at.UnixMilli())
	return nil
}

// codes joins the codes of a refusal.
func (r reply) codes() string { return joinCodes(r.SubStatus) }

func joinCodes(codes []Code) string {
	texts := make([]string, len(codes))
	for i, code := range codes {
		texts[i] = string(code)
	}
	return strings.Join(texts, " ")
}

// inJSON encodes a value as encoding/json does, without escapes for HTML.
func inJSON(value any) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(out.String(), "\n")
}
