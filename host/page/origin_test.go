package page_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/enrol-sso/enrol/host/page"
)

// A Go program that reloads its engine keeps its handler.
func TestReloadedOriginsAreInForce(t *testing.T) {
	w := newWorld(t, page.Options{Origins: []string{"https://shop.example.com"}}, "[enrol]", "[enrol]\npublic_origins=https://app.example.com")
	may := func(origin string) bool {
		r := httptest.NewRequest(http.MethodPost, "/api/validate", strings.NewReader(`{"username":"ada"}`))
		r.Header.Set("Origin", origin)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		answer := w.do(r)
		return answer.Code == http.StatusOK && answer.Header().Get("Access-Control-Allow-Origin") == origin
	}
	conf := strings.Replace(openConf, "[enrol]", "[enrol]\npublic_origins=https://new.example.com, https://WRONG.example.com", 1)
	for _, reloaded := range []bool{false, true} {
		for origin, want := range map[string]bool{
			"https://app.example.com": !reloaded, "https://new.example.com": reloaded, "https://shop.example.com": true, "https://WRONG.example.com": false,
		} {
			if may(origin) != want {
				t.Errorf("reloaded: %t: %s may call: %t", reloaded, origin, !want)
			}
		}
		if err := w.engine.Reload(t.Context(), conf); err != nil {
			t.Fatal(err)
		}
	}
	if logged := w.logged(); strings.Count(logged, "https://wrong.example.com") != 1 {
		t.Errorf("the log is %s", logged)
	}
}
