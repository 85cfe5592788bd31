package tests

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/signup"
)

// secrets are texts that must not be found, by name.
type secrets struct {
	mu     sync.Mutex
	random *rand.Rand
	by     map[string]string
	emails map[string]string // secrets that main.encrypt_email seals
}

func newSecrets() *secrets {
	return &secrets{random: rand.New(rand.NewPCG(3, 4)), by: map[string]string{}, emails: map[string]string{}}
}

// text draws a text that does not occur by chance, and that no rule refuses.
func (s *secrets) text() string {
	const letters = "BCDFGHJKMNPQRTVWXYbcdfghjkmnpqrtvwxy23456789"
	text := make([]byte, 14)
	for i := range text {
		text[i] = letters[s.random.IntN(len(letters))]
	}
	return string(text)
}

// add draws a secret.
func (s *secrets) add(what string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	what = unused(s.by, what)
	s.by[what] = s.text()
	return s.by[what]
}

// unused returns a name that no secret has yet.
func unused(of map[string]string, what string) string {
	for of[what] != "" {
		what += ", another one"
	}
	return what
}

// email draws an address, each part of which is a secret.
func (s *secrets) email(of string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	local, domain := s.text(), s.text()
	s.emails[unused(s.emails, "local part of "+of)] = local
	s.emails[unused(s.emails, "domain of "+of)] = domain
	return local + "@" + domain + ".example.com"
}

