package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// combine puts mutations of one file together into one source: next to each
// function with a rule is the same function without the rule, which is called
// in its place if an environment variable selects it. Mutations outside
// function bodies are left out; the others are marked.
func combine(source string, mutations []*Mutation) (string, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", source, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	offset := func(p token.Pos) int { return files.Position(p).Offset }
	switches := map[int]string{} // by where a function's body begins
	var others strings.Builder   // the functions without their rules
	for _, m := range mutations {
		from, to, err := m.find(source)
		if err != nil {
			return "", fmt.Errorf("%s: %s: %w", m.Rule, m.File, err)
		}
		f := functionAt(file, func(f *ast.FuncDecl) bool {
			return offset(f.Pos()) <= from && to <= offset(f.End())+len("\n")
		})
		if f == nil {
			continue
		}
		start, body := offset(f.Pos()), offset(f.Body.Lbrace)+1
		without := source[start:from] + m.replacement() + source[to:max(to, offset(f.End()))]
		call, ok := callOf(f, m.variant(f))
		if !ok || !strings.HasPrefix(without, source[start:body]) {
			continue
		}
		name := offset(f.Name.Pos()) - start
		fmt.Fprintf(&others, "\n\n//line %s:1\n%s%s%s", m.Rule, without[:name], m.variant(f), without[name+len(f.Name.Name):])
		switches[body] += fmt.Sprintf(" if removedRule == %d { %s };", m.number, call)
		m.combined = true
	}
	for _, at := range slices.Backward(slices.Sorted(maps.Keys(switches))) {
		source = source[:at] + switches[at] + source[at:]
	}
	return source + others.String() + "\n", nil
}

func functionAt(file *ast.File, is func(*ast.FuncDecl) bool) *ast.FuncDecl {
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil && is(f) {
			return f
		}
	}
	return nil
}

// variant is the name of a function without the rule.
func (m *Mutation) variant(f *ast.FuncDecl) string {
	return fmt.Sprintf("%sWithoutRule%d", f.Name.Name, m.number)
}

// callOf is the call of a variant within the function itself. There is none of
// a function with types for parameters, or with parameters that have no name.
func callOf(f *ast.FuncDecl, variant string) (call string, ok bool) {
	if f.Type.TypeParams != nil {
		return "", false
	}
	if f.Recv != nil {
		if len(f.Recv.List[0].Names) == 0 {
			return "", false
		}
		variant = f.Recv.List[0].Names[0].Name + "." + variant
	}
	var arguments []string
	for _, field := range f.Type.Params.List {
		if len(field.Names) == 0 {
			return "", false
		}
		for _, name := range field.Names {
			argument := name.Name
			if _, variadic := field.Type.(*ast.Ellipsis); variadic {
				argument += "..."
			}
			arguments = append(arguments, argument)
		}
	}
	if slices.Contains(arguments, "_") || strings.HasPrefix(variant, "_.") {
		return "", false
	}
	call = variant + "(" + strings.Join(arguments, ", ") + ")"
	if f.Type.Results == nil {
		return call + "; return", true
	}
	return "return " + call, true
}

// removal is the file that tells a package, one of whose files is given, in its
// environment which rule it does without.
func removal(source string) (string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.PackageClauseOnly)
	if err != nil {
		return "", err
	}
	return "package " + file.Name.Name + `

import (
	"os"
	"strconv"
)

var removedRule, _ = strconv.Atoi(os.Getenv("` + ruleVariable + `"))
`, nil
}

// ruleVariable is the environment variable with the number of a rule.
const ruleVariable = "ENROL_REMOVED_RULE"
