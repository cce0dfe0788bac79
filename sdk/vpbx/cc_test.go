package vpbx_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

var (
	taskStart  = vpbx.MoscowISO{Time: time.Date(2099, 10, 1, 4, 30, 0, 0, time.UTC)}
	taskFields = vpbx.TaskFields{EventType: 1, StartTime: taskStart, Duration: 15, ToUserID: 10068242}
	fullTask   = vpbx.TaskFields{
		EventType: 1, StartTime: taskStart, Duration: 1439, Priority: 2, ContactID: 19451232, SourceID: new(int64(0)), SourceType: "vpbx",
		FromUserID: 10068242, ToUserID: 10068243, Description: strings.Repeat("Ж", 1024), IsAutoCall: new(true), Phone: "79000000001",
		Theme: strings.Repeat("Ж", 50), DealID: 233226,
	}
	dealFields = vpbx.DealFields{ContactID: 19449565, Name: "Deal", AbonentID: 10088910, FunnelID: 252, StepID: 1813}
	chatClient = vpbx.ChatClient{ChannelID: 40771, UserID: "client-1"}
	appeal     = vpbx.CreateClosedAppealRequest{
		ChannelType: new(0), Direction: new(1), EntryPoint: "bot", Created: vpbx.UnixText{Time: time.Unix(1642667259, 0)}, Result: 1,
	}
)

