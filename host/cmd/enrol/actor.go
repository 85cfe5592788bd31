package main

import (
	"fmt"
	"os"
	"os/user"
)

// actor names the user who runs the command, for the audit trail: the user's
// number, such as uid:1000, or on Windows the security identifier, such as
// sid:S-1-5-18. It is "" if the system has neither.
func actor() string {
	if uid := os.Getuid(); uid >= 0 {
		return uidLabel(uid)
	}
	if u, err := user.Current(); err == nil && u.Uid != "" {
		return "sid:" + u.Uid
	}
	return ""
}

// uidLabel is a user of the machine in the audit trail.
func uidLabel(uid int) string { return fmt.Sprintf("uid:%d", uid) }
