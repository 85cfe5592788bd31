package website

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

//go:embed page.css
var stylesheet []byte

//go:embed icon.svg
var icon []byte

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

// Asset is a file that a page loads. Its name has the hash of its content, so that
// browsers keep it forever.
type Asset struct {
	name        string
	hashed      string // the name with the hash
	contentType string
	data        []byte
	encoded     map[string]func() []byte // by Content-Encoding; empty if compressing gains little
}

// Assets are the assets of pages.
type Assets struct {
	byName map[string]string // the name with the hash
	byHash map[string]*Asset // by that name
}

// NewAssets returns assets that have the stylesheet page.css and the icon icon.svg,
// which all pages have.
func NewAssets() *Assets {
	a := &Assets{byName: map[string]string{}, byHash: map[string]*Asset{}}
	a.Add(NewAsset("page.css", stylesheet))
	a.Add(NewAsset("icon.svg", icon))
	return a
}

// Add adds an asset under its name. It returns the name with its hash.
func (a *Assets) Add(one *Asset) (hashed string) {
	a.byName[one.name], a.byHash[one.hashed] = one.hashed, one
	return one.hashed
}

// Hashed returns the name with its hash of the asset with a name, "" if there is none.
func (a *Assets) Hashed(name string) string { return a.byName[name] }

// IsAsset reports whether the name of a file ends like one of an asset.
func IsAsset(name string) bool { return contentTypes[path.Ext(name)] != "" }

// NewAsset returns an asset. Its content is compressed when it is first asked for.
func NewAsset(name string, data []byte) *Asset {
	hash := sha256.Sum256(data)
	end := path.Ext(name)
	hashed := strings.TrimSuffix(name, end) + "." + hex.EncodeToString(hash[:8]) + end
	one := &Asset{name: name, hashed: hashed, contentType: contentTypes[end], data: data, encoded: map[string]func() []byte{}}
	if strings.HasPrefix(one.contentType, "text/") || end == ".json" || end == ".svg" || end == ".wasm" {
		one.encoded["br"] = sync.OnceValue(func() []byte { return brotlied(data) })
		one.encoded["gzip"] = sync.OnceValue(func() []byte { return gzipped(data) })
	}
	return one
}

// Prepare compresses an asset with a Content-Encoding, br or gzip, that is worth it.
func (a *Asset) Prepare(encoding string) {
	if compress := a.encoded[encoding]; compress != nil {
		compress()
	}
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
		panic("website: " + err.Error())
	}
	w.Write(data) // into memory
	w.Close()
	return out.Bytes()
}

// Serve answers with an asset. It reports whether there is one of that name.
func (a *Assets) Serve(w http.ResponseWriter, r *http.Request, name string) bool {
	one := a.byHash[name]
	if one == nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	header := w.Header()
	SetHeaders(header)
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
func (a *Asset) encodingFor(r *http.Request) string {
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

// assetPolicy is for a file that somebody opens directly, as in the address bar: a
// logo can be an SVG with scripts, and they must not run in the origin of the forms.
const assetPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
