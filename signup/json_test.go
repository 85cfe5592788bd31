package signup

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/signup/strictjson"
)

func TestEncodingJSONWritesAndReadsTheDeclaredMembers(t *testing.T) {
	t.Parallel()
	declared[Response](t, (*Response).members)
	declared[ConfirmResponse](t, (*ConfirmResponse).members)
	declared[GetResponse](t, (*GetResponse).members)
	declared[VerifyResponse](t, (*VerifyResponse).members)
	declared[PendingResponse](t, (*PendingResponse).members)
	declared[PurgeResponse](t, (*PurgeResponse).members)
	declared[RekeyResponse](t, (*RekeyResponse).members)
	declared[DeadResponse](t, (*DeadResponse).members)
	declared[DispatchResponse](t, (*DispatchResponse).members)
	declared[User](t, (*User).members)
	declared[PendingUser](t, (*PendingUser).members)
	declared[DeadEvent](t, (*DeadEvent).members)
	declared[DestinationState](t, (*DestinationState).members)
	declared[DeliveryFailure](t, (*DeliveryFailure).members)
	declared[AuditEvent](t, (*AuditEvent).Members)
	declared[AuditExtra](t, (*AuditExtra).Members)
}

// declared writes and reads a type with strictjson and with encoding/json.
func declared[T any](t *testing.T, members func(*T, *strictjson.Members)) {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 4))
	for n := range 100 {
		var given, back, again T
		if n > 0 { // the first is empty
			fill(reflect.ValueOf(&given).Elem(), random)
		}
		data := strictjson.Append(nil, func(m *strictjson.Members) { members(&given, m) })
		if written := inJSON(given); written != string(data) {
			t.Fatalf("%T is written as\n%s\nand by encoding/json as\n%s", given, data, written)
		}
		if err := json.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(back, given) {
			t.Fatalf("encoding/json reads %s as %+v, %v, want %+v", data, back, err, given)
		}
		if err := strictjson.ReadOwn(data, func(m *strictjson.Members) { members(&again, m) }); err != nil || !reflect.DeepEqual(again, given) {
			t.Fatalf("%s is read as %+v, %v, want %+v", data, again, err, given)
		}
	}
}

func TestEncodingJSONReadsAConfirmTokenAndDoesNotWriteIt(t *testing.T) {
	t.Parallel()
	given, back := SignupResponse{Response: *accepted("c-1"), ConfirmToken: "token"}, SignupResponse{}
	if err := json.Unmarshal(encode(&given), &back); err != nil || !reflect.DeepEqual(back, given) {
		t.Errorf("%+v, %v", back, err)
	}
	if data, err := json.Marshal(given); err == nil {
		t.Errorf("the response is written as %s", data)
	}
}

func TestANullLeavesAResponseAsItIs(t *testing.T) {
	t.Parallel()
	user := User{UserID: "u1"}
	if err := json.Unmarshal([]byte(`null`), &user); err != nil || user.UserID != "u1" {
		t.Errorf("%+v, %v", user, err)
	}
}

// A type without methods of its own would have the methods of the Response in it,
// and lose its other members.
func TestEveryResponseHasMethodsForEncodingJSON(t *testing.T) {
	t.Parallel()
	methods := map[string][]string{}
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil {
				receiver := f.Recv.List[0].Type
				if pointer, ok := receiver.(*ast.StarExpr); ok {
					receiver = pointer.X
				}
				if name, ok := receiver.(*ast.Ident); ok && name.IsExported() {
					methods[name.Name] = append(methods[name.Name], f.Name.Name)
				}
			}
		}
	}
	responses := 0
	for name, has := range methods {
		if !slices.Contains(has, "members") && !slices.Contains(has, "Members") || slices.Contains(has, "JSON") {
			continue // declares no members, or is a request
		}
		responses++
		if !slices.Contains(has, "MarshalJSON") || !slices.Contains(has, "UnmarshalJSON") {
			t.Errorf("%s has only %v", name, has)
		}
	}
	if responses < 15 {
		t.Errorf("only %d responses were found", responses)
	}
}
