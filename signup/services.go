package signup

import (
	"errors"
	"slices"

	"github.com/enrol-sso/enrol/signup/internal/fault"
	"github.com/enrol-sso/enrol/signup/internal/record"
	"github.com/enrol-sso/enrol/signup/internal/visible"
	"github.com/enrol-sso/enrol/signup/ssoconf"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// validationService is an entry of user_validation.service, with its index.
type validationService struct {
	place int
	name  string
}

// validationServices returns the services that are called before the built-in
// rules and those that are called after, in the order of the list. If the list
// does not have the built-in service, its rules come first.
func (e *Engine) validationServices() (before, after []validationService) {
	listed := e.config.UserValidation.Service
	builtIn := max(slices.IndexFunc(listed, isBuiltIn), 0)
	for i, name := range listed {
		switch service := (validationService{i, name}); {
		case isBuiltIn(name):
		case i < builtIn:
			before = append(before, service)
		default:
			after = append(after, service)
		}
	}
	return before, after
}

func isBuiltIn(service string) bool {
	return service == ssoconf.ValidateService || service == ssoconf.ValidateServiceOld
}

// askServices calls services in order. The first that answers is_valid false
// ends the signup with its codes.
func (r *run) askServices(account *checked, services []validationService) ([]Code, *Error) {
	for _, service := range services {
		data := validationBody(account)
		body := r.envelope(typeValidate, r.now, &data)
		answer, failure := r.host.Call(r.signedCall(service.name, "val_"+record.DerivedID(r.seed, "validate", service.place), r.now, body))
		if failure != nil {
			return nil, serviceFault(service.name, failure, &data)
		}
		codes, err := readVerdict(answer)
		if err != nil {
			return nil, serviceFault(service.name, err, &data)
		}
		if len(codes) > 0 {
			return codes, nil
		}
	}
	return nil, nil
}

// serviceFault returns the error of a validation service that failed. The
// service may quote what it was sent, so the text is scrubbed of that and the
// cause is not kept.
func serviceFault(service string, failure error, data *validationData) *Error {
	hidden := confidential{
		anywhere: []string{data.Password, data.Email},
		words:    []string{data.Username, data.DisplayName, data.FirstName, data.MiddleName, data.LastName},
	}
	for _, value := range data.Attrs {
		hidden.words = append(hidden.words, value)
	}
	return fault.Outside("validation service "+ssoconf.ServiceLabel(service), errors.New(visible.Clip(scrub(failure.Error(), hidden), maxError)))
}

// readVerdict parses the answer of a validation service: an object with
// is_valid, and sub_status, a code or a list of codes. No codes mean valid.
func readVerdict(answer string) ([]Code, error) {
	value, err := strictjson.Parse(answer)
	if err != nil {
		return nil, &Error{Code: InvalidInput, Message: "the answer", Err: err}
	}
	valid, texts := false, []string(nil)
	wrong := value.Read(func(m *strictjson.Members) {
		m.Bool("is_valid", &valid)
		if m.StringOrStrings("sub_status", &texts) {
			bounded(m, "sub_status", texts[0], codeLength)
		} else {
			boundedList(m, "sub_status", texts, maxVerdictCodes, codeLength)
		}
		if !m.Has("is_valid") {
			m.Miss("is_valid")
		}
	})
	if err := faultError(wrong); err != nil {
		return nil, err
	}
	if valid {
		return nil, nil
	}
	var codes []Code
	for _, text := range texts {
		if !fault.IsCode(text) {
			return nil, fault.BadField("sub_status", "contains a text that is not a status code") // without the text, which may be part of the password
		}
		codes = append(codes, Code(text))
	}
	if len(codes) == 0 {
		codes = []Code{NotAllowed}
	}
	return codes, nil
}

const (
	maxVerdictCodes = 16
	codeLength      = 7
)

// validationData is what a validation service gets about an account.
type validationData struct {
	Username     string
	Email        string
	Password     string
	CurrentApp   string
	AppList      []string
	SignUpStatus string
	DisplayName  string
	FirstName    string
	MiddleName   string
	LastName     string
	Attrs        map[string]string
}

func (v *validationData) Members(m *strictjson.Members) {
	m.String("username", &v.Username)
	m.String("email", &v.Email)
	m.String("password", &v.Password)
	m.String("current_app", &v.CurrentApp)
	m.Strings("app_list", &v.AppList)
	m.String("sign_up_status", &v.SignUpStatus)
	m.String("display_name", &v.DisplayName)
	m.String("first_name", &v.FirstName)
	m.String("middle_name", &v.MiddleName)
	m.String("last_name", &v.LastName)
	m.Map("attrs", &v.Attrs)
}

func validationBody(c *checked) validationData {
	request := c.request
	return validationData{
		Username:     c.username,
		Email:        c.email,
		Password:     string(request.Password),
		CurrentApp:   c.signupApp,
		AppList:      request.AppList,
		SignUpStatus: beforeConfirmation,
		DisplayName:  c.displayName(),
		FirstName:    request.FirstName,
		MiddleName:   request.MiddleName,
		LastName:     request.LastName,
		Attrs:        orEmpty(request.Attrs),
	}
}

func orEmpty(attrs map[string]string) map[string]string {
	if attrs == nil {
		return map[string]string{}
	}
	return attrs
}

// Services returns every name and URL that Host.Call may get, without
// repetitions.
func (e *Engine) Services() []string {
	var list []string
	add := func(names ...string) {
		for _, name := range names {
			if name == "" || name == ssoconf.ValidateService || name == ssoconf.ValidateServiceOld {
				continue
			}
			if called := e.config.CalledFor(name); !slices.Contains(list, called) {
				list = append(list, called)
			}
		}
	}
	add(e.config.UserValidation.Service...)
	add(e.config.Signup.CallbackServiceList...)
	if e.config.Signup.Confirm.Enabled || e.config.Signup.Welcome.Enabled {
		add(e.config.MessageService())
	}
	return list
}
