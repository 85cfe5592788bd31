package page

import (
	"embed"
	"io/fs"
	"sync"

	"github.com/enrol-sso/enrol/host/internal/website"
	"github.com/enrol-sso/enrol/wasm"
)

//go:embed assets
var embeddedAssets embed.FS

// moduleName is the asset that holds the engine, for checks while a user types.
const moduleName = "signup.wasm"

// newAssets reads the files in assets/.
func newAssets() (*website.Assets, error) {
	a := website.NewAssets()
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
		if !website.IsAsset(name) {
			continue
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		a.Add(website.NewAsset(name, data))
	}
	a.Add(builtInModule())
	return a, nil
}

// builtInModule is the module as an asset. It is hashed and compressed once in a
// process, since it is large.
var builtInModule = sync.OnceValue(func() *website.Asset { return website.NewAsset(moduleName, wasm.Module()) })

// prepareModule compresses the module, so that it is ready when a page asks for it.
// Browsers take brotli over https and from this machine, where the forms work.
var prepareModule = sync.OnceFunc(func() { go builtInModule().Prepare("br") })
