package signup

import (
	"cmp"

	"github.com/enrol-sso/enrol/signup/internal/fault"
)

// validate applies the local rules of signup to the fields that are present,
// for forms that check while the user types. It writes and reads nothing, so it
// has nothing to hide and reports every code.
func (r *run) validate(data []byte) (document, *Error) {
	request, given, err := readSignup(data)
	r.setCID(request.CID, "")
	if err == nil && given.appList && len(request.AppList) == 0 {
		err = fault.MissingField(given.path + "app_list")
	}
	if err != nil {
		return nil, err
	}
	var codes []Code
	for _, code := range []Code{
		r.validateApps(request, given),
		when(given.username, func() Code { _, code := r.checkUsername(request.Username, request.Email); return code }),
		when(given.email, func() Code { _, code := r.checkEmail(request.Email); return code }),
		when(given.password, func() Code {
			_, code := r.checkPassword(string(request.Password), r.circumstancesOf(request))
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

// validateApps checks the applications that the request has.
func (r *run) validateApps(request SignupRequest, given given) Code {
	if given.currentApp {
		if code := r.checkCurrentApp(request.CurrentApp); code != "" {
			return code
		}
	}
	if through := cmp.Or(request.SignupApp, request.CurrentApp); through != "" {
		if code := r.checkSignupApp(through); code != "" {
			return code
		}
	}
	return r.checkAppList(request.AppList)
}

func when(given bool, rule func() Code) Code {
	if !given {
		return ""
	}
	return rule()
}
