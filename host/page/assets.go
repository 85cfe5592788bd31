package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"

	"github.com/enrol-sso/enrol/wasm"
)

//go:embed assets
var embeddedAssets embed.FS

// moduleName is the asset that holds the engine, for checks while a user types.
const moduleName = "signup.wasm"

// contentTypes are the content types of assets, by extension.
var contentTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".png":  "image/png",
	".svg":  "image/svg+xml",
	".wasm": "application/wasm",
	".webp": "image/webp",
}

// asset is a file that a page loads. Its name has the hash of its content, so that
// browsers keep it forever.
type asset struct {
	contentType string
	data        []byte
	encoded     map[string]func() []byte // by Content-Encoding; empty if compressing gains little
}

// assets are all assets.
type assets struct {
	byName map[string]string // the name with the hash
	byHash map[string]*asset // by that name
}

// newAssets reads the files in assets/.
func newAssets() (*assets, error) {
	a := &assets{byName: map[string]string{}, byHash: map[string]*asset{}}
	files, err := fs.Sub(embeddedAssets, "assets")
	if err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		name := entry.Name()
		if end := path.Ext(name); contentTypes[end] == "" {
			continue
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		a.add(name, data)
	}
	module := builtInModule()
	a.byName[moduleName], a.byHash[module.hashed] = module.hashed, module.asset
	return a, nil
}

// builtInModule is the module as an asset. It is hashed and compressed once in a
// process, since it is large.
var builtInModule = sync.OnceValue(func() (m struct {
	hashed string
	asset  *asset
}) {
	m.hashed, m.asset = newAsset(moduleName, wasm.Module())
	return m
})

// prepareModule compresses the module, so that it is ready when a page asks for it.
// Browsers take brotli over https and from this machine, where the forms work.
var prepareModule = sync.OnceFunc(func() { go builtInModule().asset.encoded["br"]() })

// add adds an asset under its name.
func (a *assets) add(name string, data []byte) (hashed string) {
	hashed, one := newAsset(name, data)
	a.byName[name], a.byHash[hashed] = hashed, one
	return hashed
}

// newAsset returns an asset, and its name with its hash.
func newAsset(name string, data []byte) (hashed string, one *asset) {
	hash := sha256.Sum256(data)
	end := path.Ext(name)
	hashed = strings.TrimSuffix(name, end) + "." + hex.EncodeToString(hash[:8]) + end
	one = &asset{contentType: contentTypes[end], data: data, encoded: map[string]func() []byte{}}
	if strings.HasPrefix(one.contentType, "text/") || end == ".json" || end == ".svg" || end == ".wasm" {
		one.encoded["br"] = sync.OnceValue(func() []byte { return brotlied(data) })
		one.encoded["gzip"] = sync.OnceValue(func() []byte { return gzipped(data) })
	}
	return hashed, one
}

// isLarge reports whether compressing as far as possible takes too long: for the
// module, brotli takes 2 seconds at quality 6 (1.72 MB) and 50 at 11 (1.52 MB), and
// gzip 1 second at level 6 (1.99 MB) and 3 at 9 (1.98 MB).
func isLarge(data []byte) bool { return len(data) > 1<<20 }

// brotlied compresses with brotli (RFC 7932): it happens once.
func brotlied(data []byte) []byte {
	quality := brotli.BestCompression
	if isLarge(data) {
		quality = brotli.DefaultCompression
	}
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, quality)
	w.Write(data) // into memory
	w.Close()
	return out.Bytes()
}

// gzipped compresses for clients without brotli: it happens once.
func gzipped(data []byte) []byte {
	level := gzip.BestCompression
	if isLarge(data) {
		level = gzip.DefaultCompression
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		panic("page: " + err.Error())
	}
	w.Write(data) // into memory
	w.Close()
	return out.Bytes()
}

// serve answers with an asset. It reports whether there is one of that name.
func (a *assets) serve(w http.ResponseWriter, r *http.Request, name string) bool {
	one := a.byHash[name]
	if one == nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	header := w.Header()
	common(header)
	header.Set("Content-Security-Policy", assetPolicy)
	header.Set("Content-Type", one.contentType)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("Vary", "Accept-Encoding")
	encoding := one.encodingFor(r)
	tag := `"` + name + "-" + encoding + `"`
	header.Set("ETag", tag)
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	data := one.data
	if encoding != "" {
		header.Set("Content-Encoding", encoding)
		data = one.encoded[encoding]()
	}
	header.Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		w.Write(data) // an error means that the caller is gone
	}
	return true
}

// encodingFor returns the Content-Encoding for a client, "" for none.
func (a *asset) encodingFor(r *http.Request) string {
	for _, encoding := range []string{"br", "gzip"} {
		if a.encoded[encoding] != nil && accepts(r, encoding) {
			return encoding
		}
	}
	return ""
}

// accepts reports whether a client accepts an encoding (RFC 9110, section
// 12.5.3). It reads no weights other than 0.
func accepts(r *http.Request, encoding string) bool {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, weight, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		value, _ := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		q, err := strconv.ParseFloat(value, 64)
		return err != nil || q > 0
	}
	return false
}
