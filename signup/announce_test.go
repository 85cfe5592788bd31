package signup

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/enrol-sso/enrol/kv"
	"github.com/enrol-sso/enrol/signup/internal/record"
)

// announced announces a host with some keys, and returns the host.
func (w *world) announced(id string, keys ...string) *world {
	w.t.Helper()
	host := w.fork(uint64(len(id)) + uint64(id[0]))
	host.engine = New(w.engine.config, testKeys(w.t, keys...))
	host.mustRun("open", fmt.Sprintf(`{"host":%q}`, id))
	return host
}

func (w *world) rekeyOnce() reply {
	w.t.Helper()
	return w.mustRun("rekey", RekeyRequest{caller: caller{superUser: true}})
}

func TestRekeyWaitsForEveryHostToHaveTheNewKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.announced("a", "k2", "k1")
	w.announced("b", "k1")
	c := w.announced("c", "k1")
	before := fmt.Sprint(w.dump())
	if r := a.rekeyOnce(); r.Waits != 2 || r.Key != "k1" || r.Done || r.More {
		t.Fatalf("got %s", r.text)
	}
	if fmt.Sprint(w.dump()) != before {
		t.Fatal("the store was changed")
	}
	c.claim("ada", "ada@example.com") // serves
	w.announced("b", "k1", "k2")
	if r := a.rekeyOnce(); r.Waits != 1 {
		t.Fatalf("with the new key on one more: %s", r.text)
	}
	c.mustRun("open", `{"host":"c","leaves":true}`)
	if r := a.rekeyOnce(); r.Waits != 0 || r.Key != "k2" || !r.More {
		t.Fatalf("with the new key everywhere: %s", r.text)
	}
}

// Another key with the same id is not the new key.
func TestRekeyComparesTheNewKeyItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.announced("a", "k2", "k1")
	b := w.fork(7)
	other, err := ParseKeys(FormatKey("k1", keyBytes("k1")) + "," + FormatKey("k2", keyBytes("something else")))
	if err != nil {
		t.Fatal(err)
	}
	b.engine = New(w.engine.config, other)
	b.mustRun("open", `{"host":"b"}`)
	if r := a.rekeyOnce(); r.Waits != 1 {
		t.Errorf("got %s", r.text)
	}
}

// A host that ends without leaving counts as gone five minutes after its last
// announcement.
func TestRekeyDoesNotWaitForDeadHosts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.announced("b", "k1")
	a := w.announced("a", "k2", "k1")
	for range 4 {
		a.pass(minute)
		a.mustRun("open", `{"host":"a"}`)
	}
	a.pass(minute - 1)
	if r := a.rekeyOnce(); r.Waits != 1 {
		t.Fatalf("before: %s", r.text)
	}
	a.pass(1)
	if r := a.rekeyOnce(); r.Waits != 0 || r.Key != "k2" {
		t.Fatalf("after: %s", r.text)
	}
	for _, request := range []string{`{"host":"b"}`, `{}`} {
		if r := b.run("open", request); !strings.Contains(r.Fault, "k2, which is missing") {
			t.Errorf("open %s of a host that came back: %s", request, r.text)
		}
	}
	a.pass(minute)
	a.mustRun("open", `{"host":"a"}`)
	if hosts := read[record.Hosts](a, record.HostsKey).Hosts; len(hosts) != 1 {
		t.Errorf("the list has %+v", hosts)
	}
	a.checkInvariants()
}

// Whatever order the effects of an announcement and of rekey come in, no
// announced host is left without the key that writes.
func TestAnnouncementsAndRekeyExcludeEachOther(t *testing.T) {
	t.Parallel()
	for n := range 12 {
		w := newWorld(t)
		a := w.announced("a", "k2", "k1")
		b := w.fork(9)
		effects, opened := 0, reply{}
		a.before = func(int, effect) error {
			if effects++; effects == n {
				opened = b.run("open", `{"host":"b"}`)
			}
			return nil
		}
		r := a.run("rekey", RekeyRequest{caller: caller{superUser: true}})
		switch {
		case effects < n:
			return
		case r.OK() && r.Key == "k2" && opened.OK():
			t.Fatalf("effect %d: the store moves on, and a host without the key may serve", n)
		case r.OK() && r.Waits == 0 && opened.OK(), !r.OK() && !opened.OK():
			t.Fatalf("effect %d: rekey %s, open %s", n, r.text, opened.text)
		}
	}
}

