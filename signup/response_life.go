package signup

// VerifyResponse answers verify. With the status "ok" SubStatus may hold a
// warning, PasswordWillExpire.
type VerifyResponse struct {
	Response
	User User `json:"user"`
}

// PendingResponse answers pending.
type PendingResponse struct {
	Response
	Users  []PendingUser `json:"users"`
	Cursor string        `json:"cursor"` // for the next page; "" if this is the last
}

// PendingUser is somebody who waits.
type PendingUser struct {
	UserID      string `json:"user_id"`
	Username    string `json:"username"`
	Email       string `json:"email"`
	DisplayName string `json:"display_name"`
	SignUpTime  string `json:"sign_up_time"` // UTC, like 2018-02-13T15:32:24
	RemoteAddr  string `json:"remote_addr"`  // joined with ";"
}

// PurgeResponse answers purge.
type PurgeResponse struct {
	Response
	Removed int    `json:"removed"` // claims, and other things that expired
	More    bool   `json:"more"`    // whether there may be more: purge again at once
	Cursor  string `json:"cursor"`  // for the next run
}

// RekeyResponse answers rekey.
type RekeyResponse struct {
	Response
	Moved  int    `json:"moved"`  // records
	More   bool   `json:"more"`   // whether this pass goes on: rekey again at once
	Cursor string `json:"cursor"` // for the next run
	Done   bool   `json:"done"`   // nothing is left of the old key, which is retired
}

// DeadResponse answers dead.
type DeadResponse struct {
	Response
	Events []DeadEvent `json:"events"`
	Cursor string      `json:"cursor"` // for the next page; "" if this is the last
}

// DeadEvent is an event that was given up.
type DeadEvent struct {
	ID          string `json:"id"` // for retry
	UserID      string `json:"user_id"`
	Destination string `json:"destination"` // the service; of a URL without its path
	Created     string `json:"created"`     // UTC, like 2018-02-13T15:32:24
	Tries       int    `json:"tries"`
	Reason      string `json:"reason"` // why the last try failed
}
