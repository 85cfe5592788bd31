package signup

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/quick"

	"github.com/enrol-sso/enrol/kv"
)

// decoded(encode(x)) is x, for every record and whatever it holds.
func TestRecordsSurviveTheirEncoding(t *testing.T) {
	t.Parallel()
	roundTrip[userRecord](t)
	roundTrip[nameRecord](t)
	roundTrip[tokenRecord](t)
	roundTrip[pendingRecord](t)
	roundTrip[idRecord](t)
	roundTrip[eventRecord](t)
	roundTrip[scheduleRecord](t)
	roundTrip[idemRecord](t)
	roundTrip[rateRecord](t)
	roundTrip[sentRecord](t)
	roundTrip[formatRecord](t)
	roundTrip[keysRecord](t)
}

func roundTrip[T any](t *testing.T) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var record T
		fill(reflect.ValueOf(&record).Elem(), random)
		data := encode(record)
		back, err := decode[T]("key", kv.Value{Version: "1", Data: string(data)})
		if err != nil || !reflect.DeepEqual(*back, record) || !bytes.Equal(encode(back), data) {
			t.Fatalf("%+v comes back as %+v (%v)", record, back, err)
		}
	}
}

// fill sets every field to something, the version to one that is read.
func fill(v reflect.Value, random *rand.Rand) {
	for i := range v.NumField() {
		field := v.Field(i)
		if v.Type().Field(i).Name == "V" {
			field.SetInt(recordVersion)
			continue
		}
		switch field.Kind() {
		case reflect.String:
			field.SetString(anyText(random))
		case reflect.Int, reflect.Int64:
			field.SetInt(random.Int64N(maxTime))
		case reflect.Bool:
			field.SetBool(random.IntN(2) == 0)
		case reflect.Slice:
			list := reflect.MakeSlice(field.Type(), 1+random.IntN(3), 3)
			for j := range list.Len() {
				if list.Index(j).Kind() == reflect.Struct {
					fill(list.Index(j), random)
				} else {
					list.Index(j).SetString(anyText(random))
				}
			}
			field.Set(list)
		case reflect.Map:
			field.Set(reflect.ValueOf(map[string]string{anyText(random): anyText(random)}))
		default:
			panic("fill: " + field.Kind().String())
		}
	}
}

// anyText returns text of any code points that a request may hold.
func anyText(random *rand.Rand) string {
	samples := []string{"a", "Z", "9", " ", "\"", "\\", "<&>", "\u2028", "ß", "ς", "ａ", "é", "😀", "\u200d", "\n", "\u0001"}
	var text strings.Builder
	for range 1 + random.IntN(12) {
		text.WriteString(samples[random.IntN(len(samples))])
	}
	return text.String()
}

// No caller can set what is not theirs: the members of every record, where no
// request has them too, are refused wherever they stand.
func TestMembersOfRecordsAreNotAssigned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	members := map[string]bool{}
	for _, record := range []any{userRecord{}, nameRecord{}, tokenRecord{}, pendingRecord{}, eventRecord{}, idemRecord{}, User{}, Response{}} {
		for field := range reflect.TypeOf(record).Fields() {
			if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
				members[name] = true
			}
		}
	}
	for _, ours := range []string{"username", "email", "password", "display_name", "first_name", "middle_name", "last_name", "attrs", "current_app", "app_list", "remote_addr", "cid"} {
		delete(members, ours)
	}
	if len(members) < 20 {
		t.Fatalf("only %d members were found", len(members))
	}
	for member := range members {
		for _, value := range []string{`"x"`, `1`, `true`, `[]`, `{}`} {
			for place, request := range map[string]string{
				"top": `{"ctx":{"username":"ada","password":"` + goodPassword + `","email":"ada@example.com","app_list":["CRM"]},"` + member + `":` + value + `}`,
				"ctx": `{"ctx":{"username":"ada","password":"` + goodPassword + `","email":"ada@example.com","app_list":["CRM"],"` + member + `":` + value + `}}`,
			} {
				r := w.run("signup", request)
				if r.codes() != string(InvalidInput) || !strings.HasSuffix(r.Field, member) {
					t.Errorf("%s in %s: %s", member, place, r.text)
				}
			}
		}
	}
	if len(w.list(userPrefix)) != 0 {
		t.Error("an account was made")
	}
}

// What JSON writes, the reader of requests reads back.
func TestRequestsSurviveTheirEncoding(t *testing.T) {
	t.Parallel()
	check := func(username, email, name string, apps []string) bool {
		request := SignupRequest{Ctx: SignupCtx{Username: username, Email: email, DisplayName: name, AppList: apps}}
		data, err := request.JSON()
		if err != nil {
			return true // it said so
		}
		var back struct {
			Ctx struct {
				Username, Email string
				Name            string   `json:"display_name"`
				Apps            []string `json:"app_list"`
			}
		}
		if json.Unmarshal(data, &back) != nil {
			return false
		}
		return back.Ctx.Username == username && back.Ctx.Email == email && back.Ctx.Name == name && len(back.Ctx.Apps) == len(apps)
	}
	if err := quick.Check(check, nil); err != nil {
		t.Error(err)
	}
}
