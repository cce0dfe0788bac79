package vpbx

import "mangoofficesdk/sdk/text"

// tripsOfCompany are the methods of commands, configuration, restrictions, statistics and recordings, by path.
var tripsOfCompany = map[string]trip{
	"/vpbx/account/balance": {
		method: "Balance",
		want:   `"Amount":963592.45,"Currency":"RUB"`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/vpbx/audiofiles": {
		method: "AudioFiles",
		want:   `"id":24,"name":"Приветствие"`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/vpbx/autosecretary/rules": {
		method: "AutosecretaryRules", params: `{"user_id":300049012}`,
		want: `"rule_id":1309,"name":"Отпуск","active":true`,
		bad:  `{}`, code: text.MissingField, field: "user_id", refused: `{"fields":{"user_id":3103},"result":3100}`,
	},
	"/vpbx/autosecretary/status/change": {
		method: "SwitchAutosecretary", params: `{"user_id":300049012,"rule_id":"1310","active":1}`,
		after: `AutosecretaryRules {"user_id":300049012,"rules":[1310]}`, shows: `"rule_id":1310,"name":"Вечер","active":true`,
		bad: `{}`, code: text.MissingField, field: "user_id", refused: `{"fields":{"active":3103,"rule_id":3103,"user_id":3103},"result":3100}`,
	},
	"/vpbx/bwlists/number/add": {
		method: "ListNumber", params: `{"list_type":"white","number":"79161112233","number_type":"tel","comment":"свой"}`,
		after: `IncomingLists`, shows: `"number":"79161112233","comment":"свой"`,
		bad: `{}`, code: text.MissingField, field: "list_type", refused: `{"fields":{"list_type":3103,"number_type":3103},"result":3100}`,
	},
	"/vpbx/bwlists/number/delete": {
		method: "UnlistNumber", params: `{"number_id":10088501}`,
		after: `IncomingLists`, shows: `!10088501`,
		bad: `{}`, code: text.MissingField, field: "number_id", refused: `{"fields":{"number_id":3103},"result":3100}`,
	},
	"/vpbx/bwlists/numbers": {
		method: "IncomingLists",
		want:   `"number_id":10088501,"number":"7900*"`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/vpbx/bwlists/state": {
		method: "ActiveList",
		want:   `["black"]`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/vpbx/commands/call/hangup": {
		method: "Hangup", params: `{"command_id":"c1","call_id":"{call101}"}`, at: "101 Connected",
		told: `{"command_id":"c1","result":1000}`,
		bad:  `{}`, code: text.MissingField, field: "command_id", refused: `{"result":3103}`,
	},
	"/vpbx/commands/call/hold/on": {
		method: "Hold", params: `{"command_id":"c1","call_id":"{call101}","initiator":"101"}`, at: "101 Connected",
		told: `{"command_id":"c1","result":1000}`,
		bad:  `{}`, code: text.MissingField, field: "command_id", refused: `{"result":3103}`,
	},
	"/vpbx/commands/callback": {
		method: "Callback", params: `{"command_id":"c1","from":{"extension":"102"},"to_number":"79160000000"}`,
		told: `{"command_id":"c1","result":1000}`,
		bad:  `{}`, code: text.MissingField, field: "command_id", refused: `{"result":3103}`,
	},
	"/vpbx/commands/callback_group": {
		method: "GroupCallback", params: `{"command_id":"c1","from":"300","to":"79160000000","line_number":"74951234567"}`,
		told: `{"command_id":"c1","result":1000}`,
		bad:  `{}`, code: text.MissingField, field: "command_id", refused: `{"result":3103}`,
	},
	"/vpbx/commands/calls_connect": {
		method: "ConnectCalls", params: `{"command_id":"c1","holded_call_id":"{call101}","transfer_initiator_number":"101","transferred_call_id":"{call102}"}`, before: `Transfer {"command_id":"t","call_id":"{call101}","method":"hold","to_number":"102","initiator":"101"}`, at: "102 Connected",
		told: `{"command_id":"c1","result":1000}`,
		bad:  `{}`, code: text.MissingField, field: "command_id", refused: `{"result":3103}`,
	},
	"/vpbx/commands/play/start": {
		method: "Play", params: `{"command_id":"c1","call_id":"{call}","internal_id":24}`, at: " Appeared",
		told: `{"command_id":"c1","result":1000}`,
		bad:  `{}`, code: text.MissingField, field: "command_id", refused: `{"result":3103}`,
	},
	"/vpbx/commands/recording/start": {
		method: "StartRecording", params: `{"command_id":"c1","call_id":"{call101}","call_party_number":"101"}`, at: "101 Connected", silent: true,
		told: `{"command_id":"c1","result":1000}`,
		bad:  `{}`, code: text.MissingField, field: "command_id", refused: `{"result":3103}`,
	},
	"/vpbx/commands/route": {
		method: "Route", params: `{"command_id":"c1","call_id":"{call101}","to_number":"102"}`, at: "101 Appeared",
		told: `{"command_id":"c1","result":1000}`,
		bad:  `{}`, code: text.MissingField, field: "command_id", refused: `{"result":3103}`,
	},
	"/vpbx/commands/sms": {
		method: "SendSMS", params: `{"command_id":"c1","text":"Здравствуйте","from_extension":"101","to_number":"79161234567"}`,
		told: `{"command_id":"c1","result":1000}`,
		bad:  `{}`, code: text.MissingField, field: "command_id", refused: `{"result":3103}`,
	},
	"/vpbx/commands/transfer": {
		method: "Transfer", params: `{"command_id":"c1","call_id":"{call101}","method":"blind","to_number":"102","initiator":"101"}`, at: "101 Connected",
		told: `{"command_id":"c1","result":1000}`,
		bad:  `{}`, code: text.MissingField, field: "command_id", refused: `{"result":3103}`,
	},
	"/vpbx/commands/transfer_cancel": {
		method: "CancelTransfer", params: `{"command_id":"c1","call_id":"{call101}"}`, before: `Transfer {"command_id":"t","call_id":"{call101}","method":"hold","to_number":"102","initiator":"101"}`, at: "102 Connected",
		told: `{"command_id":"c1","result":1000}`,
		bad:  `{}`, code: text.MissingField, field: "command_id", refused: `{"result":3103}`,
	},
	"/vpbx/config/users/request": {
		method: "Users", params: `{"extension":"102","ext_fields":["general.user_id"]}`,
		want: `"name":"Петров Пётр"`,
		bad:  `{"ext_fields":"general.user_id"}`, code: text.BadField, field: "ext_fields", refused: `{"result":3104}`,
	},
	"/vpbx/domains": {
		method: "Domains",
		want:   `"office.mangosip.ru"`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/vpbx/forwarding/number/add": {
		method: "AddForwarding", params: `{"client_phone_number":"79161234567","client_phone_type":0,"status":1,"forward_type":"group","forward_to_group":{"forward_group_id":10051250}}`,
		after: `ForwardingPage {}`, shows: `"forward_id":10160018,"client_phone_number":"79161234567"`,
		bad: `{}`, code: text.MissingField, field: "client_phone_number", refused: `{"fields":{"client_phone_number":3103,"client_phone_type":3103,"forward_type":3103},"result":3100}`,
	},
	"/vpbx/forwarding/number/change": {
		method: "ChangeForwarding", params: `{"forward_id":10160018,"comment":"иначе"}`, before: `AddForwarding {"client_phone_number":"79161234567","client_phone_type":0,"status":1,"forward_type":"group","forward_to_group":{"forward_group_id":10051250}}`,
		after: `ForwardingPage {}`, shows: `"comment":"иначе"`,
		bad: `{}`, code: text.MissingField, field: "forward_id", refused: `{"fields":{"forward_id":3103},"result":3100}`,
	},
	"/vpbx/forwarding/number/remove": {
		method: "RemoveForwarding", params: `{"forward_id":10160018}`, before: `AddForwarding {"client_phone_number":"79161234567","client_phone_type":0,"status":1,"forward_type":"group","forward_to_group":{"forward_group_id":10051250}}`,
		after: `ForwardingPage {}`, shows: `"total":0`,
		bad: `{}`, code: text.MissingField, field: "forward_id", refused: `{"fields":{"forward_id":3103},"result":3100}`,
	},
	"/vpbx/forwarding/numbers": {
		method: "ForwardingPage", params: `{"limit":10}`, before: `AddForwarding {"client_phone_number":"79161234567","client_phone_type":0,"status":1,"forward_type":"group","forward_to_group":{"forward_group_id":10051250}}`,
		want: `"total":1`,
		bad:  `{"limit":"x"}`, code: text.BadField, field: "limit", refused: `{"fields":{"limit":3104},"result":3100}`,
	},
	"/vpbx/group/create": {
		method: "CreateGroup", params: `{"name":"Склад","extension":"305"}`,
		want: `[10051252]`, after: `Groups {"group_id":10051252}`, shows: `"name":"Склад","description":"","extension":"305"`,
		bad: `{}`, code: text.MissingField, field: "name", refused: `{"fields":{"name":3103},"result":3100}`,
	},
	"/vpbx/group/delete": {
		method: "DeleteGroup", params: `{"group_id":10051251}`,
		after: `Groups {}`, shows: `!10051251`,
		bad: `{}`, code: text.MissingField, field: "group_id", refused: `{"fields":{"group_id":3103},"result":3100}`,
	},
	"/vpbx/group/update": {
		method: "UpdateGroup", params: `{"group_id":10051251,"group":{"name":"Учёт"}}`,
		after: `Groups {"group_id":10051251}`, shows: `"id":10051251,"name":"Учёт"`,
		bad: `{}`, code: text.MissingField, field: "group_id", refused: `{"fields":{"group":3103,"group_id":3103},"result":3100}`,
	},
	"/vpbx/groups": {
		method: "Groups", params: `{"operator_extension":"101"}`,
		want: `"id":10051250,"name":"Отдел продаж"`,
		bad:  `{"group_id":"x"}`, code: text.BadField, field: "group_id", refused: `{"fields":{"group_id":3104},"result":3100}`,
	},
	"/vpbx/incominglines": {
		method: "IncomingLines",
		want:   `"line_id":300029115,"number":"78001234567"`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/vpbx/member/create": {
		method: "CreateMember", params: `{"name":"Новый","access_role_id":10451,"extension":"104"}`,
		want: `[300049015]`, after: `Users {"extension":"104"}`, shows: `"name":"Новый"`,
		bad: `{}`, code: text.MissingField, field: "name", refused: `{"fields":{"access_role_id":3103,"extension":3103,"name":3103},"result":3100}`,
	},
	"/vpbx/member/delete": {
		method: "DeleteMember", params: `{"user_id":300049014}`,
		after: `Users {}`, shows: `!"extension":"103"`,
		bad: `{}`, code: text.MissingField, field: "user_id", refused: `{"fields":{"user_id":3103},"result":3100}`,
	},
	"/vpbx/member/update": {
		method: "UpdateMember", params: `{"user_id":300049014,"position":"Директор"}`,
		after: `Users {"extension":"103"}`, shows: `"position":"Директор"`,
		bad: `{}`, code: text.MissingField, field: "user_id", refused: `{"fields":{"user_id":3103},"result":3100}`,
	},
	"/vpbx/offline_record/recognize": {
		method: "RecogniseAndKeep", params: `{"user_id":300049012,"direction":"IN","to":"74951234567","created":"2026-11-22 11:00:00","member_channel":1,"file":{"name":"talk.wav","base64":"UklGRiQAAABXQVZF"}}`,
		want: `["174249520"]`, after: `Recognitions {"request_ids":["174249520"]}`, shows: `"word":"talk.wav"`, told: `"request_id":174249520,"result":1000`,
		bad: `{}`, code: text.MissingField, field: "user_id", refused: `{"fields":{"created":3103,"direction":3103,"file":3103,"member_channel":3103,"user_id":3103},"result":3100}`,
	},
	"/vpbx/outbound_blacklist/add": {
		method: "BlockNumbers", params: `{"numbers":[{"number":"79161112233","mode":1}]}`,
		after: `BlockedNumbersPage {"numbers":["79161112233"]}`, shows: `"number":"79161112233","description":"","mode":1`,
		bad: `{}`, code: text.MissingField, field: "numbers", refused: `{"result":3103}`,
	},
	"/vpbx/outbound_blacklist/delete": {
		method: "UnblockNumbers", params: `{"numbers":["71234567890"]}`,
		after: `BlockedNumbersPage {}`, shows: `!71234567890`,
		bad: `{}`, code: text.MissingField, field: "numbers", refused: `{"result":3103}`,
	},
	"/vpbx/outbound_blacklist/disable": {
		method: "AllowOutgoing",
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/vpbx/outbound_blacklist/disable_mode": {
		method: "DisableBlockMode", params: `{"number":"71234567890","mode":2}`,
		after: `BlockedNumbersPage {}`, shows: `!71234567890`,
		bad: `{}`, code: text.MissingField, field: "number", refused: `{"result":3103}`,
	},
	"/vpbx/outbound_blacklist/enable": {
		method: "ForbidOutgoing",
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/vpbx/outbound_blacklist/enable_mode": {
		method: "EnableBlockMode", params: `{"number":"71234567890","mode":1}`,
		after: `BlockedNumbersPage {}`, shows: `"mode":3`,
		bad: `{}`, code: text.MissingField, field: "number", refused: `{"result":3103}`,
	},
	"/vpbx/outbound_blacklist/get": {
		method: "BlockedNumbersPage", params: `{"numbers":["71234567890"]}`,
		want: `"number":"71234567890","description":"test","mode":2`,
		bad:  `{"limit":"x"}`, code: text.BadField, field: "limit", refused: `{"result":3104}`,
	},
	"/vpbx/outbound_blacklist/update_description": {
		method: "DescribeBlocked", params: `{"number":"71234567890","description":"иначе"}`,
		after: `BlockedNumbersPage {}`, shows: `"description":"иначе"`,
		bad: `{}`, code: text.MissingField, field: "number", refused: `{"result":3103}`,
	},
	"/vpbx/queries/recording/issa/{recording_id}/{action}": {
		method: "RecordingAccountLink", params: `{"recording_id":"{recording}","action":"play"}`,
		want: `/vpbx/queries/recording/issa/`,
		bad:  `{}`, code: text.MissingField, field: "recording_id", astray: "{recording}", refused: `200 {"result":3320}`,
	},
	"/vpbx/queries/recording/link/{recording_id}/{action}/{vpbx_api_key}/{timestamp}/{sign}": {
		method: "RecordingLink", params: `{"recording_id":"{recording}","action":"play","timestamp":4102444800}`,
		want: `/vpbx/queries/recording/link/`,
		bad:  `{}`, code: text.MissingField, field: "recording_id", astray: "{recording}", refused: "401 ",
	},
	"/vpbx/queries/recording/post": {
		method: "Recording", params: `{"recording_id":"{recording}","action":"download"}`,
		want: `/files/`,
		bad:  `{}`, code: text.MissingField, field: "recording_id", refused: `{"result":3103}`,
	},
	"/vpbx/queries/recording_categories": {
		method: "RecordingCategories", params: `{"recording_id":["{recording}"],"with_names":true}`,
		want: `"recording_id":"{recording}","categories":[{"id":117`,
		bad:  `{}`, code: text.MissingField, field: "recording_id", refused: `{"result":3103}`,
	},
	"/vpbx/queries/recording_transcripts": {
		method: "RecordingTranscripts", params: `{"recording_id":["{recording}"]}`,
		want: `"Text":"Добрый день, меня зовут Иванов Иван"`,
		bad:  `{}`, code: text.MissingField, field: "recording_id", refused: `{"result":3103}`,
	},
	"/vpbx/queries/user_history_by_dct_number": {
		method: "VisitorPages", params: `{"number":"74951112233"}`,
		want: `"url":"https://example.com/prices"`,
		bad:  `{}`, code: text.MissingField, field: "number", refused: `{"result":3103}`,
	},
	"/vpbx/queries/user_info_by_dct_number": {
		method: "Visitor", params: `{"number":"74951112233"}`,
		want: `"uid":"1529061447155"`,
		bad:  `{}`, code: text.MissingField, field: "number", refused: `{"result":3103}`,
	},
	"/vpbx/record/recognize": {
		method: "Recognise", params: `{"file":{"name":"talk.wav","base64":"UklGRiQAAABXQVZF"}}`,
		want: `["174249520"]`, after: `Recognitions {"request_ids":["174249520"]}`, shows: `"word":"talk.wav"`, told: `"request_id":174249520,"result":1000`,
		bad: `{}`, code: text.MissingField, field: "file", refused: `{"fields":{"file":3103},"result":3100}`,
	},
	"/vpbx/roles": {
		method: "Roles",
		want:   `"role_id":10451,"name":"Сотрудник"`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/vpbx/schema/set": {
		method: "SetSchema", params: `{"schema_id":10017302,"line_id":300029115}`,
		after: `Schemas {}`, shows: `"schema_id":10017302,"name":"Нерабочее время","description":"","incominglines":[300029115]`,
		bad: `{}`, code: text.MissingField, field: "schema_id", refused: `{"fields":{"line_id":3135,"schema_id":3103},"result":3100}`,
	},
	"/vpbx/schemas": {
		method: "Schemas", params: `{"ext_fields":["trunks_numbers"]}`,
		want: `"schema_id":10017301,"name":"Рабочее время"`,
		bad:  `{"ext_fields":"x"}`, code: text.BadField, field: "ext_fields", refused: `{"result":3104}`,
	},
	"/vpbx/sip/create": {
		method: "CreateSIP", params: `{"user_id":300049012,"login":"desk","domain":"example.mangosip.ru","password":"Secret123"}`,
		want: `[100111104]`, after: `SIPs`, shows: `"id":100111104,"login":"desk"`,
		bad: `{}`, code: text.MissingField, field: "user_id", refused: `{"fields":{"domain":3103,"login":3103,"password":3103,"user_id":3103},"result":3100}`,
	},
	"/vpbx/sip/delete": {
		method: "DeleteSIP", params: `{"sip_id":100111104}`, before: `CreateSIP {"user_id":300049012,"login":"desk","domain":"example.mangosip.ru","password":"Secret123"}`,
		after: `SIPs`, shows: `!100111104`,
		bad: `{}`, code: text.MissingField, field: "sip_id", refused: `{"fields":{"sip_id":3103},"result":3100}`,
	},
	"/vpbx/sip/update": {
		method: "UpdateSIP", params: `{"sip_id":100111101,"login":"boss","domain":"example.mangosip.ru","password":"Secret123"}`,
		after: `SIPs`, shows: `"id":100111101,"login":"boss"`,
		bad: `{}`, code: text.MissingField, field: "sip_id", refused: `{"fields":{"sip_id":3103},"result":3100}`,
	},
	"/vpbx/sips": {
		method: "SIPs",
		want:   `"id":100111102,"login":"petrov"`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
	"/vpbx/stats/calls/request": {
		method: "OrderCallStatistics", params: `{"start_date":"22.11.2026 00:00:00","end_date":"23.11.2026 23:59:59","limit":10}`,
		want: `"key":`, after: `FetchCallStatistics {"key":"{key}"}`, shows: `"entry_id":"{entry}"`,
		bad: `{}`, code: text.MissingField, field: "start_date", refused: `{"fields":{"end_date":3103,"limit":3103,"offset":3103,"start_date":3103},"result":3100}`,
	},
	"/vpbx/stats/calls/result": {
		method: "FetchCallStatistics", params: `{"key":"{key}"}`, before: `OrderCallStatistics {"start_date":"22.11.2026 00:00:00","end_date":"23.11.2026 23:59:59","limit":10}`,
		want: `"entry_id":"{entry}"`,
		bad:  `{}`, code: text.MissingField, field: "key", refused: `{"result":3103}`,
	},
	"/vpbx/stats/request": {
		method: "OrderStatistics", params: `{"date_from":"1795305600","date_to":"1795392000"}`,
		want: `"key":`, after: `FetchStatistics {"key":"{key}"}`, shows: `"Records":["{recording}"]`,
		bad: `{}`, code: text.MissingField, field: "date_from", refused: `{"result":3103}`,
	},
	"/vpbx/stats/result": {
		method: "FetchStatistics", params: `{"key":"{key}"}`, before: `OrderStatistics {"date_from":"1795305600","date_to":"1795392000"}`,
		want: `"Reason":1110`,
		bad:  `{}`, code: text.MissingField, field: "key", refused: `{"result":3103}`,
	},
	"/vpbx/transcribes/tasks": {
		method: "Recognitions", params: `{"request_ids":["174249520"]}`, before: `Recognise {"file":{"name":"talk.wav","base64":"UklGRiQAAABXQVZF"}}`,
		want: `"request_id":"174249520","status":"ready"`,
		bad:  `{}`, code: text.MissingField, field: "request_ids", refused: `{"fields":{"request_ids":3103},"result":3100}`,
	},
	"/vpbx/trunks/numbers": {
		method: "TrunkNumbers",
		want:   `"trunk_number_id":10004502`,
		bad:    `[]`, code: text.BadJSON, refused: `{"result":3104}`,
	},
}
