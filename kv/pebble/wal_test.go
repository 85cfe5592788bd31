package pebble

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/enrol-sso/enrol/kv"
)

const records = 60

// killed returns the disk of a process that was killed after it acknowledged
// the records "0" to "59", one at a time: the files, and the name of the log
// with the records. A store that was opened before has a log of the newer kind.
func killed(t *testing.T, opened int) (files map[string]string, log string) {
	t.Helper()
	disk := vfs.NewMem()
	for range opened {
		closeStore(t, openOn(t, disk))
	}
	s := openOn(t, disk)
	for n := range records {
		put(t, s, fmt.Sprint(n), strings.Repeat("v", 100+n*30)) // crosses a block of the log
	}
	files = contents(t, disk)
	closeStore(t, s)
	for name := range files {
		if _, isLog := logNumber(name); isLog && len(files[name]) > len(files[log]) {
			log = name
		}
	}
	return files, log
}

// opened opens a store after damage, and returns how many records are there.
func openedAfter(t *testing.T, disk vfs.FS, options Options) (there int, dropped []string, err error) {
	t.Helper()
	s, err := open(disk, "/store", options)
	if err != nil {
		return 0, nil, err
	}
	defer closeStore(t, s)
	entries, err := s.Scan(t.Context(), "", "", kv.MaxScanLimit)
	if err != nil {
		t.Fatal(err)
	}
	if dropped, err = s.Dropped(); err != nil {
		t.Fatal(err)
	}
	return len(entries), dropped, nil
}

func TestNothingIsDroppedAfterAKill(t *testing.T) {
	for opened := range 3 {
		files, _ := killed(t, opened)
		there, dropped, err := openedAfter(t, diskWith(t, files, "", "", false), Options{})
		if there != records || len(dropped) > 0 || err != nil {
			t.Errorf("opened %d times before: %d records, dropped %q, %v", opened, there, dropped, err)
		}
	}
}

// TestDamageOfTheLogIsReportedAfterAKill changes the log at many places, one at a
// time. No acknowledged record is ever missing silently. Only damage to the
// header of the last record looks like a log that ends before it.
func TestDamageOfTheLogIsReportedAfterAKill(t *testing.T) {
	for opened := range 2 {
		files, log := killed(t, opened)
		data := files[log]
		end := strings.LastIndex(data, "vvv") + 3
		found := map[string]int{}
		for at := 0; at < end; at += 41 {
			changed := []byte(data)
			changed[at] ^= 0x10
			disk := diskWith(t, files, log, string(changed), true)
			there, dropped, err := openedAfter(t, disk, Options{})
			switch {
			case errors.Is(err, kv.ErrDamaged):
				found["refused"]++
				if !strings.Contains(err.Error(), log) || strings.Contains(err.Error(), "vvv") {
					t.Errorf("byte %d: %v", at, err)
				}
			case err != nil:
				t.Errorf("byte %d: %v", at, err)
			case there == records:
				found["harmless"]++
			case len(dropped) == 1 && strings.Contains(dropped[0], log):
				found["told"]++
			case there == records-1:
				found["header of the last"]++
			default:
				t.Errorf("byte %d: %d records of %d are there, and it says %q", at, there, records, dropped)
			}
		}
		t.Logf("opened %d times before: %v", opened, found)
		if found["header of the last"] > 2 || found["refused"]+found["told"] < 100 {
			t.Errorf("too little was told: %v", found)
		}
	}
}

func TestZerosInTheLogAreReportedAfterAKill(t *testing.T) {
	files, log := killed(t, 1)
	for _, from := range []int{500, 5_000, 40_000} {
		changed := []byte(files[log])
		clear(changed[from : from+4096])
		if _, _, err := openedAfter(t, diskWith(t, files, log, string(changed), true), Options{}); !errors.Is(err, kv.ErrDamaged) {
			t.Errorf("from %d: %v", from, err)
		}
	}
}

func TestLossIsAcceptedOnlyWhenAsked(t *testing.T) {
	files, log := killed(t, 1)
	changed := []byte(files[log])
	changed[5_000] ^= 1
	disk := diskWith(t, files, log, string(changed), true)
	if _, _, err := openedAfter(t, disk, Options{}); !errors.Is(err, kv.ErrDamaged) {
		t.Fatalf("it opened: %v", err)
	}
	var out bytes.Buffer
	there, dropped, err := openedAfter(t, disk, Options{AcceptLoss: true, Logger: slog.New(slog.NewTextHandler(&out, nil))})
	if err != nil || there == 0 || there >= records || len(dropped) != 1 {
		t.Fatalf("%d records, dropped %q, %v", there, dropped, err)
	}
	if !strings.Contains(out.String(), "dropped") || strings.Contains(out.String(), "vvv") {
		t.Errorf("the log is %s", &out)
	}
	again, kept, err := openedAfter(t, disk, Options{})
	if err != nil || again != there || !slices.Equal(kept, dropped) {
		t.Errorf("opened again: %d records, dropped %q, %v", again, kept, err)
	}
}
