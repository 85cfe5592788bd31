package signup

import (
	"cmp"

	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/strictjson"
	"github.com/enrol-sso/enrol/signup/zxcvbn"
)

// validate applies the local rules of signup to the fields that are present,
// for forms that check while the user types, and rates the password. It writes
// and reads nothing, so it has nothing to hide and reports every code.
func (r *run) validate(data []byte) (document, *Error) {
	request, given, err := readSignup(data)
	r.setCID(request.CID, "")
	if err == nil && given.appList && len(request.AppList) == 0 {
		err = fault.MissingField(given.path + "app_list")
	}
	if err != nil {
		return nil, err
	}
	response := &ValidateResponse{Response: *accepted(r.cid)}
	var codes []Code
	for _, code := range []Code{
		r.validateApps(request, given),
		when(given.username, func() Code { _, code := r.checkUsername(request.Username, request.Email); return code }),
		when(given.email, func() Code { _, code := r.checkEmail(request.Email); return code }),
		when(given.password, func() Code {
			c := r.circumstancesOf(request)
			response.Strength = r.strengthOf(string(request.Password), c)
			_, code := r.checkPassword(string(request.Password), c)
			return code
		}),
	} {
		if code != "" {
			codes = append(codes, code)
		}
	}
	if len(codes) > 0 {
		response.Response = *refused(r.cid, codes...)
	}
	return response, nil
}

// ValidateResponse is the response of validate.
type ValidateResponse struct {
	Response

	// Strength rates the password, whether it is accepted or not. It is nil
	// without a password, and for one that cannot be read or is much longer
	// than password.max_length.
	Strength *zxcvbn.Strength
}

func (v *ValidateResponse) members(m *strictjson.Members) {
	v.Response.members(m)
	if m.Reading() && m.Has("strength") {
		v.Strength = new(zxcvbn.Strength)
	}
	if strength := v.Strength; strength != nil {
		m.Optional().Object("strength", func(m *strictjson.Members) {
			m.Int("score", &strength.Score)
			m.Optional().String("warning", (*string)(&strength.Warning))
			strictjson.Texts(m, "suggestions", &strength.Suggestions)
		})
	}
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
