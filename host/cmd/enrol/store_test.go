package main

import (
	"strings"
	"testing"
)

func TestADirectoryIsNamedAsAStore(t *testing.T) {
	h := newWorkdir(t)
	h.fast(request("ada"), "signup", "--store", "pebble:elsewhere").want(exitOK)
	if h.exists("data") || !h.exists("elsewhere") || !h.exists("data.key") || !h.exists("data.audit.jsonl") {
		t.Error("the data is not in elsewhere, or its key and the audit trail are not next to the directory of --data")
	}
	h.env = []string{storeVariable + "=pebble:elsewhere"}
	h.fast("", "get", "--username", "ada").want(exitOK)
	h.run("", "fsck").want(exitOK)
	h.fast("", "get", "--username", "ada", "--store", "pebble:data").want(exitMistake, "no data directory data")
}

// Every process of a machine can read the arguments of the others.
func TestAPasswordIsNotTakenFromTheCommandLine(t *testing.T) {
	h := newWorkdir(t)
	for _, url := range []string{
		"postgres://ada:secret@127.0.0.1:1/enrol", "postgres://ada@127.0.0.1:1/enrol?password=secret",
		"postgresql://:secret@127.0.0.1:1/enrol", "postgres://ada@127.0.0.1:1/enrol?sslmode=require&sslpassword=secret",
	} {
		for _, command := range [][]string{{"serve"}, {"get", "--username", "ada"}, {"fsck"}, {"purge"}} {
			r := h.run("", append(command, "--store", url)...).want(exitMistake, storeVariable, "PGPASSWORD")
			if strings.Contains(r.stderr, "secret") {
				t.Errorf("the error repeats the password: %s", r.stderr)
			}
		}
	}
	for _, command := range [][]string{{"serve"}, {"get", "--username", "ada"}, {"fsck"}, {"purge"}} {
		r := h.run("", append(command, "--store", "etcds://ada:secret@127.0.0.1:1/enrol")...).want(exitMistake, storeVariable, etcdPasswordVariable)
		if strings.Contains(r.stderr, "secret") {
			t.Errorf("the error repeats the password: %s", r.stderr)
		}
	}
	h.env = []string{storeVariable + "=postgres://ada:secret@127.0.0.1:1/enrol?connect_timeout=5"}
	r := h.fast(request("ada"), "signup").want(exitFault, "postgres://127.0.0.1:1/enrol cannot be used")
	if strings.Contains(r.stderr, "secret") {
		t.Errorf("the error repeats the password: %s", r.stderr)
	}
	if h.exists("data.key") {
		t.Error("there is a key of a store that was not reached")
	}
}

// A / or ? ends the host of a URL: what follows would be in messages as the name of a database.
func TestAPasswordThatEndsTheHostIsRefusedAndNotRepeated(t *testing.T) {
	h := newWorkdir(t)
	for _, url := range []string{
		"postgres://ada:12/secret@127.0.0.1:1/enrol", "postgres://ada:secret?12@127.0.0.1:1/enrol",
		"postgresql://ada:12#secret@127.0.0.1:1/enrol", "postgres://ada/secret:12@127.0.0.1:1/enrol",
		"postgres://ada:12@secret/12@127.0.0.1:1/enrol", "postgres://ada@127.0.0.1:1/enrol?password=12@secret",
		"etcd://ada:12/secret@127.0.0.1:1/enrol", "etcds://ada:secret?12@127.0.0.1:1/enrol",
	} {
		h.env = []string{storeVariable + "=" + url}
		for by, r := range map[string]ran{
			storeVariable: h.run("", "fsck"), "--store": h.run("", "fsck", "--store", url),
		} {
			r.want(exitMistake, by, "%2F", "%40")
			if strings.Contains(r.stderr, "secret") || strings.Contains(r.stderr, "12") {
				t.Errorf("%s: the error repeats the password: %s", url, r.stderr)
			}
		}
	}
}

func TestWhatIsNoStoreIsRefused(t *testing.T) {
	h := newWorkdir(t)
	for _, store := range []string{"mysql://h/d", "pebble:", "data", "http://127.0.0.1/", "mem", "etcd:enrol", "etcd3://127.0.0.1:1/enrol"} {
		h.run("", "serve", "--store", store).want(exitMistake, "--store names no store", "pebble:DIR", "etcds://")
		h.env = []string{storeVariable + "=" + store}
		h.run("", "get", "--username", "ada").want(exitMistake, storeVariable+" names no store")
		h.env = nil
	}
	h.run("", "fsck", "--accept-loss", "--store", "postgres://ada@127.0.0.1:1/enrol").want(exitMistake, "--accept-loss is for a data directory")
}

func TestTheVariableCompletesAURLThatHasNoPassword(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"etcd://ada@h:1/p":                 "etcd://ada:a%2Fb%40c@h:1/p",
		"etcds://ada@h:1,i:1/p?cacert=f":   "etcds://ada:a%2Fb%40c@h:1,i:1/p?cacert=f",
		"etcd://ada:x@h:1/p":               "etcd://ada:x@h:1/p",
		"etcd://ada@h:1/p?password_file=f": "etcd://ada@h:1/p?password_file=f",
		"etcd://h:1/p":                     "etcd://h:1/p",
	} {
		if got := withPassword(url, "a/b@c"); got != want {
			t.Errorf("%s: got %s", url, got)
		}
		if got := withPassword(url, ""); got != url {
			t.Errorf("%s without a password: got %s", url, got)
		}
	}
}

func TestAMalformedURLOfADatabaseIsAMistake(t *testing.T) {
	h := newWorkdir(t)
	for url, want := range map[string]string{
		"etcd://h:1": "PREFIX", "etcd://h/p": "HOST:PORT", "etcd://h:1/": "no prefix", "etcd://ada@h:1/p": "no password",
		"etcds://h:1/p?cacert=/nowhere.pem": "/nowhere.pem", "etcds://h:1/p?cert=/nowhere.pem&key=/nowhere.key": "/nowhere.pem", "etcd://h:1/p?x=y": "password_file",
		"etcd://ada@h:1/p?password_file=/nowhere": "/nowhere",
		"etcd://ada:secret/p":                     "member 1", "etcd://ada:secret%zz@h:1/p": "%25", "etcds://ada:secret@h:one/p": "65535", "etcd://ada:secret@h:1/p?x=secret": "cacert",
		"postgres://h:port/d": "postgres://USER@HOST:PORT/DATABASE", "postgres://h/d?sslmode=perhaps": "libpq", "postgresql://h/d?guard=none": "guard",
		"postgres://h/d?sslmode=verify-full&sslrootcert=/nowhere.pem": "/nowhere.pem",
		"postgres://ada:secret/d":                                     "%XX", "postgres://ada:secret%zz@h/d": "%XX", "postgres://ada:secret@h:port/d": "%XX", "postgres://ada:secret@h/d?connect_timeout=secret": "%XX",
	} {
		h.env = []string{storeVariable + "=" + url}
		for _, command := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"get", "--username", "ada"}, {"fsck"}, {"purge"}, {"dead"}} {
			r := h.run("", command...).want(exitMistake, storeVariable, want)
			if strings.Contains(r.stderr, "secret") {
				t.Errorf("%s: the error repeats the password: %s", url, r.stderr)
			}
		}
		if hasPassword(url) {
			continue // --store has none
		}
		h.env = nil
		h.run("", "fsck", "--store", url).want(exitMistake, "--store", want)
	}
	if h.exists("data") || h.exists("data.key") {
		t.Error("a mistake left data behind")
	}
}
