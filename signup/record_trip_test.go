package signup

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// Every member of every record is read as it was written.
func TestRecordsSurviveTheirEncoding(t *testing.T) {
	t.Parallel()
	roundTrip[record.User](t)
	roundTrip[record.Name](t)
	roundTrip[record.Token](t)
	roundTrip[record.Pending](t)
	roundTrip[record.Reference](t)
	roundTrip[record.Event](t)
	roundTrip[record.Schedule](t)
	roundTrip[record.Idempotency](t)
	roundTrip[record.Rate](t)
	roundTrip[record.Mailbox](t)
	roundTrip[record.Health](t)
	roundTrip[record.Format](t)
	roundTrip[record.Keys](t)
	roundTrip[record.Hosts](t)
	roundTrip[record.Guesses](t)
	roundTrip[record.Message](t)
	roundTrip[record.Callback](t)
	roundTrip[messageData](t)
	roundTrip[validationData](t)
	roundTrip[record.KeptAnswer](t)
}

func roundTrip[T any, D record.Readable[T]](t *testing.T) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var given T
		fill(reflect.ValueOf(&given).Elem(), random)
		if kept, ok := any(&given).(*record.KeptAnswer); ok {
			kept.Answer = `{"status":"ok"}`
		}
		data := record.Encode(D(&given))
		if !json.Valid(data) {
			t.Fatalf("%+v is written as %s", given, data)
		}
		back, ok := record.Read[T, D](string(data))
		if !ok || !reflect.DeepEqual(*back, given) || !bytes.Equal(record.Encode(D(back)), data) {
			t.Fatalf("%+v comes back as %+v", given, back)
		}
		if r, isRecord := any(&given).(record.Document); isRecord && reflect.ValueOf(r).Elem().FieldByName("V").IsValid() {
			if back, err := record.Decode[T, D]("key", kv.Value{Version: "1", Data: string(data)}); err != nil || !reflect.DeepEqual(*back, given) {
				t.Fatalf("%+v is decoded as %+v, %v", given, back, err)
			}
		}
	}
	var empty T
	if _, kept := any(empty).(record.KeptAnswer); kept {
		return // an answer is never empty
	}
	if back, ok := record.Read[T, D](string(record.Encode(D(&empty)))); !ok || !reflect.DeepEqual(*back, empty) {
		t.Errorf("%T: nothing comes back as %+v", empty, back)
	}
}
