// Command operationtables writes host/docs/http-operations.md: the members of the
// requests and answers of operations for super-users, from the descriptions that
// /openapi.json has too:
//
//	go run ./host/internal/operationtables
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/enrol-sso/enrol/host"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// output is the page, from the top of the repository.
const output = "host/docs/http-operations.md"

func main() {
	if err := os.WriteFile(output, []byte(page()), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "operationtables:", err)
		os.Exit(1)
	}
}

// elsewhere are the operations whose members host/docs/http.md has.
var elsewhere = []string{"signup", "resend", "confirm", "approve", "reject", "lock", "unlock", "verify"}

// decided are members that the caller's key decides.
var decided = []string{"super_user", "current_user"}

// needed are members that only the code of an operation requires, with the code of its
// refusal.
var needed = map[string]string{"account.username": "E001001"}

// inAll are members of each request or answer.
var inAll = []string{"cid", "status", "sub_status", "field", "message", "retry_after", "fault"}

// page returns the page.
func page() string {
	verified, _ := host.DescribeOperation("verify")
	p := &printer{known: map[string]string{
		namesOf(verified.Answer.Find("user").Shape): "[an account](http.md#post-verify)",
	}}
	p.line("# Operations of super-users\n")
	p.line("The members of requests and answers of `POST /enrol/OPERATION`, from the descriptions that `/openapi.json` has too:")
	p.line("`go run ./host/internal/operationtables` writes this page. [HTTP](http.md#operations) says what they do, and has the members of")
	p.line("the other operations. Each request can also have `cid`, and each answer has `cid` and `status`. A refusal is an answer with")
	p.line("[codes](codes.md): E008003 for a required member that is missing, E008002 for one beyond its limit, and those that name the")
	p.line("operation, such as E001100.")
	for _, operation := range host.OperatorOperations() {
		if !slices.Contains(elsewhere, operation) {
			p.operation(operation)
		}
	}
	return strings.TrimSpace(strings.ReplaceAll(p.text.String(), "\n\n\n", "\n\n")) + "\n"
}

// printer writes the page.
type printer struct {
	text  strings.Builder
	known map[string]string // where the members of an object of an answer are, by their names
}

func (p *printer) line(text string) { p.text.WriteString(text + "\n") }

// namesOf returns the names of the members of an object.
func namesOf(object *strictjson.Shape) string {
	var names []string
	for _, m := range object.Members {
		names = append(names, m.Name)
	}
	return strings.Join(names, " ")
}

func (p *printer) operation(name string) {
	described, ok := host.DescribeOperation(name)
	if !ok {
		panic("operationtables: nobody describes " + name)
	}
	p.line("\n## " + name + "\n\n" + described.Summary + ".\n")
	request := described.Requests[0]
	request.Remove(append(slices.Clone(decided), "cid")...)
	if name == "validate" {
		p.line("The body is that of a [sign-up](http.md#post-signup), of which each member may be absent.\n")
	} else if len(request.Members) == 0 {
		p.line("The body is `{}`.\n")
	} else {
		p.requestTable("", request)
	}
	answer := described.Answer
	answer.Remove(inAll...)
	if len(answer.Members) == 0 {
		p.line("The answer has no members of its own.")
		return
	}
	p.answerTable("member of the answer", answer)
}

// requestTable writes the members of an object that callers send: of a request, or of
// its member with a name.
func (p *printer) requestTable(name string, object *strictjson.Shape) {
	title := "member"
	if name != "" {
		title += " of `" + name + "`"
	}
	p.line("| " + title + " | type | required | limit |\n|---|---|---|---|")
	for _, m := range object.Members {
		p.line(strings.TrimSuffix(fmt.Sprintf("| `%s` | %s | %s | %s ", m.Name, kindOf(m.Shape), requiredOf(name, object, m), limitOf(m.Shape)), " ") + " |")
	}
	p.line("")
	for _, m := range object.Members {
		if m.Shape.Kind == strictjson.KindObject {
			p.requestTable(m.Name, m.Shape)
		}
	}
}

// answerTable writes the members of an object that callers get.
func (p *printer) answerTable(title string, object *strictjson.Shape) {
	p.line("| " + title + " | type | when |\n|---|---|---|")
	for _, m := range object.Members {
		when := "always"
		switch {
		case !m.Optional:
		case m.Shape.Kind == strictjson.KindBool:
			when = "it is true"
		case m.Shape.Kind == strictjson.KindNumber:
			when = "it is not 0"
		default:
			when = "it is not empty"
		}
		p.line(fmt.Sprintf("| `%s` | %s | %s |", m.Name, kindOf(m.Shape), when))
	}
	p.line("")
	for _, m := range object.Members {
		inner := m.Shape
		if inner.Kind == strictjson.KindList {
			inner = inner.Items
		}
		if inner.Kind != strictjson.KindObject {
			continue
		}
		if where, known := p.known[namesOf(inner)]; known {
			p.line("The members of `" + m.Name + "` are those of " + where + ".\n")
			continue
		}
		p.known[namesOf(inner)] = "`" + m.Name + "` above"
		p.answerTable("member of `"+m.Name+"`", inner)
	}
}

// kindOf returns the type of a value.
func kindOf(s *strictjson.Shape) string {
	switch s.Kind {
	case strictjson.KindNumber:
		return "number"
	case strictjson.KindBool:
		return "boolean"
	case strictjson.KindObject:
		return "object"
	case strictjson.KindTexts:
		return "object of " + kindOf(s.Items) + "s"
	case strictjson.KindList:
		return "list of " + kindOf(s.Items) + "s"
	case strictjson.KindOneOrMore:
		return kindOf(s.Items) + " or list of " + kindOf(s.Items) + "s"
	}
	if s.Time {
		return "time"
	}
	return "text"
}

// requiredOf reports whether a request needs a member.
func requiredOf(name string, object *strictjson.Shape, m strictjson.Member) string {
	switch code := needed[name+"."+m.Name]; {
	case code != "":
		return "yes (" + code + ")"
	case m.Required:
		return "yes"
	case slices.Contains(object.Either, m.Name):
		return "one of `" + strings.Join(object.Either, "` and `") + "`, not both"
	case slices.Contains(object.Some, m.Name):
		return "at least one of `" + strings.Join(object.Some, "`, `") + "`"
	}
	return "no"
}

// limitOf returns what a value may have at most, or must be.
func limitOf(s *strictjson.Shape) string {
	switch {
	case len(s.Values) > 0:
		return "`" + strings.Join(s.Values, "` or `") + "`"
	case s.Kind == strictjson.KindNumber && s.Low != s.High:
		return fmt.Sprintf("%d to %d", s.Low, s.High)
	case s.Kind == strictjson.KindText && s.Most > 0:
		return fmt.Sprintf("%d characters", s.Most)
	case s.Kind == strictjson.KindTexts:
		return fmt.Sprintf("%d entries, names of %d characters, texts of %d", s.Most, s.Names.Most, s.Items.Most)
	case s.Kind == strictjson.KindList || s.Kind == strictjson.KindOneOrMore:
		limit := ""
		if s.Most > 0 {
			limit = fmt.Sprintf("%d entries", s.Most)
		}
		if of := limitOf(s.Items); of != "" {
			limit += " of " + of
		}
		return limit
	}
	return ""
}
