package signup

// told reports whether the configuration lets the caller see a code. Codes of
// other services are always visible.
func (e *Engine) told(code Code) bool {
	c := e.config
	switch code {
	case UsernameExists:
		return c.Signup.InformIfUserExists
	case EmailExists:
		return c.Signup.InformIfEmailExists
	}
	if told, known := e.toldByVerify(code); known {
		return told
	}
	if len(code) < 4 {
		return true
	}
	switch code[:4] {
	case "E001":
		return code == UserIDInvalid || c.Signup.InformIfUserInvalid
	case "E002":
		return c.Signup.InformIfEmailInvalid
	case "E003":
		return c.Password.InformIfInvalid
	case "E004":
		return c.Apps.InformIfAppInvalid
	}
	return true
}

// toldByVerify reports whether the caller may see a code of verify.
func (e *Engine) toldByVerify(code Code) (told, known bool) {
	c := e.config
	switch code {
	case Locked:
		return c.Login.InformIfLocked, true
	case NotConfirmed:
		return c.Login.InformIfNotConfirmed, true
	case NotApproved:
		return c.Login.InformIfNotApproved, true
	case PasswordExpired:
		return c.Password.InformIfExpired, true
	case PasswordMustChange:
		return c.Password.InformIfMustBeChanged, true
	case PasswordWillExpire, PasswordAboutExpired:
		return c.Password.InformIfAboutToExpire, true
	}
	return false, false
}

// tell returns the codes that the caller may see: the visible ones in order,
// then one NotAllowed for all hidden ones together.
func (e *Engine) tell(codes []Code) []Code {
	var told []Code
	hidden := false
	for _, code := range codes {
		if code != NotAllowed && e.told(code) {
			told = append(told, code)
		} else {
			hidden = true
		}
	}
	if hidden {
		told = append(told, NotAllowed)
	}
	return told
}