func contactCentre() map[string]trial {
	rows := contactCentreCalls()
	for name, row := range map[string]trial{
		"add task": {
			answered((*vpbx.Client).AddTask, vpbx.AddTaskRequest{TaskFields: taskFields}), "/cc/task/add",
			`{"event_type":1,"start_time":"2099-10-01 07:30:00","duration":15,"to_user_id":10068242}`,
			"cc-task-add", vpbx.TaskIDs{TaskID: 45595, AutoCallTaskID: 11024550},
		},
		"add task, all": {
			answered((*vpbx.Client).AddTask, vpbx.AddTaskRequest{TaskFields: fullTask}), "/cc/task/add",
			`{"event_type":1,"start_time":"2099-10-01 07:30:00","duration":1439,"priority":2,"contact_id":19451232,"source_id":0,"source_type":"vpbx",` +
				`"from_user_id":10068242,"to_user_id":10068243,"description":"` + strings.Repeat("Ж", 1024) + `","is_auto_call":true,"phone":"79000000001",` +
				`"theme":"` + strings.Repeat("Ж", 50) + `","deal_id":233226}`,
			"cc-task-add", vpbx.TaskIDs{TaskID: 45595, AutoCallTaskID: 11024550},
		},
		"update task": {
			answered((*vpbx.Client).UpdateTask, vpbx.UpdateTaskRequest{TaskID: 45594, Status: new(0), TaskFields: taskFields}), "/cc/task/update",
			`{"task_id":45594,"status":0,"event_type":1,"start_time":"2099-10-01 07:30:00","duration":15,"to_user_id":10068242}`,
			"cc-task-update", vpbx.TaskIDs{TaskID: 45594},
		},
		"task": {
			answered((*vpbx.Client).Task, vpbx.TaskRequest{TaskID: 45594}), "/cc/task/get", `{"task_id":45594}`, "cc-task-get",
			vpbx.Task{
				TaskID: 45594, Status: 1, EventType: 1, StartTime: utc(2021, 10, 1, 4, 30, 0), Duration: 1400, Priority: 1, ContactID: 19451232,
				SourceType: "vpbx", FromUserID: 10068242, ToUserID: 10068242, DealID: 233226, Description: "Order 17", Phone: "+79000000001",
				IsAutoCall: true, Theme: "Orders",
			},
		},
		"tasks": {
			answered((*vpbx.Client).Tasks, vpbx.TasksRequest{
				Limit: 500, Offset: 1, TaskID: []int64{45594, 45374}, StartTime: taskStart, Status: []int{0, 1}, EventType: []int{1, 4},
				ContactID: []int64{19451232}, Priority: []int{2}, FromUserID: []int64{10068242}, ToUserID: []int64{10068243},
			}), "/cc/task/list",
			`{"limit":500,"offset":1,"task_id":[45594,45374],"start_time":"2099-10-01 07:30:00","status":[0,1],"event_type":[1,4],` +
				`"contact_id":[19451232],"priority":[2],"from_user_id":[10068242],"to_user_id":[10068243]}`,
			"cc-task-list",
			[]vpbx.Task{
				{
					TaskID: 45594, Status: 1, EventType: 1, StartTime: utc(2021, 10, 1, 4, 30, 0), Duration: 23, Priority: 2, ContactID: 19451232,
					SourceType: "vpbx", FromUserID: 10068242, ToUserID: 10068243, DealID: 233226, Description: "Call back", Phone: "+79000000001",
					IsAutoCall: true, Theme: "Orders",
				},
				{TaskID: 45374, EventType: 4, StartTime: utc(2021, 10, 1, 4, 30, 0), Duration: 15, FromUserID: 10081428, ToUserID: 10081428},
			},
		},
		"complete tasks": {
			answered((*vpbx.Client).CompleteTasks, vpbx.TaskIDsRequest{TaskID: []int64{45594, 45584}}), "/cc/task/done", `{"task_id":[45594,45584]}`,
			"cc-task-done", []vpbx.TaskOutcome{{TaskID: 45594, Code: 5000}, {TaskID: 45584, Code: 1000}},
		},
		"cancel tasks": {
			answered((*vpbx.Client).CancelTasks, vpbx.TaskIDsRequest{TaskID: []int64{45374}}), "/cc/task/cancel", `{"task_id":[45374]}`,
			"cc-task-cancel", []vpbx.TaskOutcome{{TaskID: 45374, Code: 1000}},
		},
		"open a session": {
			answered((*vpbx.Client).SetSessionStatus, vpbx.SetSessionStatusRequest{
				AbonentID: 56789, NewStatus: vpbx.NewStatus{StatusAlias: "qwe123"}, TTL: 120, Device: "desk-7", IP: "192.0.2.7", Version: "1.1", Poss: []int{1, 2},
			}), "/cc/set_session_status",
			`{"abonent_id":56789,"status_alias":"qwe123","ttl":120,"device":"desk-7","ip":"192.0.2.7","version":"1.1","poss":[1,2]}`,
			"cc-set_session_status", vpbx.OperatorSession{Session: "dfakjyggfkjhadsf", TTL: 119},
		},
		"close a session": {
			answered((*vpbx.Client).SetSessionStatus, vpbx.SetSessionStatusRequest{
				Session: "s1", AbonentID: 56789, NewStatus: vpbx.NewStatus{Status: vpbx.OperatorOffline},
			}), "/cc/set_session_status", `{"session":"s1","abonent_id":56789,"status":4}`,
			"cc-set_session_status", vpbx.OperatorSession{Session: "dfakjyggfkjhadsf", TTL: 119},
		},
		"operator's status": {
			ordered((*vpbx.Client).SetOperatorStatus, vpbx.SetOperatorStatusRequest{AbonentID: 56789, NewStatus: vpbx.NewStatus{Status: 107, StatusAlias: "lunch"}}),
			"/cc/set_abonent_status", `{"abonent_id":56789,"status":107,"status_alias":"lunch"}`, "", nil,
		},
		"presence": {
			answered((*vpbx.Client).Presence, vpbx.PresenceRequest{AbonentID: 56789, SessionTypes: []string{"sip", "cc"}}), "/cc/get_presence",
			`{"abonent_id":56789,"session_types":["sip","cc"]}`, "cc-get_presence",
			[]vpbx.Presence{{
				AbonentID: 56789, UsedUACType: []string{"softphone"},
				SIP:   []vpbx.PresenceSession{{UAC: "Phone 1.0", IP: "192.0.2.7", Timestamp: utc(2021, 10, 1, 4, 30, 0), Poss: []int{1}, UName: "sip101"}},
				CC:    []vpbx.PresenceSession{{UAC: "Panel", IP: "192.0.2.8", Timestamp: utc(2021, 10, 1, 4, 30, 0), Poss: []int{1, 2}, Status: 2, Device: "desk-7"}},
				Calls: []json.RawMessage{json.RawMessage(`{"anything":1}`)},
			}},
		},
		"statuses": {
			read((*vpbx.Client).OperatorStatuses), "/cc/get_statuses", `{}`, "cc-get_statuses",
			[]vpbx.OperatorStatus{
				{ID: 1, Name: "Online", Color: "#999999", Order: 1, Description: "desc"},
				{ID: 107, Name: "Lunch", Color: "#222222", Parent: 3, PointID: 10000006, Deleted: true, Order: 600, StatusAlias: "lunch"},
			},
		},
		"create deal": {
			answered((*vpbx.Client).CreateDeal, vpbx.CreateDealRequest{DealFields: vpbx.DealFields{
				ContactID: 19460060, Name: "Deal 25", Description: "A description", Amount: new(990.5), AbonentID: 10068839, FunnelID: 148, StepID: 1404,
				CustomFields: map[string]any{"712": "35", "705": 25, "702": map[string]any{"895": "1"}}, Status: "failed",
				StatusChangeReason: "competitor", ReasonComment: "Faster",
			}, CreateDate: taskStart}), "/cc/deal/create",
			`{"contact_id":19460060,"name":"Deal 25","description":"A description","amount":990.5,"abonent_id":10068839,"funnel_id":148,"step_id":1404,` +
				`"custom_fields":{"702":{"895":"1"},"705":25,"712":"35"},"status":"failed","status_change_reason":"competitor","reason_comment":"Faster",` +
				`"create_date":"2099-10-01 07:30:00"}`,
			"cc-deal-create", int64(233140),
		},
		"update deal": {
			ordered((*vpbx.Client).UpdateDeal, vpbx.UpdateDealRequest{DealID: 232765, DealFields: dealFields}), "/cc/deal/update",
			`{"deal_id":232765,"contact_id":19449565,"name":"Deal","abonent_id":10088910,"funnel_id":252,"step_id":1813}`, "", nil,
		},
		"deal": {
			answered((*vpbx.Client).Deal, vpbx.DealRequest{DealID: 232765}), "/cc/deal/get", `{"deal_id":232765}`, "cc-deal-get",
			vpbx.Deal{
				DealID: 232765, Name: "Deal 124", AbonentID: 10085451, Description: "A description", Amount: 9990.5, Status: "failed", ReasonComment: "Too much",
				ContactID: 19449565, StepID: 1813, FunnelID: 252, StatusChangeReason: "too_expensive",
			},
		},
		"deals": {
			answered((*vpbx.Client).Deals, vpbx.DealsRequest{
				FromDate: vpbx.Date{Time: utc(2021, 8, 1, 0, 0, 0)}, UntilDate: vpbx.Date{Time: utc(2021, 8, 14, 0, 0, 0)},
				AbonentIDs: []int64{10068839}, ContactID: 19460060, Status: "in_work",
			}), "/cc/deal/list",
			`{"from_date":"2021-08-01","until_date":"2021-08-14","abonent_ids":[10068839],"contact_id":19460060,"status":"in_work"}`, "cc-deal-list",
			[]vpbx.Deal{
				{DealID: 233018, Name: "Deal", AbonentID: 10068839, Amount: 123, Status: "in_work", ContactID: 19457233, StepID: 1403, FunnelID: 148},
				{
					DealID: 233072, Name: "Deal 2", AbonentID: 10068839, Description: "<html>", Status: "failed", ContactID: 19460060, StepID: 1407, FunnelID: 148,
					CustomFields:       map[string]any{"702": map[string]any{"895": "1"}, "704": "text", "705": 234.0, "715": false},
					StatusChangeReason: "competitor",
				},
			},
		},
		"fields of deals": {
			read((*vpbx.Client).DealCustomFields), "/cc/deal/custom_fields.list", `{}`, "cc-deal-custom_fields.list",
			[]vpbx.DealCustomField{
				{
					CustomTypeID: 702, Type: "enum", Name: "Colour", APIOnly: true,
					ListItems: []vpbx.DealListItem{{CustomTypeEnumID: 895, Value: "1"}, {CustomTypeEnumID: 896, Order: 1, Value: "2"}},
				},
				{CustomTypeID: 706, Type: "money", Name: "Sum", Required: true, CheckMode: "between", CheckLength: "10", CheckLengthB: "20", Currency: "rub"},
			},
		},
		"documents": {
			answered((*vpbx.Client).DealDocuments, vpbx.DealDocumentsRequest{DealID: 160578}), "/cc/deal/documents.list", `{"deal_id":160578}`, "cc-deal-documents.list",
			[]vpbx.DealDocument{
				{Created: utc(2021, 7, 19, 12, 50, 6), AbonentID: 160578, FileID: 2653, Name: "image.png", Type: "image/png", SizeKB: 109},
				{Created: utc(2020, 10, 16, 7, 24, 28), AbonentID: 10094537, FileID: 2528, Name: "scan.jpg", Type: "image/jpeg", SizeKB: 1212},
			},
		},
		"funnels": {
			read((*vpbx.Client).Funnels), "/cc/deal/funnels.list", `{}`, "cc-deal-funnels.list",
			[]vpbx.Funnel{
				{FunnelID: 778, Name: "Old", Deleted: true},
				{FunnelID: 779, Name: "New", Steps: []vpbx.FunnelStep{{StepID: 3662, Name: "Interest"}, {StepID: 3663, Name: "Decision"}}},
			},
		},
	} {
		rows[name] = row
	}
	return rows
}

