package etcd

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/kv"
)

func TestAURLSaysWhereAStoreIs(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("from the file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		url  string
		want place
	}{
		{"etcd://h:2379/enrol", place{endpoints: []string{"http://h:2379"}, prefix: "enrol"}},
		{"etcd://h:1/enrol/", place{endpoints: []string{"http://h:1"}, prefix: "enrol"}},
		{"etcd://a:1,b:2,[::1]:3/team/enrol", place{endpoints: []string{"http://a:1", "http://b:2", "http://[::1]:3"}, prefix: "team/enrol"}},
		{"etcds://a:1,b:2/a%2Fb%40c%20%C3%A9", place{endpoints: []string{"https://a:1", "https://b:2"}, prefix: "a/b@c é"}},
		{"etcd://ada:a%40b%2F%3A:c@h:1/p", place{endpoints: []string{"http://h:1"}, user: "ada", password: "a@b/::c", prefix: "p"}},
		{"etcds://ada@h:1/p?password_file=" + file, place{endpoints: []string{"https://h:1"}, user: "ada", password: "from the file", prefix: "p"}},
		{"etcds://h:1/p?cacert=ca.pem&cert=c.pem&key=k.pem", place{endpoints: []string{"https://h:1"}, prefix: "p",
			tls: files{cacert: "ca.pem", cert: "c.pem", key: "k.pem"}}},
	} {
		if got, err := parse(test.url); err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, %v", test.url, got, err)
		}
	}
}

func TestAURLThatNamesNoStoreIsRefused(t *testing.T) {
	t.Parallel()
	open := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(open, []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ url, want string }{
		{"http://h:1/p", "etcds://"},
		{"etcd:h:1/p", "etcds://"},
		{"etcd://h:1", "PREFIX"},
		{"etcd://h:1/", "no prefix"},
		{"etcd://h:1//", "prefix"},
		{"etcd:///p", "member 1"},
		{"etcd://h/p", "member 1"},
		{"etcd://h:1,h:none/p", "member 2"},
		{"etcd://h:1,:2/p", "member 2"},
		{"etcd://h:1,/p", "member 2"},
		{"etcd://h:0/p", "65535"},
		{"etcd://h:65536/p", "65535"},
		{"etcd://::1:2379/p", "member 1"},
		{"etcd://h:1/a//b", "one /"},
		{"etcd://h:1//a", "one /"},
		{"etcd://h:1/a%00", "one /"},
		{"etcd://h:1/a%ff", "one /"},
		{"etcd://h:1/a%zz", "%25"},
		{"etcd://h:1/" + strings.Repeat("p", 257), "257 bytes"},
		{"etcd://h:1/p#x", "%23"},
		{"etcd://h:1/p?tls=on", "cacert"},
		{"etcds://h:1/p?cacert=a&cacert=b", "at most once"},
		{"etcds://h:1/p?cacert=", "path"},
		{"etcds://h:1/p?cacert=%zz", "NAME=VALUE"},
		{"etcd://h:1/p?cacert=a", "write etcds://"},
		{"etcds://h:1/p?cert=a", "both files"},
		{"etcds://h:1/p?key=a", "both files"},
		{"etcd://ada@h:1/p", "no password"},
		{"etcd://:secret@h:1/p", "no user"},
		{"etcd://h:1/p?password_file=" + open, "no user"},
		{"etcd://ada:secret@h:1/p?password_file=" + open, "leave one out"},
		{"etcd://ada@h:1/p?password_file=" + open, "chmod 600"},
		{"etcd://ada@h:1/p?password_file=/nowhere/password", "/nowhere/password"},
		{"etcd://ada:%zz@h:1/p", "%25"},
		{"etcd://ada:12/secret@h:1/p", "%2F"},
		{"etcd://ada:secret?12@h:1/p", "%3F"},
		{"etcd://ada:12#secret@h:1/p", "%23"},
		{"etcd://ada@secret/12@h:1/p", "%40"},
	} {
		_, err := Open(t.Context(), test.url, Options{})
		if !errors.Is(err, kv.ErrURL) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v, want an error with %q", test.url, err, test.want)
		}
	}
}

func TestTheTimeoutHasARange(t *testing.T) {
	t.Parallel()
	for _, timeout := range []time.Duration{-1, time.Microsecond, 25 * time.Hour} {
		if _, err := Open(t.Context(), "etcd://127.0.0.1:1/p", Options{Timeout: timeout}); err == nil || !strings.Contains(err.Error(), "timeout") {
			t.Errorf("%v: got %v", timeout, err)
		}
	}
}

func TestAClusterThatIsNotThereIsAnError(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"etcd://127.0.0.1:1/p", "etcd://ada:secret@127.0.0.1:1/p"} {
		_, err := Open(t.Context(), url, Options{Timeout: time.Second})
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v", url, err)
		}
	}
}
