package book

import (
	"fmt"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// Where ids begin.
const (
	firstOrgID   = 10433117
	firstGroupID = 10433501
	firstID      = 12761800
)

// seed fills a fresh book.
func (b *Book) seed() {
	b.orgs.put("ООО «Ромашка»")
	b.orgs.put("Edem Inc.")
	b.groups.put("Клиенты")
	b.groups.put("Поставщики")
	batch := fmt.Sprintf(`{"data":[
		{"name":"Ветров Виктор","office":"директор","org":{"org_id":%d},"groups":[{"group_id":%d}],
		 "phones":[{"phone":"+7 (916) 123-45-67","type":1,"is_default":true},{"phone":"74955404444","ext":"12"}],
		 "emails":[{"email":"vetrov@example.com","is_default":true}],
		 "custom_values":[{"custom_field_id":3236,"text":"перезвонить в июне"},{"custom_field_id":3240,"list_items":[{"enum_id":71}]}]},
		{"name":"Ekovic","site":"example.com","org":{"org_id":%d},"phones":[{"phone":"79051112233","type":1}],"messengers":[{"mgr":1,"uname":"ekovic"}]},
		{"name":"Без организации","comment":"","groups":[{"group_id":%d}]}]}`, firstOrgID, firstGroupID, firstOrgID+1, firstGroupID+1)
	b.createContacts(api.Query{JSON: []byte(batch)})
}
