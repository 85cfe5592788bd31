package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/enrol-sso/enrol/signup"
)

// trailIDs returns the cids of all pages of a trail.
func trailIDs(t *testing.T, path string, request TrailRequest, between func(page int)) (cids []string) {
	t.Helper()
	for page := 1; ; page++ {
		entries, cursor, err := ReadTrail(t.Context(), path, request)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			cids = append(cids, entry.CID)
		}
		if cursor == "" {
			return cids
		}
		if request.Cursor = cursor; between != nil {
			between(page)
		}
	}
}

// entryOf is an entry with a number as its cid, of an hour ago and as many seconds
// later.
func entryOf(n int) AuditEntry {
	entry := decision
	entry.CID, entry.TargetUser = fmt.Sprintf("c%03d", n), fmt.Sprintf("u%d", n%3)
	entry.Time = time.Now().Add(-time.Hour).Truncate(time.Second).Add(time.Duration(n) * time.Second)
	return entry
}

func numbers(from, to, step int) (cids []string) {
	for n := from; n < to; n += step {
		cids = append(cids, fmt.Sprintf("c%03d", n))
	}
	return cids
}

// rotatedTrail writes 30 entries into three rotated files and the current one, sealed
// or not.
func rotatedTrail(t *testing.T, options AuditFileOptions) (path string, file *AuditFile) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "audit.jsonl")
	file, err := OpenAuditFile(path, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	for n := range 30 {
		if n == 5 || n == 10 || n == 20 {
			if err := file.Rotate(); err != nil {
				t.Fatal(err)
			}
		}
		mustAppend(t, file, entryOf(n))
	}
	return path, file
}

func TestTrailFindsEntriesInAllFiles(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]AuditFileOptions{"plain": {}, "sealed": {SecretKey: NewSecretKey()}} {
		path, _ := rotatedTrail(t, options)
		at := func(n int) time.Time { return entryOf(n).Time }
		for _, c := range []struct {
			request TrailRequest
			want    []string
		}{
			{TrailRequest{CID: "c007"}, []string{"c007"}},
			{TrailRequest{CID: "c00"}, nil},
			{TrailRequest{UserID: "u1"}, numbers(1, 30, 3)},
			{TrailRequest{UserID: "u0", CID: "c009"}, []string{"c009"}},
			{TrailRequest{UserID: "u0", CID: "c010"}, numbers(10, 11, 1)}, // who acted
			{TrailRequest{UserID: "user.signup"}, nil},
			{TrailRequest{UserID: "127.0.0.1"}, nil},
			{TrailRequest{UserID: "u1", Since: at(8), Until: at(20)}, numbers(10, 20, 3)},
			{TrailRequest{UserID: "u2", Until: at(5)}, []string{"c002"}},
			{TrailRequest{UserID: "u2", Since: at(27)}, []string{"c029"}},
		} {
			for _, limit := range []int{0, 1, 4} {
				c.request.Limit = limit
				if got := trailIDs(t, path, c.request, nil); !slices.Equal(got, c.want) {
					t.Errorf("%s: %+v finds %v, want %v", name, c.request, got, c.want)
				}
			}
		}
	}
}

// Between two pages the server writes on, rotates and removes old files.
func TestTrailIsPagedThroughWhileItGrowsAndIsRotated(t *testing.T) {
	t.Parallel()
	path, file := rotatedTrail(t, AuditFileOptions{SecretKey: NewSecretKey()})
	got := trailIDs(t, path, TrailRequest{UserID: "u0", Limit: 1}, func(page int) {
		late := entryOf(0)
		late.Time = time.Now().Add(time.Second)
		mustAppend(t, file, late)
		if page%4 == 0 {
			if err := file.Rotate(); err != nil {
				t.Fatal(err)
			}
		}
	})
	if want := numbers(0, 30, 1); !slices.Equal(got, want) { // u0 acted in all
		t.Errorf("%v", got)
	}
	path, _ = rotatedTrail(t, AuditFileOptions{})
	files := rotated(t, path)
	got = trailIDs(t, path, TrailRequest{UserID: "u0", Limit: 3}, func(page int) {
		if page == 1 { // after three entries of the first file
			if err := errors.Join(os.Remove(files[0]), os.Remove(files[1])); err != nil {
				t.Fatal(err)
			}
		}
	})
	if want := append(numbers(0, 3, 1), numbers(10, 30, 1)...); !slices.Equal(got, want) {
		t.Errorf("after files were removed: %v", got)
	}
}

// A rotation during a page makes no entry unreachable.
func TestTrailIsRotatedWhileAPageIsRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	file, err := OpenAuditFile(path, AuditFileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for n := range 3 {
		mustAppend(t, file, entryOf(n))
	}
	opened, err := openTrail(path)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	if err := file.Rotate(); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, file, entryOf(3))
	rotated, err := rotatedFiles(path)
	if err != nil || len(rotated) != 1 {
		t.Fatal(rotated, err)
	}
	r := &trailReader{request: TrailRequest{Since: entryOf(0).Time.Add(-time.Minute), Limit: 1}}
	r.at.Until = time.Now().UnixMilli() + 1
	if err := r.readAll(t.Context(), path, opened, rotated); err != nil || len(r.entries) != 1 || !r.more {
		t.Fatal(r.entries, r.more, err)
	}
	next := r.request
	next.Cursor = r.at.String()
	got := append([]string{r.entries[0].CID}, trailIDs(t, path, next, nil)...)
	if want := numbers(0, 4, 1); !slices.Equal(got, want) {
		t.Errorf("pages have %v, want %v", got, want)
	}
}