// token records a token, as text and as bytes.
func (s *secrets) token(t *testing.T, of, token string) {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 24 {
		t.Fatalf("%q is no token", token)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.by[unused(s.by, "token of "+of)] = token
	s.by[unused(s.by, "bytes of the token of "+of)] = string(raw)
}

// key records a secret key, and the secrets that are derived from it for
// services.
func (s *secrets) key(t *testing.T, path string, services ...string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, encoded, _ := strings.Cut(strings.TrimSpace(string(text)), ":")
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || len(raw) != 32 {
		t.Fatalf("there is no secret key in %s", path)
	}
	s.by["secret key"], s.by["bytes of the secret key"] = encoded, string(raw)
	keys, err := signup.ParseKeys(signup.Secret(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, service := range services {
		for _, secret := range keys.WebhookSecrets(service) {
			s.by["webhook secret of "+service] = strings.TrimPrefix(string(secret), "whsec_")
		}
	}
}

// outside has all services: they echo their calls, with a status that depends
// on the end of the path and the username.
type outside struct {
	*httptest.Server
	mu   sync.Mutex
	sent map[string]int // calls by path and name
}

func newOutside(t *testing.T) *outside {
	o := &outside{sent: map[string]int{}}
	o.Server = httptest.NewServer(http.HandlerFunc(o.answer))
	t.Cleanup(o.Close)
	return o
}

func (o *outside) answer(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var call struct{ Data struct{ Username string } }
	if err != nil || json.Unmarshal(body, &call) != nil {
		panic(http.ErrAbortHandler)
	}
	name := call.Data.Username
	o.mu.Lock()
	o.sent[r.URL.Path+" "+name]++
	o.mu.Unlock()
	w.Header().Set("X-Sent", string(body))
	switch {
	case r.URL.Path == "/rules" && strings.HasPrefix(name, "good"):
		io.WriteString(w, `{"is_valid":true}`)
	case r.URL.Path == "/rules" && strings.HasPrefix(name, "refused"):
		io.WriteString(w, `{"is_valid":false,"sub_status":["E003001"]}`)
	case strings.HasSuffix(name, "cut"): // during the answer
		w.Header().Set("Content-Length", "100000")
		w.Write(body)
		panic(http.ErrAbortHandler)
	case r.URL.Path == "/broken" || strings.HasSuffix(name, "failing"):
		w.WriteHeader(http.StatusInternalServerError)
		w.Write(body)
	default:
		w.Write(body)
	}
}

func (o *outside) calls(path, name string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.sent[path+" "+name]
}

// restConf has services of all kinds, one of which always fails.
func restConf(o *outside, encryptEmail bool) string {
	return fmt.Sprintf("[main]\nencrypt_email=%t\nemail_service=%[2]s/mail\n[apps]\nsignup_allowed=CRM\n[signup]\nis_approval_needed=False\n"+
		"inform_if_user_exists=True\ncallback_service_list=%[2]s/crm, %[2]s/broken\n[user_validation]\nservice=%[2]s/rules\n", encryptEmail, o.URL) + cheap + "message_cooldown=0\n"
}

// caller is an application that uses a server.
type caller struct {
	t      *testing.T
	apiKey string
	*server
}

// send sends a body and returns the answer.
func (c caller) send(method, path, body, idempotencyKey string) (status int, answer string) {
	c.t.Helper()
	request, err := http.NewRequest(method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.apiKey)
	if idempotencyKey != "" {
		request.Header.Set("Idempotency-Key", idempotencyKey)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// signUp signs somebody up, records all secrets, and repeats the request.
func (c caller) signUp(s *secrets, name string, want int) (token, email string) {
	c.t.Helper()
	email = s.email(name)
	return c.signUpAs(s, name, email, want), email
}

func (c caller) signUpAs(s *secrets, name, email string, want int) (token string) {
	c.t.Helper()
	key := s.add("idempotency key of " + name)
	body := fmt.Sprintf(`{"username":%q,"password":%q,"email":%q,"app_list":["CRM"]}`, name, s.add("password of "+name), email)
	status, answer := c.send(http.MethodPost, "/zato/sso/user/signup", body, key)
	if status != want {
		c.t.Fatalf("%s: status %d, want %d: %s", name, status, want, answer)
	}
	if status != http.StatusOK {
		return ""
	}
	if again, repeated := c.send(http.MethodPost, "/zato/sso/user/signup", body, key); again != status || repeated != answer {
		c.t.Errorf("%s again: %d %s", name, again, repeated)
	}
	var parsed struct {
		Token string `json:"confirm_token"`
	}
	if err := json.Unmarshal([]byte(answer), &parsed); err != nil {
		c.t.Fatal(err)
	}
	s.token(c.t, name, parsed.Token)
	return parsed.Token
}

func (c caller) confirm(s *secrets, name, token string, want int) {
	c.t.Helper()
	key := s.add("idempotency key of confirming " + name)
	for range 2 {
		if status, answer := c.send(http.MethodPatch, "/zato/sso/user/signup", fmt.Sprintf(`{"confirm_token":%q}`, token), key); status != want {
			c.t.Errorf("confirming %s: status %d, want %d: %s", name, status, want, answer)
		}
	}
}

// visit makes all kinds of calls, with its own names.
func (c caller) visit(s *secrets, o *outside, who string) {
	c.t.Helper()
	for _, name := range []string{"good-" + who, "good-" + who + "-failing", "good-" + who + "-cut"} {
		token, email := c.signUp(s, name, http.StatusOK)
		if name == "good-"+who {
			await(c.t, "the message with the token was sent", func() bool { return o.calls("/mail", name) == 1 })
			c.confirm(s, name, token, http.StatusOK)
			c.confirm(s, name+" again", token, http.StatusForbidden)
			// Somebody else with that address: a void claim.
			void := c.signUpAs(s, name+"-second", strings.ToUpper(email), http.StatusOK)
			c.confirm(s, name+"-second", void, http.StatusForbidden)
			c.signUp(s, name, http.StatusForbidden)
		}
	}
	c.signUp(s, "refused-"+who, http.StatusForbidden)
	c.signUp(s, "bad-"+who+"-failing", http.StatusServiceUnavailable)
	c.signUp(s, "bad-"+who+"-cut", http.StatusServiceUnavailable)
	c.signUp(s, "bad-"+who, http.StatusServiceUnavailable) // its verdict is invalid
	half := fmt.Sprintf(`{"username":%q,"password":%q,"email":%q`, who, s.add("password in half a body of "+who), s.email("half a body of "+who))
	c.send(http.MethodPost, "/zato/sso/user/signup", half, s.add("idempotency key of half a body of "+who))
	c.send(http.MethodPost, "/zato/sso/user/signup", half+`,"password_again":"`+s.add("password in an unknown field of "+who)+`"}`, "")
	c.send(http.MethodGet, "/zato/sso/user/signup?password="+s.add("password in a URL of "+who), "", "")
	foreign := c
	foreign.apiKey = s.add("wrong API key of " + who)
	foreign.send(http.MethodPost, "/zato/sso/user/signup", "{}", "")

	await(c.t, "everything was sent that can be", func() bool {
		return o.calls("/mail", "good-"+who) == 2 && o.calls("/mail", "good-"+who+"-second") > 0 &&
			o.calls("/mail", "good-"+who+"-failing") > 0 && o.calls("/mail", "good-"+who+"-cut") > 0 &&
			o.calls("/crm", "good-"+who) > 0 && o.calls("/broken", "good-"+who) > 0
	})
}

// installation is the directory of a server's files.
type installation struct {
	t                 *testing.T
	dir, data, apiKey string
	args              []string
	logs              int
}

func newInstallation(t *testing.T, s *secrets, conf string) *installation {
	dir := t.TempDir()
	in := &installation{t: t, dir: dir, data: filepath.Join(dir, "data"), apiKey: s.add("API key") + s.add("rest of the API key") + s.add("end of the API key")}
	in.args = []string{"--data", in.data, "--conf", write(t, "sso.conf", conf), "--api-key-file", write(t, "api.key", in.apiKey)}
	return in
}

func (in *installation) start() caller {
	in.t.Helper()
	return caller{in.t, in.apiKey, serve(in.t, in.args...)}
}

// keep saves the log of a stopped server next to its data.
func (in *installation) keep(c caller) {
	in.t.Helper()
	in.logs++
	if err := os.WriteFile(filepath.Join(in.dir, fmt.Sprintf("log.%d", in.logs)), []byte(c.log.String()), 0o600); err != nil {
		in.t.Fatal(err)
	}
}

// written is everything that the server wrote except its key.
func (in *installation) written() heap {
	in.t.Helper()
	h := gather(in.t, in.dir)
	delete(h, in.data+".key")
	return h
}

// life takes an installation through a crash, a restart, a stop and a
// compaction, and calls check with everything written so far.
func (in *installation) life(s *secrets, o *outside, check func(stage string, h heap)) {
	in.t.Helper()
	first := in.start()
	first.visit(s, o, "ada")
	first.kill()
	in.keep(first)
	s.key(in.t, in.data+".key", o.URL+"/mail", o.URL+"/crm", o.URL+"/broken", o.URL+"/rules")
	check("after a crash", in.written())

	second := in.start()
	second.visit(s, o, "bob")
	second.stop(in.t)
	in.keep(second)
	check("after a restart", in.written())

	h := gather(in.t, compacted(in.t, in.data))
	if h.tables() == 0 {
		in.t.Error("the compacted store has no tables")
	}
	check("after a compaction", h)
}

func TestNoSecretIsWritten(t *testing.T) {
	t.Parallel()
	s, o := newSecrets(), newOutside(t)
	newInstallation(t, s, restConf(o, true)).life(s, o, func(stage string, h heap) {
		for what, secret := range s.by {
			for _, where := range h.find(secret) {
				t.Errorf("%s: %s is in %s", stage, what, where)
			}
		}
		for what, secret := range s.emails {
			for _, where := range h.find(secret) {
				t.Errorf("%s: %s is in %s", stage, what, where)
			}
		}
		if found := h.find("$argon2id$"); len(found) > 0 {
			t.Errorf("%s: hashes of passwords are in %v", stage, found)
		}
		if len(h.find("good-ada")) == 0 {
			t.Errorf("%s: not even a username is found", stage)
		}
	})
}

// The same installation without main.encrypt_email: the addresses of accounts
// and claims are found in the store, and still nowhere else.
func TestAddressesAreReadableIfTheyAreNotEncrypted(t *testing.T) {
	t.Parallel()
	s, o := newSecrets(), newOutside(t)
	newInstallation(t, s, restConf(o, false)).life(s, o, func(stage string, h heap) {
		for what, secret := range s.by {
			for _, where := range h.find(secret) {
				t.Errorf("%s: %s is in %s", stage, what, where)
			}
		}
		for _, who := range []string{"good-ada", "good-ada-failing", "good-ada-cut"} {
			for _, part := range []string{"local part of ", "domain of "} {
				if len(h.find(s.emails[part+who])) == 0 {
					t.Errorf("%s: the %s%s is not found", stage, part, who)
				}
			}
		}
		for name, data := range h {
			if strings.Contains(name, "log.") || strings.Contains(name, ".jsonl") {
				for what, secret := range s.emails {
					if bytes.Contains(data, []byte(secret)) {
						t.Errorf("%s: %s is in %s", stage, what, name)
					}
				}
			}
		}
	})
}
