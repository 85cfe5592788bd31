package signup

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
)

// For any input the output is an answer, and never the answer of a bug.
func FuzzRunAlwaysAnswers(f *testing.F) {
	for i, operation := range Operations() {
		switch r := anyRequests()[operation].(type) {
		case string:
			f.Add(uint8(i), []byte(r))
		case interface{ JSON() ([]byte, error) }:
			data, _ := r.JSON()
			f.Add(uint8(i), data)
		}
	}
	f.Add(uint8(1), []byte(`{"cid":"x","current_app":"CRM","remote_addr":["::1"],"ctx":{"username":"Ǆ","password":"ﬀ ﬀ ﬀ ﬀ","email":"ß@faß.de","app_list":["CRM"],"attrs":{"a":"b"}}}`))
	f.Add(uint8(3), []byte(`{"confirm_token":"\ud83d\ude00"}`))
	f.Fuzz(func(t *testing.T, which uint8, request []byte) {
		operation := Operations()[int(which)%len(Operations())]
		w := newWorld(t, informed()...)
		answer := w.engine.Run(operation, w, request)
		var r Response
		if err := json.Unmarshal(answer, &r); err != nil {
			t.Fatalf("%s: %v", answer, err)
		}
		if r.CID == "" || r.Status != StatusOK && r.Status != StatusError || r.OK() != (len(r.SubStatus) == 0) || r.Fault != "" {
			t.Errorf("%s of %q answers %s", operation, request, answer)
		}
		w.checkInvariants()
	})
}

// The same time, entropy and answers cause the same effects and the same
// response, byte for byte.
func TestOperationsAreDeterministic(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		first, second := history(t, seed), history(t, seed)
		if first != second {
			t.Fatalf("seed %d: two histories differ:\n%s\n\n%s", seed, first, second)
		}
		if seed > 0 && first == history(t, seed-1) {
			t.Errorf("the seed %d makes no difference", seed)
		}
	}
}

// history runs operations that a seed selects, and returns everything that
// happened.
func history(t *testing.T, seed uint64) string {
	t.Helper()
	w := newWorld(t, "signup.callback_service_list=a, b", "user_validation.service=rules", "signup.is_approval_needed=False", "enrol.buckets=4")
	w.seed(seed)
	choose := rand.New(rand.NewPCG(seed, 0))
	text, token := "", "none"
	for range 12 {
		w.pass(choose.Int64N(2000 * minute))
		var r reply
		switch choose.IntN(5) {
		case 0, 1:
			request := ask(fmt.Sprintf("user%d", choose.IntN(3)), fmt.Sprintf("user%d@example.com", choose.IntN(3)))
			request.Attrs = map[string]string{"a": "1", "b": "2", "c": "3", "d": "4", "e": "5"}
			r = w.run("signup", request)
			token = r.ConfirmToken
		case 2:
			r = w.run("confirm", ConfirmRequest{ConfirmToken: Secret(token + "x"[:choose.IntN(2)])})
		case 3:
			r = w.run("get", GetRequest{Username: fmt.Sprintf("user%d", choose.IntN(3))})
		case 4:
			r = w.run("dispatch", `{"limit":2}`)
		}
		text += fmt.Sprintf("%+v\n%s\n", w.Effects(), r.text)
	}
	return text + fmt.Sprint(w.dump())
}

func TestFaultsOfTimeAndEntropy(t *testing.T) {
	t.Parallel()
	for _, now := range []int64{-1, 10_000_000_000_000} {
		w := newWorld(t)
		w.Clock.Set(now)
		if r := w.run("signup", ask("ada", "ada@example.com")); r.codes() != "E008004" || r.Fault == "" {
			t.Errorf("at %d: %s", now, r.text)
		}
	}
	w := newWorld(t)
	for _, n := range []int{0, 99, 101} {
		answer := w.engine.Run("signup", shortOfEntropy{w, n}, []byte(`{}`))
		if r := readReply(t, answer); r.codes() != "E008004" || r.Fault == "" {
			t.Errorf("with %d bytes: %s", n, r.text)
		}
	}
}

// shortOfEntropy is a host that returns the wrong number of bytes.
type shortOfEntropy struct {
	*world
	n int
}

func (h shortOfEntropy) Entropy(int) ([]byte, error) { return make([]byte, h.n), nil }

// Every signup draws the same number of bytes.
func TestEveryRunDrawsTheSameEntropyOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for operation, want := range map[string]int{"open": 44, "signup": 100, "validate": 44, "confirm": 44, "get": 44, "dispatch": 44} {
		for _, request := range []any{anyRequests()[operation], `{}`, `nonsense`} {
			w.run(operation, request)
			drawn := 0
			for i, e := range w.Effects() {
				if e.Kind == "entropy" {
					drawn++
					if i != 1 || e.Bytes != want {
						t.Errorf("%s: effect %d draws %d bytes", operation, i, e.Bytes)
					}
				}
			}
			if drawn != 1 {
				t.Errorf("%s draws %d times", operation, drawn)
			}
		}
	}
}