func TestTrailSkipsWhatIsNoEntry(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	line, err := json.Marshal(entryOf(1))
	if err != nil {
		t.Fatal(err)
	}
	text := "u1\n{\"time\":7,\"op\":\"u1\"}\n" + strings.Repeat("u1", maxAuditLine) + "\n" + string(line) + "\n[\"u1\"]\n\n" + string(line)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := trailIDs(t, path, TrailRequest{UserID: "u1", Limit: 1}, nil); !slices.Equal(got, []string{"c001"}) {
		t.Errorf("%v", got)
	}
}

func TestTrailPageReadsABoundedAmount(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	line, _ := json.Marshal(entryOf(1))
	text := strings.Repeat(decisionLine, maxTrailRead/len(decisionLine)+10) + string(line) + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	pages := 1
	got := trailIDs(t, path, TrailRequest{CID: "c001"}, func(int) { pages++ })
	if pages != 2 || !slices.Equal(got, []string{"c001"}) {
		t.Errorf("%d pages with %v", pages, got)
	}
}

func TestTrailThatCannotBeRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, _, err := ReadTrail(t.Context(), filepath.Join(dir, "none"), TrailRequest{CID: "c"}); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, _, err := ReadTrail(t.Context(), os.DevNull, TrailRequest{CID: "c"}); !errors.Is(err, ErrAuditStream) {
		t.Error(err)
	}
	path, _ := rotatedTrail(t, AuditFileOptions{})
	for _, cursor := range []string{"x", "user/1", "e30", "bnVsbA", strings.Repeat("A", 4000), trailCursor{Offset: -1}.String(), "{}"} {
		if _, _, err := ReadTrail(t.Context(), path, TrailRequest{CID: "c", Cursor: cursor}); !errors.Is(err, ErrTrailCursor) {
			t.Errorf("%q: %v", cursor, err)
		}
	}
	for _, forged := range []trailCursor{{Until: 1 << 62, Offset: 1 << 62}, {File: "../../etc/passwd", Before: "/../x", Offset: 7}, {Before: "~"}} {
		if _, _, err := ReadTrail(t.Context(), path, TrailRequest{CID: "c", Cursor: forged.String()}); err != nil {
			t.Errorf("%+v: %v", forged, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := ReadTrail(ctx, path, TrailRequest{CID: "c"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestReadingTheTrailIsInTheTrail(t *testing.T) {
	t.Parallel()
	file := openAudit(t, filepath.Join(t.TempDir(), "audit.jsonl"))
	i := start(t, true, func(o *Options) { o.Audit = file })
	answer, err := i.Signup(t.Context(), ada())
	if err != nil {
		t.Fatal(err)
	}
	id := i.confirm(t, answer.ConfirmToken)
	ops := i.Admin("key:ops")
	trail, err := ops.Trail(t.Context(), TrailRequest{UserID: id})
	if err != nil || len(trail.Entries) < 2 || trail.Cursor != "" || !trail.OK() {
		t.Errorf("%+v, %v", trail, err)
	}
	if trail, err = ops.Trail(t.Context(), TrailRequest{CID: trail.CID}); err != nil || len(trail.Entries) != 1 {
		t.Fatalf("%+v, %v", trail, err)
	}
	entry := trail.Entries[0]
	if search := entry.Extra.Search; entry.Op != "audit.search" || entry.CurrentUser != "key:ops" || entry.TargetUser != id || search == nil || search.Found < 2 || !slices.Equal(search.Fields, []string{"user_id"}) {
		t.Errorf("%+v", entry)
	}
	if trail, err = ops.Trail(t.Context(), TrailRequest{UserID: "ada@example.com"}); err != nil || len(trail.Entries) > 0 {
		t.Errorf("%+v, %v", trail, err)
	}
	if strings.Contains(content(t, file.path), "ada@") {
		t.Error("what was asked for is in the trail")
	}
	for request, field := range map[string]string{
		`{}`: "user_id", `{"cid":7}`: "cid", `{"user_id":["u"]}`: "user_id", `{"since":"now"}`: "since", `{"cid":"c","limit":101}`: "limit",
		`{"cid":"c","limit":0}`: "limit", `{"cid":"c","cursor":"x"}`: "cursor", `{"cid":"c","username":"ada"}`: "username", `{"cid":"\ud800"}`: "",
		`{"cid":"` + strings.Repeat("c", 200) + `"}`: "cid", `{"since":"2026-01-02T00:00:00Z","until":"2026-01-01T00:00:00Z"}`: "until", `[]`: "", `{"cid":"c","super_user":true}`: "super_user",
	} {
		if response, _ := i.Operate(t.Context(), Operator{}, "audit", []byte(request)); response.OK() || response.Fault != "" || response.Field != field {
			t.Errorf("%s: %+v", request, response)
		}
	}
}

func TestTrailNeedsAFile(t *testing.T) {
	t.Parallel()
	for name, audit := range map[string]Audit{"another trail": &auditTrailOfTest{}, "a stream": openAudit(t, os.DevNull)} {
		i := start(t, true, func(o *Options) { o.Audit = audit })
		answer, err := i.Admin("").Trail(t.Context(), TrailRequest{CID: "c"})
		if err != nil || !slices.Equal(answer.SubStatus, []signup.Code{signup.InvalidOperation}) || !strings.Contains(answer.Message, "not in a file") {
			t.Errorf("%s: %+v, %v", name, answer, err)
		}
	}
}

// auditTrailOfTest keeps nothing.
type auditTrailOfTest struct{}

func (*auditTrailOfTest) Append(context.Context, AuditEntry) error { return nil }
