package centre

import (
	"fmt"
	"time"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// seed gives the first employee a deal and a task to call about it; a company
// without employees has neither.
func (c *Centre) seed() {
	staff := c.cfg.Staff()
	if len(staff) == 0 {
		return
	}
	user, start := staff[0].ID, c.cfg.Now().Add(24*time.Hour)
	c.createDeal(api.Query{JSON: fmt.Appendf(nil, `{"contact_id":12761801,"name":"Сделка 124","abonent_id":%d,"funnel_id":252,"step_id":1813,"amount":9990}`, user)})
	c.addTask(api.Query{JSON: fmt.Appendf(nil, `{"event_type":1,"start_time":%d,"duration":30,"to_user_id":%d,"phone":"79161234567","theme":"Продажи","deal_id":%d}`, start.Unix(), user, firstDeal)})
	c.events = nil // nobody listens yet
}
