package strictjson

// Kind is the kind of a value in a Shape.
type Kind int

// The kinds of values.
const (
	KindText   Kind = iota
	KindNumber      // a whole number
	KindBool
	KindObject
	KindTexts     // an object of texts, under names that callers choose
	KindList      // a list of Items
	KindNull      // nothing but null
	KindOneOrMore // a list of Items, or one of them
)
