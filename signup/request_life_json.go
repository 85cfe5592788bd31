package signup

// JSON returns the request as resend takes it.
func (r ResendRequest) JSON() ([]byte, error) {
	return requestJSON(struct {
		CID        string   `json:"cid,omitempty"`
		Username   string   `json:"username"`
		Email      string   `json:"email"`
		CurrentApp string   `json:"current_app,omitempty"`
		RemoteAddr []string `json:"remote_addr,omitempty"`
	}{r.CID, r.Username, r.Email, r.CurrentApp, r.RemoteAddr},
		append([]string{r.CID, r.Username, r.Email, r.CurrentApp}, r.RemoteAddr...))
}

// JSON returns the request as verify takes it. It holds the password in clear.
func (r VerifyRequest) JSON() ([]byte, error) {
	return requestJSON(struct {
		CID        string   `json:"cid,omitempty"`
		Username   string   `json:"username,omitempty"`
		Email      string   `json:"email,omitempty"`
		Password   string   `json:"password"`
		CurrentApp string   `json:"current_app,omitempty"`
		RemoteAddr []string `json:"remote_addr,omitempty"`
	}{r.CID, r.Username, r.Email, string(r.Password), r.CurrentApp, r.RemoteAddr},
		append([]string{r.CID, r.Username, r.Email, string(r.Password), r.CurrentApp}, r.RemoteAddr...))
}

// JSON returns the request as approve and reject take it; approve refuses a
// reason.
func (r ApprovalRequest) JSON() ([]byte, error) {
	return requestJSON(struct {
		CID         string   `json:"cid,omitempty"`
		UserID      string   `json:"user_id"`
		Reason      string   `json:"reason,omitempty"`
		SuperUser   bool     `json:"super_user,omitempty"`
		CurrentUser string   `json:"current_user,omitempty"`
		CurrentApp  string   `json:"current_app,omitempty"`
		RemoteAddr  []string `json:"remote_addr,omitempty"`
	}{r.CID, r.UserID, r.Reason, r.SuperUser, r.CurrentUser, r.CurrentApp, r.RemoteAddr},
		append([]string{r.CID, r.UserID, r.Reason, r.CurrentUser, r.CurrentApp}, r.RemoteAddr...))
}

// JSON returns the request as lock and unlock take it; lock refuses
// password_must_change.
func (r LockRequest) JSON() ([]byte, error) {
	return requestJSON(struct {
		CID         string   `json:"cid,omitempty"`
		UserID      string   `json:"user_id"`
		SuperUser   bool     `json:"super_user,omitempty"`
		CurrentUser string   `json:"current_user,omitempty"`
		CurrentApp  string   `json:"current_app,omitempty"`
		RemoteAddr  []string `json:"remote_addr,omitempty"`
		MustChange  *bool    `json:"password_must_change,omitempty"`
	}{r.CID, r.UserID, r.SuperUser, r.CurrentUser, r.CurrentApp, r.RemoteAddr, r.PasswordMustChange},
		append([]string{r.CID, r.UserID, r.CurrentUser, r.CurrentApp}, r.RemoteAddr...))
}

// JSON returns the request as pending takes it.
func (r PendingRequest) JSON() ([]byte, error) {
	return requestJSON(struct {
		CID       string `json:"cid,omitempty"`
		Status    string `json:"status"`
		Limit     int    `json:"limit,omitempty"`
		Cursor    string `json:"cursor,omitempty"`
		SuperUser bool   `json:"super_user,omitempty"`
	}{r.CID, r.Status, r.Limit, r.Cursor, r.SuperUser}, []string{r.CID, r.Status, r.Cursor})
}

// JSON returns the request as purge takes it.
func (r PurgeRequest) JSON() ([]byte, error) {
	return requestJSON(struct {
		CID    string `json:"cid,omitempty"`
		Limit  int    `json:"limit,omitempty"`
		Cursor string `json:"cursor,omitempty"`
	}{r.CID, r.Limit, r.Cursor}, []string{r.CID, r.Cursor})
}

// JSON returns the request as rekey takes it.
func (r RekeyRequest) JSON() ([]byte, error) {
	return requestJSON(struct {
		CID       string `json:"cid,omitempty"`
		Limit     int    `json:"limit,omitempty"`
		Cursor    string `json:"cursor,omitempty"`
		SuperUser bool   `json:"super_user,omitempty"`
	}{r.CID, r.Limit, r.Cursor, r.SuperUser}, []string{r.CID, r.Cursor})
}

// JSON returns the request as dead takes it.
func (r DeadRequest) JSON() ([]byte, error) {
	return requestJSON(struct {
		CID       string `json:"cid,omitempty"`
		Limit     int    `json:"limit,omitempty"`
		Cursor    string `json:"cursor,omitempty"`
		SuperUser bool   `json:"super_user,omitempty"`
	}{r.CID, r.Limit, r.Cursor, r.SuperUser}, []string{r.CID, r.Cursor})
}

// JSON returns the request as retry takes it.
func (r RetryRequest) JSON() ([]byte, error) {
	return requestJSON(struct {
		CID       string `json:"cid,omitempty"`
		ID        string `json:"id"`
		SuperUser bool   `json:"super_user,omitempty"`
	}{r.CID, r.ID, r.SuperUser}, []string{r.CID, r.ID})
}
