package signup

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// JSON returns the request as signup and validate take it. It holds the
// password in clear. Text that is no UTF-8 is an error.
func (r SignupRequest) JSON() ([]byte, error) {
	type ctx struct {
		Username    string            `json:"username"`
		Password    string            `json:"password"`
		Email       string            `json:"email,omitempty"`
		CurrentApp  string            `json:"current_app,omitempty"`
		AppList     []string          `json:"app_list,omitempty"`
		DisplayName string            `json:"display_name,omitempty"`
		FirstName   string            `json:"first_name,omitempty"`
		MiddleName  string            `json:"middle_name,omitempty"`
		LastName    string            `json:"last_name,omitempty"`
		Attrs       map[string]string `json:"attrs,omitempty"`
	}
	c := r.Ctx
	return requestJSON(struct {
		CID        string   `json:"cid,omitempty"`
		Ctx        ctx      `json:"ctx"`
		CurrentApp string   `json:"current_app,omitempty"`
		RemoteAddr []string `json:"remote_addr,omitempty"`

		IdempotencyKey string `json:"idempotency_key,omitempty"`
	}{
		r.CID,
		ctx{
			c.Username, string(c.Password), c.Email, c.CurrentApp, c.AppList,
			c.DisplayName, c.FirstName, c.MiddleName, c.LastName, c.Attrs,
		},
		r.CurrentApp,
		r.RemoteAddr,
		r.IdempotencyKey,
	}, r.texts())
}

// JSON returns the request as confirm takes it. It holds the token in clear.
func (r ConfirmRequest) JSON() ([]byte, error) {
	return requestJSON(struct {
		CID          string   `json:"cid,omitempty"`
		ConfirmToken string   `json:"confirm_token"`
		CurrentApp   string   `json:"current_app,omitempty"`
		RemoteAddr   []string `json:"remote_addr,omitempty"`

		Password       string `json:"password,omitempty"`
		IdempotencyKey string `json:"idempotency_key,omitempty"`
	}{r.CID, string(r.ConfirmToken), r.CurrentApp, r.RemoteAddr, string(r.Password), r.IdempotencyKey},
		append([]string{r.CID, string(r.ConfirmToken), r.CurrentApp, string(r.Password), r.IdempotencyKey}, r.RemoteAddr...))
}

// JSON returns the request as get takes it.
func (r GetRequest) JSON() ([]byte, error) {
	return requestJSON(struct {
		CID      string `json:"cid,omitempty"`
		UserID   string `json:"user_id,omitempty"`
		Username string `json:"username,omitempty"`
	}{r.CID, r.UserID, r.Username}, []string{r.CID, r.UserID, r.Username})
}

// JSON returns the request as dispatch takes it.
func (r DispatchRequest) JSON() ([]byte, error) {
	return requestJSON(struct {
		CID   string `json:"cid,omitempty"`
		Limit int    `json:"limit,omitempty"`
	}{r.CID, r.Limit}, []string{r.CID})
}

// asked is the request without what differs between repetitions of it.
func (r SignupRequest) asked() SignupRequest {
	r.CID, r.RemoteAddr, r.IdempotencyKey = "", nil, ""
	return r
}

// asked is the request without what differs between repetitions of it.
func (r ConfirmRequest) asked() ConfirmRequest {
	r.CID, r.RemoteAddr, r.IdempotencyKey = "", nil, ""
	return r
}

// texts returns every text of the request.
func (r SignupRequest) texts() []string {
	c := r.Ctx
	texts := []string{
		r.CID, r.CurrentApp, r.IdempotencyKey, c.Username, string(c.Password), c.Email, c.CurrentApp,
		c.DisplayName, c.FirstName, c.MiddleName, c.LastName,
	}
	texts = append(texts, r.RemoteAddr...)
	texts = append(texts, c.AppList...)
	for name, value := range c.Attrs {
		texts = append(texts, name, value)
	}
	return texts
}

// requestJSON encodes a request. encoding/json would turn what is no UTF-8
// into U+FFFD, and so one password into another.
func requestJSON(request any, texts []string) ([]byte, error) {
	for _, text := range texts {
		if !utf8.ValidString(text) {
			return nil, fmt.Errorf("signup: the request holds text that is not valid UTF-8")
		}
	}
	return json.Marshal(request)
}
