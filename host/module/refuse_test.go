package module

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/wasm/wire"
)

// refusal opens an unusable module and returns the error.
func refusal(t *testing.T, module []byte) string {
	t.Helper()
	pool, err := Open(t.Context(), Options{Module: module, Configuration: testConfiguration, Instances: 1})
	if err == nil {
		pool.Close(t.Context())
		t.Fatal("the module was accepted")
	}
	if text := err.Error(); text == "" || strings.ContainsAny(text, "\n\x00") {
		t.Errorf("the error is not one line: %q", text)
	}
	return err.Error()
}

func TestModuleThatIsDamagedIsRefused(t *testing.T) {
	t.Parallel()
	built := builtModule(t)
	for name, module := range map[string][]byte{
		"empty":            {},
		"text":             []byte("this is no module\n"),
		"only the magic":   built[:4],
		"only the header":  built[:8],
		"truncated":        built[:len(built)/2],
		"last byte gone":   built[:len(built)-1],
		"wrong magic":      append([]byte("\x01asm"), built[4:]...),
		"another version":  append([]byte("\x00asm\x02\x00\x00\x00"), built[8:]...),
		"followed by more": append(append([]byte{}, built...), "more"...),
	} {
		t.Run(name, func(t *testing.T) {
			if text := refusal(t, module); !strings.Contains(text, "module") {
				t.Errorf("the error does not say what is wrong: %s", text)
			}
		})
	}
}

func TestModuleCutAnywhereIsRefused(t *testing.T) {
	t.Parallel()
	whole := newTiny().bytes()
	for length := range whole {
		refusal(t, whole[:length])
	}
}

func TestModuleWithAnyByteChangedNeverPanics(t *testing.T) {
	t.Parallel()
	whole := newTiny().bytes()
	for at := range whole {
		changed := append([]byte{}, whole...)
		changed[at] ^= 1 << (at % 8)
		pool, err := Open(t.Context(), Options{Module: changed, Instances: 1})
		if err == nil {
			err = pool.Close(t.Context())
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("byte %d: the error is not one line: %q", at, err)
			continue
		}
		if err != nil && pool != nil {
			t.Errorf("byte %d: %v", at, err)
		}
	}
}

func TestModuleOfAnotherABIIsRefused(t *testing.T) {
	t.Parallel()
	for version, want := range map[int64]string{
		0:                      "version 0.0",
		(wire.Major + 1) << 16: fmt.Sprintf("version %d.0", wire.Major+1),
		(wire.Major-1)<<16 | 7: fmt.Sprintf("version %d.7", wire.Major-1),
		-1:                     "version 65535.65535",
	} {
		m := newTiny()
		m.functions["abi_version"] = tinyFunction{value: version}
		text := refusal(t, m.bytes())
		if !strings.Contains(text, want) || !strings.Contains(text, fmt.Sprintf("this host %d.%d", wire.Major, wire.Minor)) {
			t.Errorf("%x: %s", version, text)
		}
	}
}

func TestModuleOfANewerMinorABIIsAccepted(t *testing.T) {
	t.Parallel()
	m := newTiny()
	m.functions["abi_version"] = tinyFunction{value: wire.Major<<16 | wire.Minor + 7}
	openPool(t, func(o *Options) { o.Module = m.bytes() })
}

func TestModuleWithoutAnExportIsRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"_initialize", "abi_version", "buffer", "configure", "resume", "cancel"} {
		m := newTiny()
		delete(m.functions, name)
		if text := refusal(t, m.bytes()); !strings.Contains(text, "no export "+name) {
			t.Errorf("without %s: %s", name, text)
		}
	}
}

func TestModuleThatCannotBeConfiguredIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*tiny){
		"no room for input":      func(m *tiny) { m.functions["buffer"] = tinyFunction{params: 1} },
		"a buffer past the end":  func(m *tiny) { m.functions["buffer"] = tinyFunction{params: 1, value: -4} },
		"an answer past the end": func(m *tiny) { m.configure = strings.Repeat(" ", 63<<10) },
		"no JSON":                func(m *tiny) { m.configure = "none" },
		"no status":              func(m *tiny) { m.configure = "{}" },
		"an error without a why": func(m *tiny) { m.configure = `{"status":"error","notices":[]}` },
	} {
		t.Run(name, func(t *testing.T) {
			m := newTiny()
			change(m)
			refusal(t, m.bytes())
		})
	}
}

func TestConfigurationThatIsRefusedIsAConfigError(t *testing.T) {
	t.Parallel()
	secret := "k1:not+a+key"
	for name, configuration := range map[string]wire.Configuration{
		"a value":    {Conf: "[password]\nmin_length=many\n", SecretKey: testConfiguration.SecretKey},
		"no key":     {Conf: testConf},
		"a bad key":  {Conf: testConf, SecretKey: secret},
		"bad syntax": {Conf: "[main\n", SecretKey: testConfiguration.SecretKey},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(t.Context(), Options{Module: builtModule(t), Configuration: configuration, CacheDir: cacheDir})
			var refused *ConfigError
			if !errors.As(err, &refused) || len(refused.Notices) == 0 || refused.Notices[0].Message == "" {
				t.Fatalf("the error is %v", err)
			}
			if err.Error() != refused.Notices[0].Message || strings.Contains(err.Error(), secret) {
				t.Errorf("the error is %q", err)
			}
			if name == "a value" && refused.Notices[0].Line != 2 {
				t.Errorf("the notice is %+v", refused.Notices[0])
			}
		})
	}
}

func TestConfiguredHasServicesNoticesAndUnicode(t *testing.T) {
	t.Parallel()
	pool := openPool(t, nil)
	configured := pool.Configured()
	if configured.Status != "ok" || len(configured.Services) != 1 || configured.Services[0] != "mailer" || configured.Unicode == "" {
		t.Errorf("%+v", configured)
	}
}
