package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The command works as well while a server uses the data.
func TestImportAndExportThroughAServer(t *testing.T) {
	h := newWorkdir(t)
	p := h.start("serve", "--native", "--conf", "sso.conf", "--listen", "127.0.0.1:0")
	if p.stderr.await(servingLine) == nil {
		t.Fatal("the server does not start")
	}
	got := h.run(movedAccount("ada")+"{}\n"+movedAccount("bob"), "import").want(exitRefused, "2 accounts imported, 0 already there, 1 refused")
	if got.stdout != "line 2: password_hash is required\n" {
		t.Errorf("printed %s", got.stdout)
	}
	if lines := strings.Count(h.run("", "export", "--hashes").want(exitOK).stdout, movedHash); lines != 2 {
		t.Errorf("%d accounts were exported", lines)
	}
	if !strings.Contains(h.read("data.audit.jsonl"), fmt.Sprintf(`"op":"user.import","current_user":"uid:%d"`, os.Geteuid())) {
		t.Errorf("the trail is %s", h.read("data.audit.jsonl"))
	}
}
