package signup

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sources parses the files of this package and those below it, without tests.
func sources(t *testing.T) (*token.FileSet, map[string]*ast.File) {
	t.Helper()
	set, files := token.NewFileSet(), map[string]*ast.File{}
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && path == "signuptest" {
			return fs.SkipDir // a host for tests
		}
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files[path], err = parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 30 {
		t.Fatalf("only %d files were found", len(files))
	}
	return set, files
}

// The core does no I/O of its own and behaves the same everywhere: it may
// import only these packages.
func TestCoreImportsOnlyPurePackages(t *testing.T) {
	t.Parallel()
	allowed := []string{
		"bytes", "cmp", "encoding/base64", "encoding/binary", "encoding/hex", "errors", "fmt", "hash", "maps", "math", "math/bits", "net/netip", "runtime", "slices", "strconv", "strings",
		"time", "unicode", "unicode/utf16", "unicode/utf8",
		"crypto/aes", "crypto/cipher", "crypto/hkdf", "crypto/hmac", "crypto/pbkdf2", "crypto/sha1", "crypto/sha256", "crypto/sha512",
		"github.com/enrol-sso/enrol/signup/internal/ascii", "github.com/enrol-sso/enrol/signup/internal/effects", "github.com/enrol-sso/enrol/signup/internal/fault", "github.com/enrol-sso/enrol/signup/internal/identity", "github.com/enrol-sso/enrol/signup/internal/keyring", "github.com/enrol-sso/enrol/signup/internal/password", "github.com/enrol-sso/enrol/signup/internal/phc", "github.com/enrol-sso/enrol/signup/internal/record", "github.com/enrol-sso/enrol/signup/internal/secret", "github.com/enrol-sso/enrol/signup/internal/visible",
		"github.com/enrol-sso/enrol/kv", "github.com/enrol-sso/enrol/signup/ssoconf", "github.com/enrol-sso/enrol/signup/ssoconf/configobj",
		"github.com/enrol-sso/enrol/signup/internal/identity/precis", "github.com/enrol-sso/enrol/signup/zxcvbn", "github.com/enrol-sso/enrol/signup/zxcvbn/words",
		"github.com/enrol-sso/enrol/signup/strictjson", "golang.org/x/net/idna",
		"golang.org/x/crypto/argon2", "golang.org/x/crypto/blake2b", "golang.org/x/crypto/blowfish", "golang.org/x/crypto/chacha20poly1305", "golang.org/x/crypto/scrypt",
		"golang.org/x/text/secure/bidirule", "golang.org/x/text/unicode/bidi", "golang.org/x/text/unicode/norm",
	}
	_, files := sources(t)
	for path, file := range files {
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if name == "embed" && path == filepath.Join("zxcvbn", "words", "set.go") {
				continue // a directive of the compiler, which links nothing
			}
			if name == "sync" && path == filepath.Join("internal", "password", "estimator.go") {
				continue // several callers may be the first to need the word lists
			}
			if name == "sync" && path == "decoy.go" {
				continue // several callers may be the first to meet a kind of hash
			}
			if name == "sync" && path == "last_meta.go" {
				continue // several callers may be the first to read a changed record
			}
			if err != nil || !slices.Contains(allowed, name) || spec.Name != nil {
				t.Errorf("%s imports %s", path, spec.Path.Value)
			}
		}
	}
}

// The clock is the host's, nothing runs concurrently with the caller, and
// answers contain nothing of package runtime except the type of its errors.
func TestCoreStartsNoGoroutineAndReadsNoClock(t *testing.T) {
	t.Parallel()
	used := map[string][]string{
		"time":    {"Time", "UnixMilli", "Parse", "RFC3339"}, // and nothing that reads the clock
		"runtime": {"Error"},
	}
	set, files := sources(t)
	for path, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.GoStmt, *ast.SelectStmt, *ast.SendStmt, *ast.ChanType:
				t.Errorf("%s: something runs at the same time", set.Position(node.Pos()))
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && used[x.Name] != nil && !slices.Contains(used[x.Name], n.Sel.Name) {
					t.Errorf("%s: %s.%s is used", set.Position(n.Pos()), x.Name, n.Sel.Name)
				}
			case *ast.FuncDecl:
				if n.Name.Name == "init" {
					t.Errorf("%s: there is an init", set.Position(n.Pos()))
				}
			case *ast.BasicLit:
				if n.Kind == token.FLOAT && filepath.Dir(path) != "zxcvbn" {
					t.Errorf("%s: there is a float", set.Position(n.Pos()))
				}
			}
			return true
		})
	}
}

// Variables of the package are set only where they are declared.
func TestCoreChangesNoGlobals(t *testing.T) {
	t.Parallel()
	set, files := sources(t)
	globals := map[string]bool{}
	for _, file := range files {
		for _, declaration := range file.Decls {
			group, ok := declaration.(*ast.GenDecl)
			if !ok || group.Tok != token.VAR {
				continue
			}
			for _, spec := range group.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					globals[name.Name] = name.Name != "_"
				}
			}
		}
	}
	changes := func(expression ast.Expr) {
		for {
			switch e := expression.(type) {
			case *ast.IndexExpr:
				expression = e.X
				continue
			case *ast.SelectorExpr:
				expression = e.X
				continue
			case *ast.Ident:
				if globals[e.Name] {
					t.Errorf("%s: %s is changed", set.Position(e.Pos()), e.Name)
				}
			}
			return
		}
	}
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.AssignStmt:
				for _, left := range n.Lhs {
					if n.Tok != token.DEFINE {
						changes(left)
					}
				}
			case *ast.IncDecStmt:
				changes(n.X)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					changes(n.X)
				}
			}
			return true
		})
	}
}
