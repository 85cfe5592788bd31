package signup

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/internal/visible"
)

// Callers cannot set internal members: members of records that no request has
// are refused at every level.
func TestMembersOfRecordsAreNotAssigned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	members := map[string]bool{}
	random := rand.New(rand.NewPCG(1, 2))
	add := func(data []byte) {
		var written map[string]any
		if err := json.Unmarshal(data, &written); err != nil {
			t.Fatal(err)
		}
		for name := range written {
			members[name] = true
		}
	}
	for _, d := range []record.Document{&record.User{}, &record.Name{}, &record.Token{}, &record.Pending{}, &record.Event{}, &record.Idempotency{}} {
		fill(reflect.ValueOf(d).Elem(), random)
		add(record.Encode(d))
	}
	for _, d := range []document{&User{}, &Response{}} {
		fill(reflect.ValueOf(d).Elem(), random)
		add(encode(d))
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
	if len(w.list(record.UserPrefix)) != 0 {
		t.Error("an account was made")
	}
}

// A request is read as it was written, with every member or with only the
// required ones.
func TestRequestsSurviveTheirEncoding(t *testing.T) {
	t.Parallel()
	requestTrip(t, func(r *SignupRequest, full bool) {
		r.RemoteAddr, r.CurrentUser = addressesIf(full), textIf(full, "key:billing")
		r.AppList, r.Attrs = textsIf(full), attrsIf(full)
	})
	requestTrip(t, func(r *ConfirmRequest, full bool) {
		r.ConfirmToken, r.RemoteAddr, r.CurrentUser = "token", addressesIf(full), textIf(full, "key:billing")
	})
	requestTrip(t, func(r *GetRequest, full bool) { r.UserID, r.Username = "", "ada" })
	requestTrip(t, func(r *GetRequest, full bool) { r.UserID, r.Username = "x", "" })
	requestTrip(t, func(r *DispatchRequest, full bool) {
		r.Limit, r.ListOnly, r.Destination = 7, false, textIf(full, record.DestinationID("crm"))
	})
	requestTrip(t, func(r *DispatchRequest, full bool) { r.Limit, r.ListOnly, r.Destination = 0, true, "" })
	requestTrip(t, func(r *ResendRequest, full bool) {
		r.Username, r.Email, r.RemoteAddr, r.CurrentUser = "ada", "ada@example.com", addressesIf(full), textIf(full, decoyID)
	})
	requestTrip(t, func(r *VerifyRequest, full bool) {
		r.Username, r.Email, r.Password = "ada", "", "secret"
		r.RemoteAddr, r.CurrentUser = addressesIf(full), textIf(full, decoyID)
	})
	requestTrip(t, func(r *VerifyRequest, full bool) {
		r.Username, r.Email, r.Password = "", "ada@example.com", "secret"
		r.RemoteAddr, r.CurrentUser = addressesIf(full), textIf(full, decoyID)
	})
	requestTrip(t, func(r *ApprovalRequest, full bool) {
		r.UserID, r.RemoteAddr, r.currentUser, r.superUser = "x", addressesIf(full), textIf(full, decoyID), full
	})
	requestTrip(t, func(r *LockRequest, full bool) {
		r.UserID, r.RemoteAddr, r.currentUser, r.superUser = "x", addressesIf(full), textIf(full, decoyID), full
	})
	requestTrip(t, func(r *PendingRequest, full bool) {
		r.Status, r.Limit, r.Cursor = toApprove, 9, textIf(full, record.ApprovalPrefix+"x")
		r.RemoteAddr, r.currentUser, r.superUser = addressesIf(full), textIf(full, decoyID), full
	})
	requestTrip(t, func(r *PurgeRequest, full bool) { r.Limit, r.Cursor = 9, textIf(full, record.IdemPrefix+"x") })
	requestTrip(t, func(r *RekeyRequest, full bool) {
		r.Limit, r.RemoteAddr, r.currentUser, r.superUser = 9, addressesIf(full), textIf(full, decoyID), full
	})
	requestTrip(t, func(r *DeadRequest, full bool) {
		r.Limit, r.Cursor = 9, textIf(full, record.DeadPrefix+"x")
		r.RemoteAddr, r.currentUser, r.superUser = addressesIf(full), textIf(full, decoyID), full
	})
	requestTrip(t, func(r *RetryRequest, full bool) {
		r.ID, r.RemoteAddr, r.currentUser, r.superUser = "x", addressesIf(full), textIf(full, decoyID), full
	})
}

func textIf(full bool, text string) string {
	if full {
		return text
	}
	return ""
}

func textsIf(full bool) []string {
	if full {
		return []string{"CRM", "<HR & é>"}
	}
	return nil
}

func addressesIf(full bool) []string {
	if full {
		return []string{"192.0.2.1", "2001:db8::1"}
	}
	return nil
}

func attrsIf(full bool) map[string]string {
	if full {
		return map[string]string{"é": "😀", "a": ""}
	}
	return nil
}

// readable is a type whose documents can be read.
type readable[T any] interface {
	*T
	document
}

// requestTrip writes and reads requests whose members are all set or all empty,
// except for members that valid sets, because they must have a certain form.
func requestTrip[T any, D interface {
	readable[T]
	JSON() ([]byte, error)
}](t *testing.T, valid func(*T, bool)) {
	t.Helper()
	random := rand.New(rand.NewPCG(5, 6))
	for n := range 50 {
		full := n > 0
		var given, back T
		if full {
			fill(reflect.ValueOf(&given).Elem(), random)
			strip(reflect.ValueOf(&given).Elem())
		}
		valid(&given, full)
		data, err := D(&given).JSON()
		if err != nil || bytes.ContainsAny(data, "<>&") {
			t.Fatalf("%T is written as %s, %v", given, data, err)
		}
		if err := readRequest(data, D(&back).members); err != nil || !reflect.DeepEqual(back, given) {
			t.Fatalf("%s is read as %+v, %v, want %+v", data, back, err, given)
		}
	}
}

// strip removes what requests must not contain from every text.
func strip(v reflect.Value) {
	for i := range v.NumField() {
		switch field := v.Field(i); {
		case !field.CanSet():
		case field.Kind() == reflect.Struct:
			strip(field)
		case field.Kind() == reflect.String && v.Type().Field(i).Name == "CID":
			field.SetString("c-1")
		case field.Kind() == reflect.String:
			field.SetString(strings.Map(func(r rune) rune {
				if visible.IsControl(r) {
					return -1
				}
				return r
			}, field.String()) + "x")
		}
	}
}
