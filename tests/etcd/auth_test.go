//go:build etcd

package etcd_test

import (
	"strings"
	"testing"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"github.com/enrol-sso/enrol/kv/etcd"
	"github.com/enrol-sso/enrol/tests/etcd/cluster"
)

// as puts a user into a URL.
func as(user, url string) string { return strings.Replace(url, "://", "://"+user+"@", 1) }

func must[T any](t *testing.T) func(T, error) {
	return func(_ T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// addUser makes a user with a role for the keys that begin with a prefix.
func addUser(t *testing.T, client *clientv3.Client, user, password, prefix string) {
	t.Helper()
	end := clientv3.GetPrefixRangeEnd(prefix)
	must[*clientv3.AuthUserAddResponse](t)(client.UserAdd(t.Context(), user, password))
	must[*clientv3.AuthRoleAddResponse](t)(client.RoleAdd(t.Context(), user))
	must[*clientv3.AuthRoleGrantPermissionResponse](t)(client.RoleGrantPermission(t.Context(), user, prefix, end, clientv3.PermissionType(clientv3.PermReadWrite)))
	must[*clientv3.AuthUserGrantRoleResponse](t)(client.UserGrantRole(t.Context(), user, user))
}

func TestAUserNeedsItsPasswordAndThePrefix(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{})
	client := raw(t, c)
	nobody := open(t, c.URL("open"), etcd.Options{})
	open(t, c.URL("outer"), etcd.Options{})
	addUser(t, client, "ada", "pass:w@rd/1", "p/")
	addUser(t, client, "eve", "secret", "outer/inner/")
	must[*clientv3.AuthUserAddResponse](t)(client.UserAdd(t.Context(), "root", "root"))
	must[*clientv3.AuthUserGrantRoleResponse](t)(client.UserGrantRole(t.Context(), "root", "root"))
	must[*clientv3.AuthEnableResponse](t)(client.AuthEnable(t.Context()))
	admin, err := clientv3.New(clientv3.Config{Endpoints: client.Endpoints(), Username: "root", Password: "root", Logger: zap.NewNop()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { admin.Close() })

	store := open(t, as("ada:pass%3Aw%40rd%2F1", c.URL("p")), etcd.Options{})
	mustPut(t, store, "a", "1")
	mustHold(t, store, "a", "1")

	for _, test := range []struct{ url, want string }{
		{c.URL("p"), "USER@"},
		{as("ada:secret", c.URL("p")), "password is another"},
		{as("bob:secret", c.URL("p")), "password is another"},
		{as("eve:secret", c.URL("p")), "readwrite, with --prefix, for p/"},
	} {
		_, err := etcd.Open(t.Context(), test.url, etcd.Options{})
		if !contains(err, test.want) || contains(err, "secret") {
			t.Errorf("%s: got %v, want an error with %q", test.url, err, test.want)
		}
	}
	applied, err := put(t, nobody, "a", "1")
	if outcome(applied, err) != "failure" || !contains(err, "USER@") {
		t.Errorf("without a user: got (%v, %v)", applied, err)
	}
	// She cannot know that the prefix is within that of a store which she may not read.
	mustPut(t, open(t, as("eve:secret", c.URL("outer/inner")), etcd.Options{}), "a", "1")

	// Each member forgets its tokens.
	for _, m := range c.Members {
		m.Kill()
		if err := m.Start(); err != nil {
			t.Fatal(err)
		}
		wait(t, m.Name+" is healthy again", m.Healthy)
	}
	wait(t, "the store has another token", func() bool {
		applied, err := put(t, store, "a", "2")
		return err == nil && applied
	})
	mustHold(t, store, "a", "2")

	must[*clientv3.AuthUserRevokeRoleResponse](t)(admin.UserRevokeRole(t.Context(), "ada", "ada"))
	applied, err = put(t, store, "a", "3")
	if outcome(applied, err) != "failure" || !contains(err, "readwrite") {
		t.Errorf("without the role: got (%v, %v)", applied, err)
	}
	must[*clientv3.AuthUserGrantRoleResponse](t)(admin.UserGrantRole(t.Context(), "ada", "ada"))
	mustHold(t, store, "a", "2")
	mustPut(t, store, "a", "4")

	must[*clientv3.AuthUserChangePasswordResponse](t)(admin.UserChangePassword(t.Context(), "ada", "new"))
	applied, err = put(t, store, "a", "5")
	if outcome(applied, err) != "failure" || !contains(err, "password is another") {
		t.Errorf("with the old password: got (%v, %v)", applied, err)
	}
}