func contactCentreCalls() map[string]trial {
	return map[string]trial{
		"call": {
			answered((*vpbx.Client).CallData, vpbx.CallDataRequest{EntryID: "NTAwOTY2NDQwNw=="}), "/vpbx/cc/call/", `{"entry_id":"NTAwOTY2NDQwNw=="}`, "cc-call",
			vpbx.CallData{
				Appeals: []vpbx.Appeal{{
					AppealID: 14136224, ChannelType: 1, Created: utc(2020, 6, 5, 9, 15, 58), End: utc(2020, 6, 5, 9, 16, 11), Result: 1,
					AssignUserID: 300025347, CloseUserID: 300025347, ContactID: 11210425, FirstAnswer: utc(2020, 6, 5, 9, 15, 59),
					Start: utc(2020, 6, 5, 9, 15, 59), EntryPoint: "74950000001", GroupID: 10005129, DealID: 39449, Params: 1,
				}},
				TagID: []int64{10017912}, Comments: []string{"A comment"}, MarkClient: new(-1),
				MarkController: vpbx.ControllerMarks{"3092": {Mark: 6, Comment: "Good"}, "3093": {Mark: 7}},
			},
		},
		"call, plain values": {
			answered((*vpbx.Client).CallData, vpbx.CallDataRequest{EntryID: "5009664407"}), "/vpbx/cc/call/", `{"entry_id":"5009664407"}`, "cc-call-plain",
			vpbx.CallData{
				Appeals: []vpbx.Appeal{{AppealID: 5, ChannelType: 10, Created: utc(2020, 6, 5, 9, 15, 58)}},
				TagID:   []int64{7}, Comments: []string{"One"}, ScriptID: []int64{1121},
				MarkController: vpbx.ControllerMarks{"3094": {Mark: 10}}, RecordingID: []string{"MToxOjUwMDk2NjQ0MDc6MQ=="},
			},
		},
		"tags": {
			read((*vpbx.Client).Tags), "/vpbx/cc/tags/", `{}`, "cc-tags",
			[]vpbx.Tag{
				{ID: 10017916, Name: "Inside", Category: 16, Groups: []int64{0}},
				{ID: 10018013, Parent: 10018009, Name: "Refused", Category: -1, Campaigns: []int64{0, 5}, IsFolder: true},
			},
		},
		"script": {
			answered((*vpbx.Client).Script, vpbx.ScriptRequest{ScriptID: "1121"}), "/vpbx/script/", `{"entry_id":"1121"}`, "script", vpbx.Script{ID: 1121, Name: "1"},
		},
		"question": {
			answered((*vpbx.Client).QualityQuestion, vpbx.QualityQuestionRequest{QuestionID: "3092"}), "/vpbx/quality/control/question/",
			`{"question_id":"3092"}`, "quality-control-question",
			vpbx.QualityQuestion{ID: 3092, FormID: 357, FormName: "Basic", BlockName: "Contact", Name: "Greeting", Order: 2, Required: true},
		},
		"closed appeal": {
			answered((*vpbx.Client).CreateClosedAppeal, vpbx.CreateClosedAppealRequest{
				ProductID: 1, ChannelType: new(0), Direction: new(0), EntryPoint: "bot", Created: vpbx.UnixText{Time: time.Unix(1642667259, 0)},
				End: vpbx.UnixText{Time: time.Unix(1642667259, 0)}, TagID: []int64{0}, Comment: "c", Rate: 5, Result: 6, AssignUserID: 2, CloseUserID: 3,
				GroupID: "4", Chat: []vpbx.AppealLine{{Text: "Hi", Time: vpbx.UnixText{Time: time.Unix(1642667259, 0)}, Sender: "Anna"}},
				ClientInfo: &vpbx.AppealClient{Name: "Anna", Phone: "79000000001"},
				Contact:    &vpbx.AppealContact{SourceID: &vpbx.AppealSource{Type: "vpbx", Index: new(0)}, ContactID: "5"},
			}), "/cc/appeals/create-closed-appeals",
			`{"product_id":1,"channel_type":0,"direction":0,"entry_point":"bot","create":"1642667259","end":"1642667259","tag_id":[0],"comment":"c","rate":5,` +
				`"result":6,"assign_user_id":2,"close_user_id":3,"group_id":"4","chat":[{"text":"Hi","time":"1642667259","sender":"Anna"}],` +
				`"client_info":{"name":"Anna","phone":"79000000001"},"contact":{"source_id":{"type":"vpbx","index":0},"contact_id":"5"}}`,
			"cc-appeals-create-closed-appeals", int64(14136224),
		},
		"message": {
			answered((*vpbx.Client).SendChatMessage, vpbx.SendChatMessageRequest{
				ChatClient: chatClient, MessageID: "100500", FirstName: "Anna", LastName: "B", Type: "text", Content: "Frost & sun",
			}), "/cc/send_message",
			`{"channelId":40771,"userId":"client-1","messageId":"100500","firstName":"Anna","lastName":"B","type":"text","content":"Frost \u0026 sun"}`,
			"cc-send_message", "liD0fcxvbiPDW9xzyF9jzMlo",
		},
		"file": {
			answered((*vpbx.Client).SendChatMessage, vpbx.SendChatMessageRequest{
				ChatClient: chatClient, MessageID: "100500", FirstName: "Anna", LastName: "B", Type: "file",
				Link: "https://files.example/a/file.ext", FileName: "file.ext", FileSize: "123",
			}), "/cc/send_message",
			`{"channelId":40771,"userId":"client-1","messageId":"100500","firstName":"Anna","lastName":"B","type":"file",` +
				`"link":"https://files.example/a/file.ext","fileName":"file.ext","fileSize":"123"}`,
			"cc-send_message", "liD0fcxvbiPDW9xzyF9jzMlo",
		},
		"typing": {
			ordered((*vpbx.Client).UserTyping, vpbx.UserTypingRequest{ChatClient: chatClient, Typing: new(false)}), "/cc/user_typing",
			`{"channelId":40771,"userId":"client-1","typing":false}`, "", nil,
		},
		"message read": {
			ordered((*vpbx.Client).MessageRead, vpbx.MessageSeenRequest{ChatClient: chatClient, Time: vpbx.UnixMilli{Time: time.UnixMilli(1690290852274)}, ServerMessageID: "436"}),
			"/cc/event_message_read", `{"channelId":40771,"userId":"client-1","time":1690290852274,"serverMessageId":"436"}`, "", nil,
		},
		"message received": {
			ordered((*vpbx.Client).MessageReceived, vpbx.MessageSeenRequest{ChatClient: chatClient, Time: vpbx.UnixMilli{Time: time.UnixMilli(1690290852274)}, ServerMessageID: "436"}),
			"/cc/event_message_received", `{"channelId":40771,"userId":"client-1","time":1690290852274,"serverMessageId":"436"}`, "", nil,
		},
		"chat history": {
			answered((*vpbx.Client).ChatHistory, vpbx.ChatHistoryRequest{ChatClient: chatClient, ToID: "40821"}), "/cc/get_chat_history",
			`{"channelId":40771,"userId":"client-1","toId":"40821"}`, "cc-get_chat_history",
			[]vpbx.ChatMessage{
				{
					MessageID: "435434578998201120", IsClientMessage: true, Type: "text", Time: time.UnixMilli(1684916324211).UTC(),
					Payload: map[string]any{"body": "Hi"},
				},
				{MessageID: "435434580821686688", Type: "text", Time: time.UnixMilli(1684916331334).UTC(), Payload: map[string]any{"body": "Hello"}},
			},
		},
	}
}