// While the list is full, there may be hosts that are not in it.
func TestRekeyWaitsWhileTheListOfHostsIsFull(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.announced("a", "k2", "k1")
	list := read[record.Hosts](w, record.HostsKey)
	for n := range record.MaxHosts - 1 {
		host := list.Hosts[0]
		host.ID = fmt.Sprintf("host-%d", n)
		list.Hosts = append(list.Hosts, host)
	}
	w.write(record.Put(record.HostsKey, list))
	if size := len(record.Encode(list)); size > kv.MaxValueBytes {
		t.Errorf("a full list has %d bytes", size)
	}
	w.announced("b", "k1")
	if r := a.rekeyOnce(); r.Waits != 1 {
		t.Fatalf("got %s", r.text)
	}
	a.mustRun("open", `{"host":"a","leaves":true}`)
	if r := a.rekeyOnce(); r.Waits != 0 || r.Key != "k2" {
		t.Fatalf("with room in the list: %s", r.text)
	}
}

func TestDamagedListOfHostsIsRefusedAndFound(t *testing.T) {
	t.Parallel()
	for _, data := range []string{
		`{"v":1,"hosts":[{"id":"","keys":[{"id":"k1","check":"x"}],"until":5}]}`,
		`{"v":1,"hosts":[{"id":"a","keys":[],"until":5}]}`,
		`{"v":1,"hosts":[{"id":"a","keys":[{"id":"k1","check":"x"}],"until":-5}]}`,
		`{"v":2,"hosts":[]}`,
		`{`,
	} {
		w := newWorld(t)
		w.write(kv.Put{Key: record.HostsKey, Data: data})
		if r := w.run("open", `{"host":"a"}`); !strings.Contains(r.Fault, record.HostsKey) {
			t.Errorf("%s: open answers %s", data, r.text)
		}
		found := findings(w.engine.keys, w.dump())
		if len(found) != 1 || found[0].Key != record.HostsKey {
			t.Errorf("%s: fsck finds %v", data, found)
		}
		w.engine = New(w.engine.config, testKeys(t, "k2", "k1"))
		if r := w.run("rekey", RekeyRequest{caller: caller{superUser: true}}); !strings.Contains(r.Fault, record.HostsKey) {
			t.Errorf("%s: rekey answers %s", data, r.text)
		}
	}
}

func TestOpenRefusesAnInvalidNameOfAHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, id := range []string{"A", "a b", "12345678901234567", "ä"} {
		if r := w.run("open", fmt.Sprintf(`{"host":%q}`, id)); r.codes() != string(InvalidInput) || r.Field != "host" {
			t.Errorf("%q: %s", id, r.text)
		}
	}
}

// Many hosts that start at once are all in the list, if each tries again when
// it is told to.
func TestManyHostsAnnounceThemselvesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const many = 20
	var all sync.WaitGroup
	for n := range many {
		host := w.fork(uint64(n))
		all.Go(func() {
			for range 1000 {
				r := host.run("open", fmt.Sprintf(`{"host":"host-%d"}`, n))
				if r.OK() {
					return
				}
				if r.codes() != string(Busy) {
					t.Errorf("host %d: %s", n, r.text)
					return
				}
			}
			t.Errorf("host %d found no place", n)
		})
	}
	all.Wait()
	if hosts := read[record.Hosts](w, record.HostsKey).Hosts; len(hosts) != many {
		t.Errorf("%d hosts are in the list, want %d", len(hosts), many)
	}
}
