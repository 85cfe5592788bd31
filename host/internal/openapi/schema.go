package openapi

import (
	"slices"
	"sync"

	"github.com/enrol-sso/enrol/signup/strictjson"
)

// Object is a JSON object of a document.
type Object = map[string]any

// noNUL is what every text of a request matches: the core refuses NUL.
const noNUL = "[^\x00]*"

// shown is the pattern of texts without controls.
var shown = sync.OnceValue(strictjson.Shown)

// Request returns the schema of requests with the shapes. If closed, other members
// are refused. null counts as absent.
func Request(shapes []*strictjson.Shape, closed bool) Object {
	r := reader{closed}
	if len(shapes) == 1 {
		return r.object(shapes[0])
	}
	var forms []any
	for _, s := range shapes {
		forms = append(forms, r.object(s))
	}
	return Object{"anyOf": forms}
}

// reader makes schemas of what the core reads.
type reader struct{ closed bool }

func (r reader) value(s *strictjson.Shape) Object {
	switch s.Kind {
	case strictjson.KindText:
		return r.text(s)
	case strictjson.KindNumber:
		if s.Low == s.High {
			return Object{"type": "integer"}
		}
		return Object{"type": "integer", "minimum": s.Low, "maximum": s.High}
	case strictjson.KindBool:
		return Object{"type": "boolean"}
	case strictjson.KindNull:
		return Object{"type": "null"}
	case strictjson.KindObject:
		return r.object(s)
	case strictjson.KindTexts:
		texts := Object{"type": "object", "additionalProperties": orNull(r.text(s.Items)), "propertyNames": r.filled(s.Names)}
		bound(texts, "maxProperties", s.Most)
		return texts
	}
	list := Object{"type": "array", "items": r.value(s.Items)}
	if bound(list, "maxItems", s.Most); s.Filled {
		list["minItems"] = 1
	}
	if s.Kind == strictjson.KindOneOrMore {
		return Object{"anyOf": []any{r.value(s.Items), list}}
	}
	return list
}

func (r reader) text(s *strictjson.Shape) Object {
	text := Object{"type": "string"}
	switch {
	case len(s.Values) > 0:
		text["enum"] = s.Values
		if !s.Filled {
			text["enum"] = append(slices.Clone(s.Values), "") // as if it were absent
		}
		return text
	case s.Time:
		text["anyOf"] = []any{Object{"format": "date-time"}, Object{"const": ""}}
		return text
	case s.Address: // it may have a port too, or be several, separated by commas
		text["anyOf"] = []any{Object{"format": "ipv4"}, Object{"format": "ipv6"}}
		return text
	case s.Pattern != "":
		text["pattern"] = whole(s.Pattern)
	case s.Visible:
		text["pattern"] = whole(shown())
	default:
		text["pattern"] = whole(noNUL)
	}
	if bound(text, "maxLength", s.Most); s.Filled {
		text["minLength"] = 1
	}
	return text
}

// filled is the schema of a text that is not empty.
func (r reader) filled(s *strictjson.Shape) Object {
	text := r.text(s)
	text["minLength"] = 1
	return text
}

func (r reader) object(s *strictjson.Shape) Object {
	members, required := Object{}, []string{}
	for _, m := range s.Members {
		schema := r.value(m.Shape)
		if m.Required {
			required = append(required, m.Name)
		} else {
			schema = orNull(schema)
		}
		members[m.Name] = schema
	}
	object := Object{"type": "object", "properties": members}
	if len(required) > 0 {
		object["required"] = required
	}
	if r.closed {
		object["additionalProperties"] = false
	}
	if len(s.Some) > 0 {
		var some []any
		for _, name := range s.Some {
			given := Object{"type": "string", "minLength": 1}
			some = append(some, Object{"required": []string{name}, "properties": Object{name: given}})
		}
		object["anyOf"] = some
	}
	if len(s.Either) > 0 {
		var either []any
		for _, name := range s.Either {
			members[name] = r.filled(s.Find(name).Shape)
			either = append(either, Object{"required": []string{name}})
		}
		object["oneOf"] = either
	}
	return object
}

// Members returns the schemas of the members of a request, which accept no null, as
// those of parameters.
func Members(s *strictjson.Shape) Object {
	members := Object{}
	for _, m := range s.Members {
		members[m.Name] = reader{}.value(m.Shape)
	}
	return members
}

// orNull returns the schema that also accepts null.
func orNull(schema Object) Object {
	switch kind := schema["type"].(type) {
	case string:
		if kind == "null" {
			break
		}
		schema["type"] = []string{kind, "null"}
		if values, ok := schema["enum"].([]string); ok {
			list := []any{nil}
			for _, value := range values {
				list = append(list, value)
			}
			schema["enum"] = list
		}
		if formats, ok := schema["anyOf"].([]any); ok {
			schema["anyOf"] = append(formats, Object{"type": "null"})
		}
	default:
		schema["anyOf"] = append(schema["anyOf"].([]any), Object{"type": "null"})
	}
	return schema
}

// Written returns the schema of answers with the shape. Later versions may add members.
// status is the only value of the member status.
func Written(s *strictjson.Shape, status string) Object {
	schema := written(s)
	members := schema["properties"].(Object)
	members["status"] = Object{"const": status}
	if status == "error" {
		schema["required"] = append(schema["required"].([]string), "sub_status")
	}
	return schema
}

// written is the schema of what the core writes.
func written(s *strictjson.Shape) Object {
	switch s.Kind {
	case strictjson.KindText:
		switch {
		case len(s.Values) > 0:
			return Object{"type": "string", "enum": s.Values}
		case s.Time:
			return Object{"type": "string", "format": "date-time"}
		}
		return Object{"type": "string"}
	case strictjson.KindNumber:
		return Object{"type": "integer"}
	case strictjson.KindBool:
		return Object{"type": "boolean"}
	case strictjson.KindTexts:
		return Object{"type": "object", "additionalProperties": written(s.Items)}
	case strictjson.KindObject:
		members, required := Object{}, []string{}
		for _, m := range s.Members {
			if m.Name == "fault" {
				continue // is for the operator, who reads it in the log
			}
			members[m.Name] = written(m.Shape)
			if m.Name == "sub_status" {
				members[m.Name] = Object{"type": "array", "items": Reference("schemas", "Code")}
			}
			if !m.Optional {
				required = append(required, m.Name)
			}
		}
		return Object{"type": "object", "properties": members, "required": required}
	}
	return Object{"type": "array", "items": written(s.Items)}
}

// Reference refers to a component.
func Reference(kind, name string) Object { return Object{"$ref": "#/components/" + kind + "/" + name} }

// whole anchors a pattern.
func whole(pattern string) string { return "^" + pattern + "$" }

// bound sets a bound, if there is one.
func bound(schema Object, name string, most int) {
	if most > 0 {
		schema[name] = most
	}
}
