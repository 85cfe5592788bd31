package strictjson

import "cmp"

// Room is memory for texts that are written and read one after another, so that
// each of them need not allocate its own. The zero value is ready for use.
type Room struct {
	members Members
	nodes   []node
	out     []byte
}

// Append returns an object as JSON, as the function Append does. The text is
// valid until the next call.
func (r *Room) Append(visit func(*Members)) []byte {
	r.members = Members{writing: true, out: r.out[:0]}
	r.members.object(visit)
	r.out = r.members.out
	return r.out
}

// ReadOwn reads the visited members of an object that the core or its host
// wrote, as ParseOwn and Read do. It returns the first fault, or an error that says
// why the text is not acceptable.
func (r *Room) ReadOwn(text string, visit func(*Members)) (fault *Fault, wrong error) {
	value, err := parse(ownParser(text, r.nodes[:0]))
	if err != nil {
		return nil, err
	}
	r.nodes, r.members = value.nodes, reader(value)
	visit(&r.members)
	return cmp.Or(r.members.fault, r.members.inner), nil
}
