package vpbx

import "mangoofficesdk/sdk/text"

// tripsOfClients are the methods of the address book, the contact centre, campaigns and speech, by path.
var tripsOfClients = map[string]trip{
	"/cc/appeals/create-closed-appeals": {
		method: "CreateClosedAppeal", params: `{"channel_type":1,"direction":0,"entry_point":"74951234567","create":"1795338000","end":"1795338060","result":1}`,
		want: `14136224`, told: `"entry_point":"74951234567"`,
		bad: `{}`, code: text.MissingField, field: "channel_type", refused: `{"fields":{"channel_type":3103,"create":3103,"direction":3103,"entry_point":3103,"result":3103},"result":3100}`,
	},
	"/cc/deal/create": {
		method: "CreateDeal", params: `{"contact_id":12761801,"name":"Новая","abonent_id":300049012,"funnel_id":252,"step_id":1811}`,
		want: `232766`, after: `Deal {"deal_id":232766}`, shows: `"name":"Новая","abonent_id":300049012`,
		bad: `{}`, code: text.MissingField, field: "contact_id", refused: `{"fields":{"abonent_id":3103,"contact_id":3103,"funnel_id":3103,"name":3103,"step_id":3103},"result":3100}`,
	},
	"/cc/deal/custom_fields.list": {
		method: "DealCustomFields",
		want:   `"custom_type_id":895,"type":"enum","name":"Источник"`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/cc/deal/documents.add": {
		method: "AddDealDocument", params: `{"deal_id":232765,"abonent_id":300049012,"file":{"name":"a.pdf","base64":"JVBERg=="}}`,
		want: `51001`, after: `DealDocuments {"deal_id":232765}`, shows: `"create":"2026-11-22T13:00:00Z","abonent_id":300049012,"file_id":51001,"blob_name":"a.pdf"`,
		bad: `{}`, code: text.MissingField, field: "deal_id", refused: `{"fields":{"abonent_id":3135,"file":3103},"result":3100}`,
	},
	"/cc/deal/documents.list": {
		method: "DealDocuments", params: `{"deal_id":232765}`, before: `AddDealDocument {"deal_id":232765,"abonent_id":300049012,"file":{"name":"a.pdf","base64":"JVBERg=="}}`,
		want: `"file_id":51001,"blob_name":"a.pdf"`,
		bad:  `{}`, code: text.MissingField, field: "deal_id", refused: `{"fields":{"deal_id":3103},"result":3100}`,
	},
	"/cc/deal/funnels.list": {
		method: "Funnels",
		want:   `"sales_funnel_id":252,"name":"Продажи"`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/cc/deal/get": {
		method: "Deal", params: `{"deal_id":232765}`,
		want: `"deal_id":232765,"name":"Сделка 124"`,
		bad:  `{}`, code: text.MissingField, field: "deal_id", refused: `{"fields":{"deal_id":3103},"result":3100}`,
	},
	"/cc/deal/list": {
		method: "Deals", params: `{"status":"in_work"}`,
		want: `"deal_id":232765,"name":"Сделка 124"`,
		bad:  `{}`, code: text.MissingField, field: "status", refused: `{"fields":{"status":3103},"result":3100}`,
	},
	"/cc/deal/update": {
		method: "UpdateDeal", params: `{"deal_id":232765,"contact_id":12761801,"name":"Иначе","abonent_id":300049012,"funnel_id":252,"step_id":1812}`,
		after: `Deal {"deal_id":232765}`, shows: `"name":"Иначе"`,
		bad: `{}`, code: text.MissingField, field: "deal_id", refused: `{"fields":{"deal_id":3103},"result":3100}`,
	},
	"/cc/event_message_read": {
		method: "MessageRead", params: `{"channelId":885,"userId":"u1","time":1795338000000,"serverMessageId":"435594321659769153"}`, before: `SendChatMessage {"channelId":885,"userId":"u1","messageId":"m1","firstName":"Анна","lastName":"К","type":"text","content":"Здравствуйте"}`,
		bad: `{}`, code: text.MissingField, field: "channelId", refused: `{"fields":{"channelId":3103,"serverMessageId":3103,"time":3103,"userId":3103},"result":3100}`,
	},
	"/cc/event_message_received": {
		method: "MessageReceived", params: `{"channelId":885,"userId":"u1","time":1795338000000,"serverMessageId":"435594321659769153"}`, before: `SendChatMessage {"channelId":885,"userId":"u1","messageId":"m1","firstName":"Анна","lastName":"К","type":"text","content":"Здравствуйте"}`,
		bad: `{}`, code: text.MissingField, field: "channelId", refused: `{"fields":{"channelId":3103,"serverMessageId":3103,"time":3103,"userId":3103},"result":3100}`,
	},
	"/cc/get_chat_history": {
		method: "ChatHistory", params: `{"channelId":885,"userId":"u1"}`, before: `SendChatMessage {"channelId":885,"userId":"u1","messageId":"m1","firstName":"Анна","lastName":"К","type":"text","content":"Здравствуйте"}`,
		want: `"messageId":"m1","isClientMessage":true`,
		bad:  `{}`, code: text.MissingField, field: "channelId", refused: `{"fields":{"channelId":3103,"userId":3103},"result":3100}`,
	},
	"/cc/get_presence": {
		method: "Presence", params: `{"abonent_id":300049013}`,
		want: `"uname":"sip:petrov@example.mangosip.ru"`,
		bad:  `{"abonent_id":"x"}`, code: text.BadField, field: "abonent_id", refused: `{"fields":{"abonent_id":3104},"result":3100}`,
	},
	"/cc/get_statuses": {
		method: "OperatorStatuses",
		want:   `"id":2,"name":"Не беспокоить"`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/cc/send_message": {
		method: "SendChatMessage", params: `{"channelId":885,"userId":"u1","messageId":"m1","firstName":"Анна","lastName":"К","type":"text","content":"Здравствуйте"}`,
		want: `["m1"]`, after: `ChatHistory {"channelId":885,"userId":"u1"}`, shows: `"payload":{"body":"Здравствуйте"}`, told: `"type":"notifyMessageRead","userId":"u1"`,
		bad: `{}`, code: text.MissingField, field: "channelId", refused: `{"fields":{"channelId":3103,"userId":3103},"result":3100}`,
	},
	"/cc/set_abonent_status": {
		method: "SetOperatorStatus", params: `{"abonent_id":300049012,"status":2}`, before: `SetSessionStatus {"abonent_id":300049012,"status":1}`,
		after: `Presence {"abonent_id":300049012}`, shows: `"uname":"","status":2`,
		bad: `{}`, code: text.MissingField, field: "abonent_id", refused: `{"fields":{"abonent_id":3103,"status":3135},"result":3100}`,
	},
	"/cc/set_session_status": {
		method: "SetSessionStatus", params: `{"abonent_id":300049012,"status":1}`,
		want: `"session":"session1"`, after: `Presence {"abonent_id":300049012}`, shows: `"uname":"","status":1`,
		bad: `{}`, code: text.MissingField, field: "abonent_id", refused: `{"fields":{"abonent_id":3103,"status":3135},"result":3100}`,
	},
	"/cc/task/add": {
		method: "AddTask", params: `{"event_type":1,"start_time":"2026-12-01 10:00:00","duration":30,"to_user_id":300049013,"theme":"Счёт"}`,
		want: `"task_id":45595`, after: `Task {"task_id":45595}`, shows: `"start_time":"2026-12-01T07:00:00Z","duration":30`,
		bad: `{}`, code: text.MissingField, field: "event_type", refused: `{"fields":{"event_type":3103,"start_time":3103,"to_user_id":3103},"result":3100}`,
	},
	"/cc/task/cancel": {
		method: "CancelTasks", params: `{"task_id":[45594]}`,
		want: `"task_id":45594,"result":1000`, after: `Task {"task_id":45594}`, shows: `"status":2`,
		bad: `{}`, code: text.MissingField, field: "task_id", refused: `{"fields":{"task_id":3103},"result":3100}`,
	},
	"/cc/task/done": {
		method: "CompleteTasks", params: `{"task_id":[45594]}`,
		want: `"task_id":45594,"result":1000`, after: `Task {"task_id":45594}`, shows: `"status":1`,
		bad: `{}`, code: text.MissingField, field: "task_id", refused: `{"fields":{"task_id":3103},"result":3100}`,
	},
	"/cc/task/get": {
		method: "Task", params: `{"task_id":45594}`,
		want: `"task_id":45594,"status":0`,
		bad:  `{}`, code: text.MissingField, field: "task_id", refused: `{"fields":{"task_id":3103},"result":3100}`,
	},
	"/cc/task/list": {
		method: "Tasks", params: `{"to_user_id":[300049012]}`,
		want: `"task_id":45594,"status":0`,
		bad:  `{"limit":"x"}`, code: text.BadField, field: "limit", refused: `{"fields":{"limit":3104},"result":3100}`,
	},
	"/cc/task/update": {
		method: "UpdateTask", params: `{"task_id":45594,"status":1,"event_type":2,"start_time":"2026-12-01 10:00:00","duration":45,"to_user_id":300049012}`,
		want: `"task_id":45594`, after: `Task {"task_id":45594}`, shows: `"duration":45`,
		bad: `{}`, code: text.MissingField, field: "task_id", refused: `{"fields":{"task_id":3103},"result":3100}`,
	},
	"/cc/user_typing": {
		method: "UserTyping", params: `{"channelId":885,"userId":"u1","typing":true}`,
		bad: `{}`, code: text.MissingField, field: "channelId", refused: `{"fields":{"channelId":3103,"typing":3103,"userId":3103},"result":3100}`,
	},
	"/s2t/queries/ai_agents": {
		method: "Assistants", params: `{"product_id":"300022532"}`,
		want: `"id":31,"name":"Оценка разговора"`,
		bad:  `{}`, code: text.MissingField, field: "product_id", refused: `{"error":["The X-Product-Id header is required."],"result":3000}`,
	},
	"/s2t/queries/recording_agents": {
		method: "Findings", params: `{"point_id":"10006434","communication_id":["{entry}"]}`,
		want: `"recording_id":"{recording}","assistant_id":31`,
		bad:  `{}`, code: text.MissingField, field: "point_id", refused: `{"error":["The X-Point-Id header is required."],"result":3000}`,
	},
	"/s2t/queries/recording_summary": {
		method: "ConversationSummaries", params: `{"communication_id":["{entry}"]}`,
		want: `"communication_id":"{entry}"`,
		bad:  `{}`, code: text.MissingField, field: "communication_id", refused: `{"error":["The communication id field is required."],"result":3000}`,
	},
	"/s2t/queries/records": {
		method: "ConversationPage", params: `{"date_from":"2026-11-22","date_to":"2026-11-23"}`,
		want: `"communication_id":"{entry}"`,
		bad:  `{}`, code: text.MissingField, field: "date_from", refused: `{"error":["The date from field is required in the format Y-m-d."],"result":3000}`,
	},
	"/vpbx/ab/contact": {
		method: "Contact", params: `{"contact_id":"12761801"}`,
		want: `"phone_num":"79161234567"`,
		bad:  `{}`, code: text.MissingField, field: "contact_id", refused: `{"result":3103}`,
	},
	"/vpbx/ab/contact/cursor": {
		method: "ContactsCursor", params: `{"cursor":"{cursor}","mode":"last-page"}`, before: `ContactsInit {"limit_rows":10}`,
		want: `"total_rows":3`,
		bad:  `{}`, code: text.MissingField, field: "cursor", refused: `{"result":3103}`,
	},
	"/vpbx/ab/contact/init": {
		method: "ContactsInit", params: `{"query":"Ветров"}`,
		want: `"total_rows":1`,
		bad:  `{"limit_rows":"x"}`, code: text.BadField, field: "limit_rows", refused: `{"result":3104}`,
	},
	"/vpbx/ab/contacts/create": {
		method: "CreateContacts", params: `{"data":[{"name":"Новый Контакт","phones":[{"phone":"79160000001"}]}]}`,
		want: `"contact_id":"12761811","type":0,"name":"Новый Контакт"`, after: `ContactsInit {"query":"Новый"}`, shows: `"phone_num":"79160000001"`,
		bad: `{}`, code: text.MissingField, field: "data", refused: `{"result":3103}`,
	},
	"/vpbx/ab/contacts/delete": {
		method: "DeleteContacts", params: `{"data":["12761801"]}`,
		after: `ContactsInit {}`, shows: `!12761801`,
		bad: `{}`, code: text.MissingField, field: "data", refused: `{"result":3103}`,
	},
	"/vpbx/ab/contacts/update": {
		method: "UpdateContacts", params: `{"data":[{"contact_id":"12761801","name":"Ветров В. В."}]}`,
		want: `"Code":1000`, after: `Contact {"contact_id":"12761801"}`, shows: `"name":"Ветров В. В."`,
		bad: `{}`, code: text.MissingField, field: "data", refused: `{"result":3103}`,
	},
	"/vpbx/ab/custom_fields": {
		method: "CustomFields",
		want:   `"custom_field_id":3237,"type":1,"order":2,"name":"ИНН"`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/vpbx/ab/group": {
		method: "ContactGroup", params: `{"group_id":"10433501"}`,
		want: `"group_name":"Клиенты"`,
		bad:  `{}`, code: text.MissingField, field: "group_id", refused: `{"result":3103}`,
	},
	"/vpbx/ab/groups/create": {
		method: "CreateContactGroups", params: `{"data":[{"group_name":"Партнёры"}]}`,
		want: `"group_id":"10433503"`, after: `ContactGroupsInit {}`, shows: `"group_name":"Партнёры"`, told: `/events/ab/groups {"action":"new"`,
		bad: `{}`, code: text.MissingField, field: "data", refused: `{"result":3103}`,
	},
	"/vpbx/ab/groups/cursor": {
		method: "ContactGroupsCursor", params: `{"cursor":"{cursor}","mode":"first-page"}`, before: `ContactGroupsInit {}`,
		want: `"group_name":"Поставщики"`,
		bad:  `{}`, code: text.MissingField, field: "cursor", refused: `{"result":3103}`,
	},
	"/vpbx/ab/groups/delete": {
		method: "DeleteContactGroups", params: `{"data":["10433501"]}`,
		after: `ContactGroupsInit {}`, shows: `!10433501`,
		bad: `{}`, code: text.MissingField, field: "data", refused: `{"result":3103}`,
	},
	"/vpbx/ab/groups/init": {
		method: "ContactGroupsInit", params: `{"query":"Пост"}`,
		want: `"total_rows":1`,
		bad:  `{"limit_rows":"x"}`, code: text.BadField, field: "limit_rows", refused: `{"result":3104}`,
	},
	"/vpbx/ab/groups/update": {
		method: "UpdateContactGroups", params: `{"data":[{"group_id":"10433501","group_name":"Покупатели"}]}`,
		want: `"Code":1000`, after: `ContactGroup {"group_id":"10433501"}`, shows: `"group_name":"Покупатели"`,
		bad: `{}`, code: text.MissingField, field: "data", refused: `{"result":3103}`,
	},
	"/vpbx/ab/organization": {
		method: "Organization", params: `{"org_id":"10433117"}`,
		want: `"org_name":"ООО «Ромашка»"`,
		bad:  `{}`, code: text.MissingField, field: "org_id", refused: `{"result":3103}`,
	},
	"/vpbx/ab/organizations/create": {
		method: "CreateOrganizations", params: `{"data":[{"org_name":"ЗАО «Лютик»"}]}`,
		want: `"org_id":"10433119"`, after: `OrganizationsInit {}`, shows: `"org_name":"ЗАО «Лютик»"`,
		bad: `{}`, code: text.MissingField, field: "data", refused: `{"result":3103}`,
	},
	"/vpbx/ab/organizations/cursor": {
		method: "OrganizationsCursor", params: `{"cursor":"{cursor}","mode":"first-page"}`, before: `OrganizationsInit {}`,
		want: `"org_name":"Edem Inc."`,
		bad:  `{}`, code: text.MissingField, field: "cursor", refused: `{"result":3103}`,
	},
	"/vpbx/ab/organizations/delete": {
		method: "DeleteOrganizations", params: `{"data":["10433118"]}`,
		after: `OrganizationsInit {}`, shows: `!10433118`,
		bad: `{}`, code: text.MissingField, field: "data", refused: `{"result":3103}`,
	},
	"/vpbx/ab/organizations/init": {
		method: "OrganizationsInit", params: `{"query":"Edem"}`,
		want: `"total_rows":1`,
		bad:  `{"limit_rows":"x"}`, code: text.BadField, field: "limit_rows", refused: `{"result":3104}`,
	},
	"/vpbx/ab/organizations/update": {
		method: "UpdateOrganizations", params: `{"data":[{"org_id":"10433118","org_name":"Edem Ltd."}]}`,
		want: `"Code":1000`, after: `Organization {"org_id":"10433118"}`, shows: `"org_name":"Edem Ltd."`,
		bad: `{}`, code: text.MissingField, field: "data", refused: `{"result":3103}`,
	},
	"/vpbx/campaign": {
		method: "Campaign", params: `{"campaign_id":17775,"need_tasks":true}`,
		want: `"task_id":11227830,"name":"Ветров Виктор","status":4`,
		bad:  `{}`, code: text.MissingField, field: "campaign_id", refused: `{"fields":{"campaign_id":3103},"result":3100}`,
	},
	"/vpbx/campaign-report/create": {
		method: "CampaignReport", params: `{"campaign_id":17775}`,
		want: `"attempt_id":50210001,"name":"Ветров Виктор"`,
		bad:  `{}`, code: text.MissingField, field: "campaign_id", refused: `{"fields":{"campaign_id":3103},"result":3100}`,
	},
	"/vpbx/campaign/add": {
		method: "AddCampaign", params: `{"line_id":300029114,"name":"Новая","schedule":[{"weekday":1,"start":"09:00","end":"18:00"}]}`,
		want: `[17777]`, after: `Campaign {"campaign_id":17777}`, shows: `"campaign_id":17777,"line_id":300029114,"name":"Новая"`,
		bad: `{}`, code: text.MissingField, field: "line_id", refused: `{"fields":{"line_id":3103,"name":3103,"schedule":3103},"result":3100}`,
	},
	"/vpbx/campaign/delete": {
		method: "DeleteCampaign", params: `{"campaign_id":17776}`,
		want: `[0]`, after: `Campaigns`, shows: `!17776`,
		bad: `{}`, code: text.MissingField, field: "campaign_id", refused: `{"fields":{"campaign_id":3103},"result":3100}`,
	},
	"/vpbx/campaign/list": {
		method: "Campaigns",
		want:   `"campaign_id":17776`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/vpbx/campaign/start": {
		method: "StartCampaign", params: `{"campaign_id":17776}`,
		want: `[2]`, after: `Campaign {"campaign_id":17776}`, shows: `"status":2`,
		bad: `{}`, code: text.MissingField, field: "campaign_id", refused: `{"fields":{"campaign_id":3103},"result":3100}`,
	},
	"/vpbx/campaign/stop": {
		method: "StopCampaign", params: `{"campaign_id":17776}`, before: `StartCampaign {"campaign_id":17776}`,
		want: `[0]`, after: `Campaign {"campaign_id":17776}`, shows: `"status":0`,
		bad: `{}`, code: text.MissingField, field: "campaign_id", refused: `{"fields":{"campaign_id":3103},"result":3100}`,
	},
	"/vpbx/campaign/update": {
		method: "UpdateCampaign", params: `{"campaign_id":17776,"line_id":300029114,"name":"Иначе"}`,
		after: `Campaign {"campaign_id":17776}`, shows: `"name":"Иначе"`,
		bad: `{}`, code: text.MissingField, field: "campaign_id", refused: `{"fields":{"campaign_id":3103},"result":3100}`,
	},
	"/vpbx/cc/call": {
		method: "CallData", params: `{"entry_id":"NTAwOTY2NDQwNw=="}`,
		want: `"conversion_id":14136001`,
		bad:  `{}`, code: text.MissingField, field: "entry_id", refused: `{"fields":{"entry_id":3103},"result":3100}`,
	},
	"/vpbx/cc/tags": {
		method: "Tags",
		want:   `"id":502,"parent":501,"name":"Заказ"`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/vpbx/custom-type/list": {
		method: "CampaignFields",
		want:   `"id":5782,"order":2,"name":"Сумма долга","field_type":"money"`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/vpbx/quality/control/question": {
		method: "QualityQuestion", params: `{"question_id":"3092"}`,
		want: `"id":3092`,
		bad:  `{}`, code: text.MissingField, field: "question_id", refused: `{"fields":{"question_id":3103},"result":3100}`,
	},
	"/vpbx/script": {
		method: "Script", params: `{"entry_id":"1121"}`,
		want: `"id":1121`,
		bad:  `{}`, code: text.MissingField, field: "entry_id", refused: `{"fields":{"entry_id":3103},"result":3100}`,
	},
	"/vpbx/task": {
		method: "CampaignTask", params: `{"task_id":{task_id}}`, before: `CampaignTasks {"campaign_ids":[17775]}`,
		want: `"campaign_task_id":11227830,"campaign_id":17775`,
		bad:  `{}`, code: text.MissingField, field: "task_id", refused: `{"fields":{"task_id":3103},"result":3100}`,
	},
	"/vpbx/task/add": {
		method: "AddCampaignTask", params: `{"campaign_id":17776,"number":"79160000002","name":"Ещё"}`,
		want: `[11227833]`, after: `CampaignTasks {"campaign_ids":[17776]}`, shows: `"task_id":11227833,"name":"Ещё"`,
		bad: `{}`, code: text.MissingField, field: "campaign_id", refused: `{"fields":{"campaign_id":3103},"result":3100}`,
	},
	"/vpbx/task/delete": {
		method: "DeleteCampaignTask", params: `{"campaign_id":17776,"task_id":{task_id}}`, before: `CampaignTasks {"campaign_ids":[17776]}`,
		after: `CampaignTasks {"campaign_ids":[17776]}`, shows: `!11227832`,
		bad: `{}`, code: text.MissingField, field: "campaign_id", refused: `{"fields":{"campaign_id":3103},"result":3100}`,
	},
	"/vpbx/task/start": {
		method: "StartCampaignTask", params: `{"campaign_id":17776,"task_id":{task_id}}`, before: `CampaignTasks {"campaign_ids":[17776]}; StopCampaignTask {"campaign_id":17776,"task_id":{task_id}}`,
		after: `CampaignTasks {"campaign_ids":[17776]}`, shows: `"task_status":1`,
		bad: `{}`, code: text.MissingField, field: "campaign_id", refused: `{"fields":{"campaign_id":3103},"result":3100}`,
	},
	"/vpbx/task/stop": {
		method: "StopCampaignTask", params: `{"campaign_id":17776,"task_id":{task_id}}`, before: `CampaignTasks {"campaign_ids":[17776]}`,
		after: `CampaignTasks {"campaign_ids":[17776]}`, shows: `"task_status":0`,
		bad: `{}`, code: text.MissingField, field: "campaign_id", refused: `{"fields":{"campaign_id":3103},"result":3100}`,
	},
	"/vpbx/task/update": {
		method: "UpdateCampaignTask", params: `{"campaign_id":17776,"task_id":{task_id},"name":"Иначе"}`, before: `CampaignTasks {"campaign_ids":[17776]}`,
		after: `CampaignTasks {"campaign_ids":[17776]}`, shows: `"name":"Иначе"`,
		bad: `{}`, code: text.MissingField, field: "campaign_id", refused: `{"fields":{"campaign_id":3103},"result":3100}`,
	},
	"/vpbx/tasks/finished": {
		method: "FinishedCampaignTasks", params: `{"campaign_id":17775,"start_date":"2026-11-22 11:00:00","end_date":"2026-11-22 13:00:00"}`,
		want: `"campaign_task_id":11227831`,
		bad:  `{}`, code: text.MissingField, field: "campaign_id", refused: `{"fields":{"campaign_id":3103},"result":3100}`,
	},
	"/vpbx/tasks/push": {
		method: "PushCampaignTasks", params: `{"campaign_id":17776,"tasks":[{"number":"79160000003","name":"Третий"}]}`,
		after: `CampaignTasks {"campaign_ids":[17776]}`, shows: `"name":"Третий"`,
		bad: `{}`, code: text.MissingField, field: "campaign_id", refused: `{"fields":{"campaign_id":3103},"result":3100}`,
	},
	"/vpbx/tasks/reset": {
		method: "ResetCampaignTasks", params: `{"campaign_id":17776,"task_ids":[{task_id}]}`, before: `CampaignTasks {"campaign_ids":[17776]}; StopCampaignTask {"campaign_id":17776,"task_id":{task_id}}`,
		after: `CampaignTasks {"campaign_ids":[17776]}`, shows: `"task_status":1`,
		bad: `{}`, code: text.MissingField, field: "campaign_id", refused: `{"fields":{"campaign_id":3103},"result":3100}`,
	},
	"/vpbx/v2/campaign/tasks": {
		method: "CampaignTasks", params: `{"campaign_ids":[17775]}`,
		want: `"task_id":11227831,"name":"Евгеньев Евгений"`,
		bad:  `{}`, code: text.MissingField, field: "campaign_ids", refused: `{"fields":{"campaign_ids":3103},"result":3100}`,
	},
}
