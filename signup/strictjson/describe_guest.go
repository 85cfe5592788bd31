//go:build wasip1

package strictjson

// The module describes no shapes: what declares them in describe.go does nothing
// here.

type sketch struct{}

func (sketch) supposes(string) bool { return false }

func (*Members) declare(string, Kind)                                          {}
func (*Members) declareMaybe(string, Kind)                                     {}
func (*Members) declareWhole(string, int, int)                                 {}
func (*Members) declareObject(string, func(*Members)) bool                     { return false }
func (*Members) declareList(string, func(*Members)) bool                       { return false }
func (*Members) declareEach(string, func(names []string, inner *Members)) bool { return false }
func (*Members) require(string)                                                {}

// AtMost does nothing in the module.
func (*Members) AtMost(int) {}

// EntriesAtMost does nothing in the module.
func (*Members) EntriesAtMost(int, int) {}

// IsVisible does nothing in the module.
func (*Members) IsVisible() {}

// IsAddress does nothing in the module.
func (*Members) IsAddress() {}

// IsTime does nothing in the module.
func (*Members) IsTime() {}

// IsOneOf does nothing in the module.
func (*Members) IsOneOf(...string) {}

// Matches does nothing in the module.
func (*Members) Matches(string) {}

// IsEither does nothing in the module.
func (*Members) IsEither(string, string) {}

// IsRequired does nothing in the module.
func (*Members) IsRequired() {}
