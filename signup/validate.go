package signup

import "cmp"

// validate applies the local rules of signup to the fields that are there, for
// forms that check while their user types. It writes nothing and looks nothing
// up, so it has nothing to hide and tells every code.
func (r *run) validate(data []byte) (any, *Error) {
	request, given, err := readSignup(data)
	r.adopt(request.CID, "")
	if err == nil && given.appList && len(request.Ctx.AppList) == 0 {
		err = missingField("ctx.app_list")
	}
	if err != nil {
		return nil, err
	}
	var codes []Code
	for _, code := range []Code{
		r.validateApps(request, given),
		when(given.username, func() Code { _, code := r.checkUsername(request.Ctx.Username); return code }),
		when(given.email, func() Code { _, code := r.checkEmail(request.Ctx.Email); return code }),
		when(given.password, func() Code {
			_, code := r.checkPassword(string(request.Ctx.Password), r.circumstancesOf(request))
			return code
		}),
	} {
		if code != "" {
			codes = append(codes, code)
		}
	}
	if len(codes) > 0 {
		return refused(r.cid, codes...), nil
	}
	return accepted(r.cid), nil
}

// validateApps checks those applications that the request names.
func (r *run) validateApps(request SignupRequest, given given) Code {
	if given.currentApp {
		if code := r.checkCurrentApp(request.CurrentApp); code != "" {
			return code
		}
	}
	if through := cmp.Or(request.Ctx.CurrentApp, request.CurrentApp); through != "" {
		if code := r.checkSignupApp(through); code != "" {
			return code
		}
	}
	return r.checkAppList(request.Ctx.AppList)
}

func when(given bool, rule func() Code) Code {
	if !given {
		return ""
	}
	return rule()
}
