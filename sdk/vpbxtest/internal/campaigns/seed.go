package campaigns

import (
	"fmt"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// week is a schedule without a break.
const week = `[{"weekday":1,"start":"00:00","end":"23:59"},{"weekday":2,"start":"00:00","end":"23:59"},{"weekday":3,"start":"00:00","end":"23:59"},` +
	`{"weekday":4,"start":"00:00","end":"23:59"},{"weekday":5,"start":"00:00","end":"23:59"},{"weekday":6,"start":"00:00","end":"23:59"},{"weekday":7,"start":"00:00","end":"23:59"}]`

// seed fills a fresh company: a campaign that was done an hour ago, with one
// conversation and one client who did not answer, and an endless one. A
// company that cannot call out has none.
func (c *Campaigns) seed() {
	line, user := c.cfg.Line, c.cfg.Operator
	if c.cfg.CallsOut(line) != 0 {
		return
	}
	c.add(api.Query{JSON: fmt.Appendf(nil, `{"line_id":%d,"name":"Опрос клиентов","schedule":%s}`, line, week)})
	c.add(api.Query{JSON: fmt.Appendf(nil, `{"line_id":%d,"name":"Перезвонить","schedule":%s,"endless":true,"service_type":5}`, line, week)})
	done, endless := c.all[0], c.all[1]
	c.push(api.Query{JSON: fmt.Appendf(nil, `{"campaign_id":%d,"tasks":[`+
		`{"name":"Ветров Виктор","number":"+79161234567","priority":1,"organization":"ООО «Ромашка»","position":"директор","custom_fields":{"5781":"Привет"}},`+
		`{"name":"Евгеньев Евгений","number":"79051112233","subtasks":[{"number":"79051112233","order":0,"type":0},{"number":"sip:admin@test.mangosip.ru","order":1,"type":0}]}]}`, done.id)})
	c.push(api.Query{JSON: fmt.Appendf(nil, `{"campaign_id":%d,"tasks":[{"name":"Сидоров Семён","number":"79031112233"}]}`, endless.id)})

	end := c.cfg.Now().Add(-time.Hour)
	begun := end.Add(-10 * time.Minute)
	talk, miss := done.tasks[0], done.tasks[1]
	talk.operator, talk.talk, talk.record = user, 42, "MToxMDA4NjI3Nzo1MDA5NjY0NDA3OjA="
	c.attempt(talk, begun, talked)
	c.attempt(miss, begun, noAnswer)
	c.attempt(miss, end.Add(-30*time.Second), noAnswer)
	talk.finish(talked, begun.Add(time.Minute))
	miss.finish(noAnswer, end)
	for _, t := range done.tasks {
		t.created = begun.Add(-time.Hour)
	}
	done.start, done.end, done.created = begun, end, begun.Add(-time.Hour)
	done.set(finished, allDone)
}

// attempt notes one call of a task.
func (c *Campaigns) attempt(t *task, at time.Time, result int) {
	c.last.attempt++
	a := attempt{
		ID: c.last.attempt, Name: t.name, Position: t.position, Organization: t.organization,
		Phone: t.number, Number: len(t.attempts) + 1, Result: result, at: at,
	}
	if result == talked {
		a.Record = orNull(t.record)
	}
	t.attempts = append(t.attempts, a)
}
