package signup

import "github.com/enrol-sso/enrol/signup/internal/record"

func (r *run) callbackData(d *draft) record.CallbackData {
	request := d.request
	approval, approved := r.firstApproval()
	return record.CallbackData{
		SignUpConfirmToken: d.token,
		UserID:             d.id,
		Username:           d.username,
		Email:              d.email,
		CurrentApp:         d.signupApp,
		AppList:            request.AppList,
		DisplayName:        d.displayName(),
		FirstName:          request.FirstName,
		MiddleName:         request.MiddleName,
		LastName:           request.LastName,
		Attrs:              orEmpty(request.Attrs),
		SignUpStatus:       beforeConfirmation,
		SignUpTime:         formatTime(r.now),

		ApprovalStatus:        approval,
		ApprovalStatusModTime: formatTimeIf(approved),
		IsApprovalNeeded:      r.config.Signup.IsApprovalNeeded,

		PasswordIsSet:   true,
		PasswordLastSet: formatTime(r.now),
		PasswordExpiry:  formatTimeIf(r.passwordExpiry(r.now)),
	}
}
