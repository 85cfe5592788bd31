package admin

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/host/httpapi"
)

// sessionLife is how long somebody stays signed in.
const sessionLife = 12 * time.Hour

// Cookies. Browsers accept names with this prefix only with Secure, Path=/ and no
// Domain, so that no other host and no plain http sets them.
const (
	sessionCookie = "__Host-enrol-admin"
	formCookie    = "__Host-enrol-admin-form" // of the form of signing in
)

// superKey is a super-user's key. It signs the sessions that it opens, so that they
// outlive a restart, hold on every server that has the key, and end with the key.
type superKey struct {
	name string
	hash [sha256.Size]byte // so that all comparisons have the same length
	sign []byte            // derived: it opens nothing
}

func newKeys(given []httpapi.APIKey) []superKey {
	var keys []superKey
	for _, one := range given {
		sign, err := hkdf.Key(sha256.New, []byte(one.Key), nil, "enrol admin session v1", sha256.Size)
		if err != nil {
			panic("admin: " + err.Error()) // a length that is a constant
		}
		keys = append(keys, superKey{one.Name, sha256.Sum256([]byte(one.Key)), sign})
	}
	return keys
}

// keyOf returns the key that somebody entered. It compares with all keys, so that the
// time does not reveal which one matches.
func (h *handler) keyOf(entered string) (found *superKey) {
	hash := sha256.Sum256([]byte(entered))
	for i := range h.keys {
		if subtle.ConstantTimeCompare(h.keys[i].hash[:], hash[:]) == 1 {
			found = &h.keys[i]
		}
	}
	return found
}

// session is somebody who signed in.
type session struct {
	key     *superKey
	expires time.Time // to the second
	id      string    // random
	name    string    // what the operator entered
}

// newSession returns a session of a key that begins now.
func (h *handler) newSession(key *superKey, name string) *session {
	return &session{key: key, expires: h.now().Add(sessionLife).Truncate(time.Second), id: rand.Text(), name: name}
}

// currentUser is the operator in the audit trail.
func (s *session) currentUser() string { return "admin:" + s.name }

// claims are what the token of a session says.
func (s *session) claims() string {
	return strconv.FormatInt(s.expires.Unix(), 10) + "." + s.id + "." + s.name
}

// token is the value of the cookie.
func (s *session) token() string { return s.key.mac("session", s.claims()) + "." + s.claims() }

// formToken is in each form of a session, so that no other page can post them.
func (s *session) formToken() string { return s.key.mac("form", s.id) }

// posts reports whether a form has the token of the session.
func (s *session) posts(token string) bool {
	return subtle.ConstantTimeCompare([]byte(token), []byte(s.formToken())) == 1
}

// mac signs a text for a purpose.
func (k *superKey) mac(purpose, text string) string {
	mac := hmac.New(sha256.New, k.sign)
	mac.Write([]byte(purpose + "\x00" + text)) // no purpose has NUL
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// sessionOf returns the session of a request, nil if it has none that is valid.
func (h *handler) sessionOf(r *http.Request) *session {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return nil
	}
	mac, claims, _ := strings.Cut(cookie.Value, ".")
	for i := range h.keys {
		key := &h.keys[i]
		if subtle.ConstantTimeCompare([]byte(mac), []byte(key.mac("session", claims))) == 0 {
			continue
		}
		parts := strings.SplitN(claims, ".", 3)
		expires, err := strconv.ParseInt(parts[0], 10, 64)
		if err != nil || len(parts) != 3 {
			return nil // of another version
		}
		s := &session{key: key, expires: time.Unix(expires, 0), id: parts[1], name: parts[2]}
		if !h.now().Before(s.expires) {
			return nil
		}
		return s
	}
	return nil
}

// setCookie sets a cookie for the life of a session, or removes it if the value is "".
func setCookie(w http.ResponseWriter, name, value string) {
	cookie := &http.Cookie{Name: name, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode}
	cookie.MaxAge = int(sessionLife / time.Second)
	if value == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}
