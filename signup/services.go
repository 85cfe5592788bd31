package signup

import (
	"strconv"
	"strings"
)

// askServices asks every service of user_validation.service in order; the
// first that answers is_valid false ends the signup with its codes. The
// built-in one is the local rules, which have passed by now.
func (r *run) askServices(account *checked) ([]Code, *Error) {
	for i, service := range r.config.UserValidation.Service {
		if service == ValidateService || service == ValidateServiceOld {
			continue
		}
		body := r.envelope(typeValidate, r.now, validationBody(account))
		answer, fault := r.host.Call(r.signedCall(service, "val_"+derivedID(r.seed, "validate", i), r.now, body))
		if fault != nil {
			return nil, outside("validation service "+label(service), fault)
		}
		codes, err := readVerdict(answer)
		if err != nil {
			return nil, outside("validation service "+label(service), err)
		}
		if len(codes) > 0 {
			return codes, nil
		}
	}
	return nil, nil
}

// label names a service in an error: a URL without its path and query, which
// may hold a secret.
func label(service string) string {
	scheme, rest, ok := cutScheme(service)
	if !ok {
		return service
	}
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	if scheme {
		return "https://" + host
	}
	return "http://" + host
}

// readVerdict reads what a validation service answered: an object with
// is_valid, and sub_status, a code or a list of them. No codes mean valid.
func readVerdict(answer string) ([]Code, error) {
	if err := checkSize(len(answer)); err != nil { // before it is copied
		return nil, &Error{Code: InvalidInput, Message: "the answer", Err: err}
	}
	o := readObject("the answer", []byte(answer))
	valid, known := o.boolean("is_valid")
	texts := o.textOrTexts("sub_status", maxVerdictCodes, codeLength)
	if o.err == nil && !known {
		o.miss("is_valid")
	}
	if o.err != nil {
		return nil, o.err
	}
	if valid {
		return nil, nil
	}
	var codes []Code
	for _, text := range texts {
		if !isCode(text) {
			return nil, badField("sub_status", "holds %s, which is no status code", strconv.Quote(text))
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

// validationData is what a validation service is given of an account.
type validationData struct {
	Username     string            `json:"username"`
	Email        string            `json:"email"`
	Password     string            `json:"password"`
	CurrentApp   string            `json:"current_app"`
	AppList      []string          `json:"app_list"`
	SignUpStatus string            `json:"sign_up_status"`
	DisplayName  string            `json:"display_name"`
	FirstName    string            `json:"first_name"`
	MiddleName   string            `json:"middle_name"`
	LastName     string            `json:"last_name"`
	Attrs        map[string]string `json:"attrs"`
}

func validationBody(c *checked) validationData {
	ctx := c.request.Ctx
	return validationData{
		Username:     c.username,
		Email:        c.email,
		Password:     string(ctx.Password),
		CurrentApp:   c.signupApp,
		AppList:      ctx.AppList,
		SignUpStatus: beforeConfirmation,
		DisplayName:  c.displayName(),
		FirstName:    ctx.FirstName,
		MiddleName:   ctx.MiddleName,
		LastName:     ctx.LastName,
		Attrs:        orEmpty(ctx.Attrs),
	}
}

func orEmpty(attrs map[string]string) map[string]string {
	if attrs == nil {
		return map[string]string{}
	}
	return attrs
}

// Services lists every name that Host.Call may be asked for, each once.
func (e *Engine) Services() []string {
	var list []string
	seen := map[string]bool{ValidateService: true, ValidateServiceOld: true}
	add := func(names ...string) {
		for _, name := range names {
			if name != "" && !seen[name] {
				seen[name] = true
				list = append(list, name)
			}
		}
	}
	add(e.config.UserValidation.Service...)
	add(e.config.Signup.CallbackServiceList...)
	if e.config.Signup.Confirm.Enabled || e.config.Signup.Welcome.Enabled {
		add(e.config.messageService())
	}
	return list
}
