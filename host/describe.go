package host

import (
	"reflect"
	"strings"
	"time"

	"github.com/enrol-sso/enrol/signup"
	"github.com/enrol-sso/enrol/signup/strictjson"
)

// DescribeOperation describes one of OperatorOperations. It is not ok for another one,
// and for one that nobody described yet: the description of an operation is where its
// request is, in package signup or in the table of this package.
func DescribeOperation(operation string) (d signup.Description, ok bool) {
	if op := operatorOperations[operation]; op.describe != nil {
		d = op.describe()
		refusal, _ := signup.Describe("resend") // whose refusals have nothing else
		d.Refusal = refusal.Refusal
		return d, true
	}
	return signup.Describe(operation)
}

// describeTrail describes the operation audit.
func describeTrail() signup.Description {
	request := strictjson.Describe(new(TrailRequest).members)
	request.Find("user_id").Required = false // one of four members is needed
	request.Some = []string{"cid", "user_id", "since", "until"}
	d := signup.Description{
		Summary:  "List entries of the audit trail",
		Requests: []*strictjson.Shape{request},
		Answer: strictjson.Describe(func(m *strictjson.Members) {
			var t TrailResponse
			m.String("cid", &t.CID)
			m.String("status", &t.Status)
			strictjson.List(m, "entries", &t.Entries, func(e *AuditEntry, m *strictjson.Members) {
				at := ""
				m.String("time", &at)
				m.IsTime()
				e.Extra.Search = new(signup.AuditSearch)
				e.AuditEvent.Members(m) // which writes no empty extra
			})
			m.String("cursor", &t.Cursor)
		}),
	}
	extra := d.Answer.Find("entries").Shape.Items.Find("extra")
	extra.Optional = true
	extra.Shape.Find("search").Optional = true // the entry of a search has it
	return d
}

// describeCounters describes the operation counters.
func describeCounters() signup.Description {
	answer := shapeOf(reflect.TypeFor[Counters]())
	answer.Members = append(strictjson.Describe(func(m *strictjson.Members) {
		var r signup.Response
		m.String("cid", &r.CID)
		m.String("status", &r.Status)
	}).Members, answer.Members...)
	return signup.Description{
		Summary:  "Show the numbers that the metrics count",
		Requests: []*strictjson.Shape{{Kind: strictjson.KindObject}},
		Answer:   answer,
	}
}

// shapeOf returns the shape of a type in JSON. All its fields have a tag with their
// names.
func shapeOf(t reflect.Type) *strictjson.Shape {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return &strictjson.Shape{Time: true}
	case t.Kind() == reflect.Struct:
		object := &strictjson.Shape{Kind: strictjson.KindObject}
		for field := range t.Fields() {
			name, option, _ := strings.Cut(field.Tag.Get("json"), ",")
			object.Members = append(object.Members, strictjson.Member{Name: name, Shape: shapeOf(field.Type), Optional: option != ""})
		}
		return object
	case t.Kind() == reflect.Slice:
		return &strictjson.Shape{Kind: strictjson.KindList, Items: shapeOf(t.Elem())}
	case t.Kind() == reflect.Map:
		return &strictjson.Shape{Kind: strictjson.KindTexts, Items: shapeOf(t.Elem())}
	case t.Kind() == reflect.Bool:
		return &strictjson.Shape{Kind: strictjson.KindBool}
	case t.Kind() == reflect.String:
		return &strictjson.Shape{}
	}
	return &strictjson.Shape{Kind: strictjson.KindNumber}
}
