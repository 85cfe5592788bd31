package main

import "errors"

// fate is the result of an effect.
type fate string

const (
	happens    fate = ""
	fails      fate = "fails"
	conflicts  fate = "conflicts"                              // of a commit, as are those with an answer that says nothing
	lost       fate = "does not happen, nobody knows"          //
	answerLost fate = "happens, nobody knows"                  //
	late       fate = "happens later, nobody knows"            // when the operation may be over
	dies       fate = "does not happen: the process dies"      //
	diesAfter  fate = "happens, and the process dies after it" //
)

var errOutside = errors.New("out of order")

// fate draws the result of the next effect of a task. All tasks of one process
// die together.
func (s *simulation) fate(t *task) fate {
	if s.calm || t.effect == "" {
		return happens
	}
	n := s.random.IntN(1000)
	switch {
	case n < s.deaths:
		return []fate{dies, diesAfter}[s.random.IntN(2)]
	case n >= s.deaths+s.troubles:
		return happens
	case t.effect == "commit":
		return []fate{fails, conflicts, lost, answerLost, late}[s.random.IntN(5)]
	}
	return fails
}

// proceed does the next thing that happens: an operation goes on, a commit that
// was given up arrives after all, or time passes.
func (s *simulation) proceed() {
	switch n := s.random.IntN(100); {
	case n < 2 && len(s.late) > 0:
		s.arrive(s.random.IntN(len(s.late)))
	case n < 5 || len(s.running) == 0:
		s.wait()
	default:
		t := s.running[s.random.IntN(len(s.running))]
		f := s.fate(t)
		s.step(t, f)
		if f == dies || f == diesAfter {
			s.kill(t.process)
		}
	}
}

// arrive performs a delayed commit.
func (s *simulation) arrive(n int) {
	perform := s.late[n]
	s.late = append(s.late[:n], s.late[n+1:]...)
	s.note("    a commit arrives late")
	if err := perform(); err != nil {
		s.problem("a commit that came late: %v", err)
	}
}

// wait lets time pass: mostly a moment, sometimes until something expires. A
// long time would end the leases of running tasks: if tasks must not stall, it
// passes only while none runs. If services are down for long, the next try of each
// delivery comes soon.
func (s *simulation) wait() {
	ms := int64(s.random.IntN(2_000))
	if s.random.IntN(4) == 0 && (s.stalls || len(s.running) == 0) {
		ms = []int64{61 * second, 10 * minute, hour, 25 * hour}[s.random.IntN(4)]
	}
	if s.down && s.random.IntN(2) == 0 {
		ms = hour
	}
	s.clock += ms
	s.note("    %d ms pass", ms)
}

// kill ends all operations of a process.
func (s *simulation) kill(process int) {
	for i := 0; i < len(s.running); {
		if s.running[i].process != process {
			i++
			continue
		}
		s.step(s.running[i], dies)
	}
}