func TestContactCentre(t *testing.T) {
	t.Parallel()
	trials(t, contactCentre())
}

func contactCentreFaults(t *testing.T) map[string]refusal {
	addTask := func(change func(*vpbx.TaskFields)) func(*vpbx.Client) error {
		return faulty(answered((*vpbx.Client).AddTask, vpbx.AddTaskRequest{TaskFields: changed(fullTask, change)}))
	}
	session := func(change func(*vpbx.SetSessionStatusRequest)) func(*vpbx.Client) error {
		return faulty(answered((*vpbx.Client).SetSessionStatus, changed(vpbx.SetSessionStatusRequest{AbonentID: 1, NewStatus: vpbx.NewStatus{Status: 1}}, change)))
	}
	createDeal := func(change func(*vpbx.DealFields)) func(*vpbx.Client) error {
		return faulty(answered((*vpbx.Client).CreateDeal, vpbx.CreateDealRequest{DealFields: changed(dealFields, change)}))
	}
	closed := func(change func(*vpbx.CreateClosedAppealRequest)) func(*vpbx.Client) error {
		return faulty(answered((*vpbx.Client).CreateClosedAppeal, changed(appeal, change)))
	}
	message := func(kind string, change func(*vpbx.SendChatMessageRequest)) func(*vpbx.Client) error {
		return faulty(answered((*vpbx.Client).SendChatMessage, changed(vpbx.SendChatMessageRequest{
			ChatClient: chatClient, MessageID: "1", FirstName: "A", LastName: "B", Type: kind,
		}, change)))
	}
	document := func(change func(*vpbx.AddDealDocumentRequest)) func(*vpbx.Client) error {
		return faulty(answered((*vpbx.Client).AddDealDocument, changed(vpbx.AddDealDocumentRequest{
			DealID: 1, MemberID: 2, File: vpbx.Upload{Name: "a", Content: []byte("b")},
		}, change)))
	}
	return map[string]refusal{
		"cc/task/add: no kind":                    {addTask(func(r *vpbx.TaskFields) { r.EventType = 0 }), text.MissingField, "event_type"},
		"cc/task/add: unknown kind":               {addTask(func(r *vpbx.TaskFields) { r.EventType = 5 }), text.BadField, "event_type"},
		"cc/task/add: no start":                   {addTask(func(r *vpbx.TaskFields) { r.StartTime = vpbx.MoscowISO{} }), text.MissingField, "start_time"},
		"cc/task/add: no duration":                {addTask(func(r *vpbx.TaskFields) { r.Duration = 0 }), text.MissingField, "duration"},
		"cc/task/add: a day":                      {addTask(func(r *vpbx.TaskFields) { r.Duration = 1440 }), text.BadField, "duration"},
		"cc/task/add: priority":                   {addTask(func(r *vpbx.TaskFields) { r.Priority = 3 }), text.BadField, "priority"},
		"cc/task/add: nobody's":                   {addTask(func(r *vpbx.TaskFields) { r.ToUserID = 0 }), text.MissingField, "to_user_id"},
		"cc/task/add: negative employee":          {addTask(func(r *vpbx.TaskFields) { r.ToUserID = -1 }), text.BadField, "to_user_id"},
		"cc/task/add: long description":           {addTask(func(r *vpbx.TaskFields) { r.Description += "Ж" }), text.BadField, "description"},
		"cc/task/add: long theme":                 {addTask(func(r *vpbx.TaskFields) { r.Theme += "Ж" }), text.BadField, "theme"},
		"cc/task/add: phone with a plus":          {addTask(func(r *vpbx.TaskFields) { r.Phone = "+79000000001" }), text.NumberInvalid, "phone"},
		"cc/task/add: automatic call, soon":       {addTask(func(r *vpbx.TaskFields) { r.StartTime.Time = time.Now().Add(4 * time.Minute) }), text.BadField, "start_time"},
		"cc/task/add: unknown field":              {by(t, "cc/task/add", `{"product_id":1}`), text.UnknownField, "product_id"},
		"cc/task/add: wrong time":                 {by(t, "cc/task/add", `{"event_type":1,"start_time":"2021-09-31 07:30:00"}`), text.BadField, "start_time"},
		"cc/task/update: no status":               {faulty(answered((*vpbx.Client).UpdateTask, vpbx.UpdateTaskRequest{TaskID: 1, TaskFields: taskFields})), text.MissingField, "status"},
		"cc/task/update: status":                  {faulty(answered((*vpbx.Client).UpdateTask, vpbx.UpdateTaskRequest{TaskID: 1, Status: new(4), TaskFields: taskFields})), text.BadField, "status"},
		"cc/task/get: no task":                    {faulty(answered((*vpbx.Client).Task, vpbx.TaskRequest{})), text.MissingField, "task_id"},
		"cc/task/list: long page":                 {faulty(answered((*vpbx.Client).Tasks, vpbx.TasksRequest{Limit: 501})), text.BadField, "limit"},
		"cc/task/list: negative offset":           {faulty(answered((*vpbx.Client).Tasks, vpbx.TasksRequest{Offset: -1})), text.BadField, "offset"},
		"cc/task/list: status in list":            {faulty(answered((*vpbx.Client).Tasks, vpbx.TasksRequest{Status: []int{0, 4}})), text.BadField, "status[1]"},
		"cc/task/list: zero in list":              {faulty(answered((*vpbx.Client).Tasks, vpbx.TasksRequest{TaskID: []int64{0}})), text.BadField, "task_id[0]"},
		"cc/task/done: no task":                   {faulty(answered((*vpbx.Client).CompleteTasks, vpbx.TaskIDsRequest{})), text.MissingField, "task_id"},
		"cc/task/done: a number":                  {by(t, "cc/task/done", `{"task_id":1}`), text.BadField, "task_id"},
		"cc/task/cancel: no task":                 {faulty(answered((*vpbx.Client).CancelTasks, vpbx.TaskIDsRequest{})), text.MissingField, "task_id"},
		"cc/set_session_status: session, nobody":  {session(func(r *vpbx.SetSessionStatusRequest) { r.AbonentID = 0 }), text.MissingField, "abonent_id"},
		"cc/set_session_status: neither status":   {session(func(r *vpbx.SetSessionStatusRequest) { r.Status = 0 }), text.MissingField, "status"},
		"cc/set_session_status: own, no alias":    {session(func(r *vpbx.SetSessionStatusRequest) { r.Status = 7 }), text.MissingField, "status_alias"},
		"cc/set_session_status: short ttl":        {session(func(r *vpbx.SetSessionStatusRequest) { r.TTL = 9 }), text.BadField, "ttl"},
		"cc/set_session_status: long ttl":         {session(func(r *vpbx.SetSessionStatusRequest) { r.TTL = 604801 }), text.BadField, "ttl"},
		"cc/set_session_status: long device":      {session(func(r *vpbx.SetSessionStatusRequest) { r.Device = strings.Repeat("Ж", 257) }), text.BadField, "device"},
		"cc/set_session_status: ability":          {session(func(r *vpbx.SetSessionStatusRequest) { r.Poss = []int{1, 4} }), text.BadField, "poss[1]"},
		"cc/set_abonent_status: operator, status": {faulty(ordered((*vpbx.Client).SetOperatorStatus, vpbx.SetOperatorStatusRequest{AbonentID: 1})), text.MissingField, "status"},
		"cc/get_presence: cyrillic kind":          {faulty(answered((*vpbx.Client).Presence, vpbx.PresenceRequest{SessionTypes: []string{"сс"}})), text.BadField, "session_types[0]"},
		"cc/get_statuses: parameters":             {by(t, "cc/get_statuses", `{"id":1}`), text.UnknownField, "id"},

		"cc/deal/create: deal, no name":        {createDeal(func(r *vpbx.DealFields) { r.Name = "" }), text.MissingField, "name"},
		"cc/deal/create: deal, no step":        {createDeal(func(r *vpbx.DealFields) { r.StepID = 0 }), text.MissingField, "step_id"},
		"cc/deal/create: deal, status":         {createDeal(func(r *vpbx.DealFields) { r.Status = "done" }), text.BadField, "status"},
		"cc/deal/create: reason, not failed":   {createDeal(func(r *vpbx.DealFields) { r.StatusChangeReason = "competitor" }), text.BadField, "status"},
		"cc/deal/create: unknown reason":       {createDeal(func(r *vpbx.DealFields) { r.Status, r.StatusChangeReason = "failed", "x" }), text.BadField, "status_change_reason"},
		"cc/deal/create: comment, no reason":   {createDeal(func(r *vpbx.DealFields) { r.ReasonComment = "x" }), text.MissingField, "status_change_reason"},
		"cc/deal/create: field by name":        {createDeal(func(r *vpbx.DealFields) { r.CustomFields = map[string]any{"x": 1} }), text.BadField, "custom_fields.x"},
		"cc/deal/create: fields are no object": {by(t, "cc/deal/create", `{"custom_fields":""}`), text.BadField, "custom_fields"},
		"cc/deal/update: update, reason": {faulty(ordered((*vpbx.Client).UpdateDeal, vpbx.UpdateDealRequest{DealID: 1, DealFields: changed(dealFields, func(r *vpbx.DealFields) {
			r.Status, r.StatusChangeReason = "succeed", "competitor"
		})})), text.BadField, "status"},
		"cc/deal/update: update, no deal": {faulty(ordered((*vpbx.Client).UpdateDeal, vpbx.UpdateDealRequest{DealFields: dealFields})), text.MissingField, "deal_id"},
		"cc/deal/get: no deal":            {faulty(answered((*vpbx.Client).Deal, vpbx.DealRequest{})), text.MissingField, "deal_id"},
		"cc/deal/list: deals, status":     {faulty(answered((*vpbx.Client).Deals, vpbx.DealsRequest{})), text.MissingField, "status"},
		"cc/deal/list: deals, backward": {faulty(answered((*vpbx.Client).Deals, vpbx.DealsRequest{
			Status: "in_work", FromDate: vpbx.Date{Time: utc(2021, 8, 2, 0, 0, 0)}, UntilDate: vpbx.Date{Time: utc(2021, 8, 1, 0, 0, 0)},
		})), text.BadField, "until_date"},
		"cc/deal/custom_fields.list: deal fields":    {by(t, "cc/deal/custom_fields.list", `{"id":1}`), text.UnknownField, "id"},
		"cc/deal/documents.list: documents, no deal": {faulty(answered((*vpbx.Client).DealDocuments, vpbx.DealDocumentsRequest{})), text.MissingField, "deal_id"},
		"cc/deal/funnels.list: funnels":              {by(t, "cc/deal/funnels.list", `{"id":1}`), text.UnknownField, "id"},
		"cc/deal/documents.add: document, nobody's":  {document(func(r *vpbx.AddDealDocumentRequest) { r.MemberID = 0 }), text.MissingField, "abonent_id"},
		"cc/deal/documents.add: document, no file":   {document(func(r *vpbx.AddDealDocumentRequest) { r.File = vpbx.Upload{} }), text.MissingField, "file"},
		"cc/deal/documents.add: document, empty":     {document(func(r *vpbx.AddDealDocumentRequest) { r.File.Content = nil }), text.MissingField, "file.base64"},
		"cc/deal/documents.add: document, no name":   {document(func(r *vpbx.AddDealDocumentRequest) { r.File.Name = "" }), text.MissingField, "file.name"},
		"cc/deal/documents.add: document, no deal":   {document(func(r *vpbx.AddDealDocumentRequest) { r.DealID = 0 }), text.MissingField, "deal_id"},

		"cc/call: no call":                                 {faulty(answered((*vpbx.Client).CallData, vpbx.CallDataRequest{})), text.MissingField, "entry_id"},
		"cc/tags: tags":                                    {by(t, "cc/tags", `{"id":1}`), text.UnknownField, "id"},
		"script: script of a call":                         {faulty(answered((*vpbx.Client).Script, vpbx.ScriptRequest{ScriptID: "NTAwOTY2NDQwNw=="})), text.BadField, "entry_id"},
		"quality/control/question: question by name":       {faulty(answered((*vpbx.Client).QualityQuestion, vpbx.QualityQuestionRequest{QuestionID: "x"})), text.BadField, "question_id"},
		"cc/appeals/create-closed-appeals: no channel":     {closed(func(r *vpbx.CreateClosedAppealRequest) { r.ChannelType = nil }), text.MissingField, "channel_type"},
		"cc/appeals/create-closed-appeals: channel":        {closed(func(r *vpbx.CreateClosedAppealRequest) { r.ChannelType = new(11) }), text.BadField, "channel_type"},
		"cc/appeals/create-closed-appeals: no direction":   {closed(func(r *vpbx.CreateClosedAppealRequest) { r.Direction = nil }), text.MissingField, "direction"},
		"cc/appeals/create-closed-appeals: no time":        {closed(func(r *vpbx.CreateClosedAppealRequest) { r.Created = vpbx.UnixText{} }), text.MissingField, "create"},
		"cc/appeals/create-closed-appeals: ends too early": {closed(func(r *vpbx.CreateClosedAppealRequest) { r.End.Time = time.Unix(1642667258, 0) }), text.BadField, "end"},
		"cc/appeals/create-closed-appeals: rate":           {closed(func(r *vpbx.CreateClosedAppealRequest) { r.Rate = 6 }), text.BadField, "rate"},
		"cc/appeals/create-closed-appeals: no result":      {closed(func(r *vpbx.CreateClosedAppealRequest) { r.Result = 0 }), text.MissingField, "result"},
		"cc/appeals/create-closed-appeals: source": {closed(func(r *vpbx.CreateClosedAppealRequest) {
			r.Contact = &vpbx.AppealContact{SourceID: &vpbx.AppealSource{Index: new(-1)}}
		}), text.BadField, "contact.source_id.index"},
		"cc/send_message: text without text":           {message("text", func(*vpbx.SendChatMessageRequest) {}), text.MissingField, "content"},
		"cc/send_message: text with a link":            {message("text", func(r *vpbx.SendChatMessageRequest) { r.Content, r.Link = "x", "https://x" }), text.BadField, "link"},
		"cc/send_message: file without link":           {message("image", func(*vpbx.SendChatMessageRequest) {}), text.MissingField, "link"},
		"cc/send_message: file with text":              {message("file", func(r *vpbx.SendChatMessageRequest) { r.Content = "x" }), text.BadField, "content"},
		"cc/send_message: file of ours":                {message("file", func(r *vpbx.SendChatMessageRequest) { r.Link = "C:\\a.txt" }), text.BadField, "link"},
		"cc/send_message: size by word":                {message("file", func(r *vpbx.SendChatMessageRequest) { r.FileSize = "1 KB" }), text.BadField, "fileSize"},
		"cc/send_message: no type":                     {message("", func(*vpbx.SendChatMessageRequest) {}), text.MissingField, "type"},
		"cc/send_message: no client":                   {message("text", func(r *vpbx.SendChatMessageRequest) { r.UserID = "" }), text.MissingField, "userId"},
		"cc/user_typing: typing, not told":             {faulty(ordered((*vpbx.Client).UserTyping, vpbx.UserTypingRequest{ChatClient: chatClient})), text.MissingField, "typing"},
		"cc/event_message_read: read, no time":         {faulty(ordered((*vpbx.Client).MessageRead, vpbx.MessageSeenRequest{ChatClient: chatClient, ServerMessageID: "1"})), text.MissingField, "time"},
		"cc/event_message_received: received, no id":   {faulty(ordered((*vpbx.Client).MessageReceived, vpbx.MessageSeenRequest{ChatClient: chatClient, Time: vpbx.UnixMilli{Time: time.Now()}})), text.MissingField, "serverMessageId"},
		"cc/event_message_received: received, by word": {by(t, "cc/event_message_received", `{"time":"now"}`), text.BadField, "time"},
		"cc/get_chat_history: history, no client":      {faulty(answered((*vpbx.Client).ChatHistory, vpbx.ChatHistoryRequest{ChatClient: vpbx.ChatClient{ChannelID: 1}})), text.MissingField, "userId"},
	}
}

func TestContactCentreRefuses(t *testing.T) {
	t.Parallel()
	refusals(t, contactCentreFaults(t))
}

func TestContactCentreIsWhole(t *testing.T) {
	t.Parallel()
	whole(t, "contactcentre", contactCentre(), contactCentreFaults(t))
}
