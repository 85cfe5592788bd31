package signup

import "github.com/enrol-sso/enrol/kv"

// getUser returns an account by its id or its name: confirmed ones and claims
// that can still be confirmed. It is for trusted callers.
func (r *run) getUser(data []byte) (any, *Error) {
	request, err := readGet(data)
	r.adopt(request.CID, "")
	if err != nil {
		return nil, err
	}
	if err := r.loadMeta(); err != nil {
		return nil, err
	}
	id := request.UserID
	if request.Username != "" {
		if id, err = r.holder(request.Username); err != nil {
			return nil, err
		}
	}
	if !isID(id) {
		return refused(r.cid, UserIDInvalid), nil
	}
	values, err := r.get(userPrefix + id)
	if err != nil {
		return nil, err
	}
	if values[0].Version == "" {
		return refused(r.cid, UserIDInvalid), nil
	}
	user, err := decode[userRecord](userPrefix+id, values[0])
	if err != nil {
		return nil, err
	}
	if user.State != stateFinal && (user.State != statePending || user.Expires <= r.now) {
		return refused(r.cid, UserIDInvalid), nil
	}
	shown, err := r.show(user)
	if err != nil {
		return nil, err
	}
	return GetResponse{Response: accepted(r.cid), User: shown}, nil
}

// holder returns the id of the account that holds a username, "" if nobody does.
func (r *run) holder(username string) (string, *Error) {
	name, ok := canonicalName(username)
	if !ok || len(name) > maxNameBytes {
		return "", nil
	}
	values, err := r.get(namePrefix + name)
	if err != nil || values[0] == (kv.Value{}) {
		return "", err
	}
	record, err := decode[nameRecord](namePrefix+name, values[0])
	if err != nil {
		return "", err
	}
	return record.ID, nil
}

// Values of sign_up_status.
const (
	beforeConfirmation = "before_confirmation"
	signUpFinal        = "final"
)

func (r *run) show(user *userRecord) (User, *Error) {
	email, err := r.email(user)
	if err != nil {
		return User{}, err
	}
	shown := User{
		UserID:           user.ID,
		Username:         user.Username,
		Email:            email,
		DisplayName:      user.DisplayName,
		FirstName:        user.FirstName,
		MiddleName:       user.MiddleName,
		LastName:         user.LastName,
		Attrs:            user.Attrs,
		CurrentApp:       user.CurrentApp,
		AppList:          user.AppList,
		SignUpStatus:     beforeConfirmation,
		SignUpTime:       formatTime(user.SignUpTime),
		ApprovalStatus:   user.ApprovalStatus,
		IsApprovalNeeded: user.IsApprovalNeeded,

		PasswordMustChange: user.PasswordMustChange,
	}
	if user.Locked != 0 {
		shown.IsLocked = true
		shown.LockedTime = formatTime(user.Locked)
	}
	if user.State == stateFinal {
		shown.SignUpStatus = signUpFinal
		shown.SignUpConfirmTime = formatTime(user.ConfirmTime)
	}
	return shown, nil
}
