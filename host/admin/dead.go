package admin

import (
	"strconv"

	"github.com/enrol-sso/enrol/signup"
)

// showDead shows a page of the dead letters.
func (v *visit) showDead() {
	query := v.r.URL.Query()
	count, _ := strconv.Atoi(query.Get("count")) // 0 if it is no number
	v.showDeadFrom(query.Get("cursor"), view{Done: done(query.Get("done"), count)})
}

// showDeadFrom shows a page of the dead letters, with what went wrong just now.
func (v *visit) showDeadFrom(cursor string, content view) {
	var list signup.DeadResponse
	response := v.operate("dead", signup.DeadRequest{Cursor: cursor}, &list)
	content.Problems = append(content.Problems, problemsOf(response)...)
	content.Events, content.Next = list.Events, list.Cursor
	content.Back = withQuery("/dead", "cursor", cursor)
	v.show(statusOf(content.Problems), "dead", content)
}

// retry makes a dead letter due again.
func (v *visit) retry() {
	response := v.operate("retry", signup.RetryRequest{ID: v.field("id")}, nil)
	if response.OK() {
		v.success("retried")
		return
	}
	v.showDeadFrom("", view{Problems: retryProblems(response)})
}

// maxRetries bounds how many dead letters one click makes due.
const maxRetries = 1_000

// retryAll makes all dead letters due again, up to a limit. One that cannot be is
// left out if another operator was faster.
func (v *visit) retryAll() {
	var ids []string
	cursor := ""
	for len(ids) < maxRetries {
		var list signup.DeadResponse
		if response := v.operate("dead", signup.DeadRequest{Limit: 100, Cursor: cursor}, &list); !response.OK() {
			v.showDeadFrom("", view{Problems: problemsOf(response)})
			return
		}
		for _, event := range list.Events {
			ids = append(ids, event.ID)
		}
		if cursor = list.Cursor; cursor == "" {
			break
		}
	}
	count := 0
	for _, id := range ids {
		response := v.operate("retry", signup.RetryRequest{ID: id}, nil)
		switch {
		case response.OK():
			count++
		case response.Fault != "":
			v.showDeadFrom("", view{Problems: problemsOf(response), Done: done("all", count)})
			return
		}
	}
	v.success("all", "count", strconv.Itoa(count))
}

// retryProblems are what problemsOf returns, in the words of dead letters.
func retryProblems(response signup.Response) []problem {
	problems := problemsOf(response)
	for i := range problems {
		if problems[i].Code == string(signup.NotAllowed) {
			problems[i].Text = "There is no such dead letter any more. Perhaps somebody else has made it due."
		}
	}
	return problems
}
