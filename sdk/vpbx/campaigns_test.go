package vpbx_test

import (
	"strings"
	"testing"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

var (
	schedule    = []vpbx.CampaignHours{{Weekday: 1, Start: "08:00", End: "13:00"}, {Weekday: 7, Start: "00:00", End: "23:59"}}
	allSettings = vpbx.CampaignSettings{
		CreatedBy: 300185593, Priority: 3, Order: 999, StartDate: vpbx.UTCTime{Time: utc(2023, 1, 26, 12, 25, 0)}, EndDate: vpbx.UTCTime{Time: utc(2023, 1, 31, 16, 25, 0)},
		Operators: []int64{1}, DialMode: 7, VoiceMessageID: 2, HoldMessageID: 3, RedialMax: 4, RedialBusy: 1, RedialNoAnswer: 3, RedialNotAvail: 5, AnswerWait: 10,
		AddCallsCoef: 0.1, TimerBusy: 60, TimerNoAnswer: 3600, TimerNotAvail: new(0), CallProcessing: new(0), SIPTrunkOfOperator: 5, SIPTrunkOfClient: 6,
		UseAutoSubstitution: new(false), TimezoneMode: new(0), SMSSender: strings.Repeat("Ж", 64), DIDAbonentIDs: []int64{7}, Antirobot: new(true),
		RedialVoiceMail: 10, RedialRobotBusy: 1, RedialClientHungUp: 3, RedialRobotNotAvail: 9, TimerVoiceMail: 60, TimerRobotBusy: 864000,
		TimerClientHungUp: 86400, TimerRobotNotAvail: 900,
	}
	clientTask = vpbx.CampaignTaskFields{
		Name: "Client", Number: "+375290000001", Priority: 1000, Organization: "Org", Position: "Head", Comment: "c",
		DueDate: vpbx.UTCTime{Time: utc(2021, 7, 20, 19, 50, 0)}, BlockedUntil: vpbx.UTCTime{Time: utc(2021, 7, 20, 9, 50, 0)},
		CustomFields: map[string]any{"5781": "Salute"},
		Subtasks: []vpbx.CampaignSubtask{
			{Number: "+7007000000000002", Order: new(1)}, {Number: "sip:admin@test.mangosip.ru", Priority: 999, Order: new(0)},
		},
	}
)

const clientTaskJSON = `"name":"Client","number":"+375290000001","priority":1000,"organization":"Org","position":"Head","comment":"c",` +
	`"due_date":"2021-07-20 19:50:00","blocked_until":"2021-07-20 09:50:00","custom_fields":{"5781":"Salute"},` +
	`"subtasks":[{"number":"+7007000000000002","order":1,"type":0},{"number":"sip:admin@test.mangosip.ru","priority":999,"order":0,"type":0}]`

func campaigns() map[string]trial {
	rows := campaignTasks()
	one := vpbx.CampaignRequest{CampaignID: 16340}
	for name, row := range map[string]trial{
		"campaigns": {
			read((*vpbx.Client).Campaigns), "/vpbx/campaign/list", `{}`, "campaign-list",
			[]vpbx.Campaign{{
				CampaignID: 1254253, LineID: 403429597, Name: "Sales", CreatedBy: vpbx.CampaignAuthor{UserID: 403425571, Name: "Author", Extension: "10004"},
				Priority: 2, Start: utc(2022, 10, 26, 20, 0, 0), End: utc(2022, 12, 31, 19, 59, 59), StatusReason: 1, Members: []string{"10004", "10200"},
				DialMode: 3, RedialBusy: 3, RedialNoAnswer: 3, RedialNotAvail: 3, AnswerWait: 60, AddCallsCoef: 0.5, TimerBusy: 900, TimerNoAnswer: 1800,
				CallProcessing: 30, UseAutoSubstitution: true, TimezoneMode: 2, Antirobot: true, Created: utc(2022, 10, 27, 11, 29, 2), ServiceType: 8,
				TasksCount: 265, FinishedTasksCount: 264,
			}},
		},
		"campaign": {
			answered((*vpbx.Client).Campaign, vpbx.CampaignInfoRequest{CampaignID: 56919, NeedTasks: true}), "/vpbx/campaign",
			`{"campaign_id":56919,"need_tasks":true}`, "campaign",
			vpbx.Campaign{
				CampaignID: 56919, LineID: 300207714, Name: "January", Priority: 2, Start: utc(2023, 1, 26, 12, 25, 0), End: utc(2023, 1, 31, 16, 25, 0),
				Status: 4, Operators: []int64{300185593}, DIDAbonentIDs: []int64{403577608},
				Tasks: []vpbx.CampaignTaskInList{
					{TaskID: 11227830, Name: "Client", Number: "375290000001", Timezone: 3, Position: "Head", DueDate: utc(2025, 7, 24, 11, 53, 10), Organization: "Org"},
					{TaskID: 11227831, Status: new(0), RecordID: "MToxOjU6MA==", Duration: 15},
				},
			},
		},
		"add campaign": {
			answered((*vpbx.Client).AddCampaign, vpbx.AddCampaignRequest{LineID: 300207714, Name: strings.Repeat("Ж", 70), Schedule: schedule}), "/vpbx/campaign/add",
			`{"line_id":300207714,"name":"` + strings.Repeat("Ж", 70) + `","schedule":[{"weekday":1,"start":"08:00","end":"13:00"},{"weekday":7,"start":"00:00","end":"23:59"}]}`,
			"campaign-add", int64(17775),
		},
		"add campaign, all": {
			answered((*vpbx.Client).AddCampaign, vpbx.AddCampaignRequest{
				LineID: 1, Name: "A", Schedule: schedule[:1], ServiceType: 12, Endless: true, CampaignSettings: allSettings,
			}), "/vpbx/campaign/add",
			`{"line_id":1,"name":"A","schedule":[{"weekday":1,"start":"08:00","end":"13:00"}],"service_type":12,"endless":true,"created_by":300185593,"priority":3,` +
				`"order":999,"start_date":"2023-01-26 12:25:00","end_date":"2023-01-31 16:25:00","operators":[1],"dial_mode":7,"voice_message_id":2,"hold_message_id":3,` +
				`"redial_max":4,"redial_busy":1,"redial_no_answer":3,"redial_not_avail":5,"answer_wait":10,"add_calls_coef":0.1,"timer_busy":60,"timer_no_answer":3600,` +
				`"timer_not_avail":0,"call_processing":0,"sip_trunk_id_operator":5,"sip_trunk_id_client":6,"use_auto_substitution_num":false,"timezone_mode":0,` +
				`"sms_sender":"` + strings.Repeat("Ж", 64) + `","did_abonent_ids":[7],"antirobot":true,"redial_antirobot_voice_mail":10,"redial_antirobot_busy":1,` +
				`"redial_antirobot_client_hungup":3,"redial_antirobot_not_avail":9,"timer_antirobot_voice_mail":60,"timer_antirobot_busy":864000,` +
				`"timer_antirobot_client_hungup":86400,"timer_antirobot_not_avail":900}`,
			"campaign-add", int64(17775),
		},
		"update campaign": {
			ordered((*vpbx.Client).UpdateCampaign, vpbx.UpdateCampaignRequest{
				CampaignID: 56919, LineID: 1, Name: "B", ServiceType: 8, CampaignSettings: vpbx.CampaignSettings{RedialBusy: 10},
			}), "/vpbx/campaign/update", `{"campaign_id":56919,"line_id":1,"name":"B","service_type":8,"redial_busy":10}`, "campaign-update", nil,
		},
		"start campaign":  {answered((*vpbx.Client).StartCampaign, one), "/vpbx/campaign/start", `{"campaign_id":16340}`, "campaign-start", 1},
		"stop campaign":   {answered((*vpbx.Client).StopCampaign, one), "/vpbx/campaign/stop", `{"campaign_id":16340}`, "campaign-start", 1},
		"delete campaign": {answered((*vpbx.Client).DeleteCampaign, one), "/vpbx/campaign/delete", `{"campaign_id":16340}`, "campaign-start", 1},
		"report": {
			answered((*vpbx.Client).CampaignReport, one), "/vpbx/campaign-report/create", `{"campaign_id":16340}`, "campaign-report-create",
			vpbx.CampaignReport{CampaignID: 56919, Tasks: []vpbx.CampaignReportTask{
				{TaskID: 870224817, Attempts: []vpbx.CampaignAttempt{
					{AttemptID: 1103498743, Name: "Client", RecordID: "MToxOjU6MA==", Phone: "79000000001", Text: "yes", Number: "1", Result: 1},
					{AttemptID: 1103507574, Name: "Client", Result: 23},
				}},
				{TaskID: 5},
			}},
		},
		"fields": {
			read((*vpbx.Client).CampaignFields), "/vpbx/custom-type/list", `{}`, "custom-type-list",
			[]vpbx.CampaignField{
				{ID: 5908, Order: 1, Name: "City", FieldType: "text", Props: vpbx.CampaignFieldProps{ShowMasterIO: true, ShowMember: true}},
				{ID: 5915, Order: 3, Name: "Sum", FieldType: "money"},
			},
		},
	} {
		rows[name] = row
	}
	return rows
}

func campaignTasks() map[string]trial {
	one := vpbx.CampaignTaskRequest{CampaignID: 56919, TaskID: 11227830}
	const oneJSON = `{"campaign_id":56919,"task_id":11227830}`
	span := vpbx.FinishedCampaignTasksRequest{
		CampaignID: 65826, StartDate: vpbx.UTCTime{Time: utc(2023, 8, 1, 0, 0, 0)}, EndDate: vpbx.UTCTime{Time: utc(2023, 8, 1, 4, 0, 0)},
	}
	return map[string]trial{
		"page of tasks": {
			answered((*vpbx.Client).CampaignTasks, vpbx.CampaignTasksRequest{CampaignIDs: []int64{79893}, Fields: []string{"alias_all"}, Limit: 100, Cursor: "c1"}),
			"/vpbx/v2/campaign/tasks", `{"campaign_ids":[79893],"fields":["alias_all"],"limit":100,"cursor":"c1"}`, "v2-campaign-tasks",
			vpbx.CampaignTasksPage{Cursor: "c2", Tasks: []vpbx.CampaignTaskRow{{
				ProductID: 400270422, PointID: 10179676, CampaignID: 1897267, TaskID: 1406133592, Name: "Client", Number: "74990000001", Duration: 10,
				Status: new(4), StatusReason: 1, Comment: "A comment", Created: utc(2025, 9, 26, 8, 28, 12), Updated: utc(2025, 9, 26, 8, 33, 7),
				OperatorID: 16380268, RegionFIASID: 76, DIDAbonentID: 403577608, FirstAttempt: utc(2025, 9, 26, 8, 32, 52),
				LastAttempt: utc(2025, 9, 26, 8, 32, 52), AttemptsCount: 1, Priority: 1000, Postponed: true, Timezone: 3, TimezoneEnabled: 2,
				IgnoreClientSchedule: true, CustomFields: map[string]any{"5781": "Salute"}, CampaignStatus: 1, CampaignServiceType: 8,
				Subtasks: []vpbx.CampaignTaskNumber{{SubtaskID: 519194896, Order: 1, RegionFIASID: 76, Number: "74990000002", OneAttempt: true}},
			}}},
		},
		"push tasks": {
			ordered((*vpbx.Client).PushCampaignTasks, vpbx.PushCampaignTasksRequest{CampaignID: 56919, Tasks: []vpbx.CampaignTaskFields{clientTask, {Number: "74950000001"}}}),
			"/vpbx/tasks/push", `{"campaign_id":56919,"tasks":[{` + clientTaskJSON + `},{"number":"74950000001"}]}`, "", nil,
		},
		"add task": {
			answered((*vpbx.Client).AddCampaignTask, vpbx.AddCampaignTaskRequest{CampaignID: 56919, CampaignTaskFields: clientTask}),
			"/vpbx/task/add", `{"campaign_id":56919,` + clientTaskJSON + `}`, "task-add", int64(3223),
		},
		"task": {
			answered((*vpbx.Client).CampaignTask, vpbx.CampaignTaskInfoRequest{TaskID: 2489649, Brief: true}), "/vpbx/task", `{"task_id":2489649,"brief":true}`, "task",
			vpbx.CampaignTask{
				TaskID: 11227830, CampaignID: 56919, Name: "Client", Priority: 1, Number: "375290000001", Organization: "Org", Position: "Head",
				DueDate: utc(2025, 7, 24, 12, 4, 19), Status: new(1), Updated: utc(2023, 1, 26, 8, 52, 42), Created: utc(2023, 1, 26, 8, 52, 42),
				Subtasks: []vpbx.CampaignTaskNumber{{SubtaskID: 232395, Number: "+70000000002"}, {SubtaskID: 232396, Number: "sip:admin@test.mangosip.ru", Order: 2}},
			},
		},
		"start task":  {ordered((*vpbx.Client).StartCampaignTask, one), "/vpbx/task/start", oneJSON, "", nil},
		"stop task":   {ordered((*vpbx.Client).StopCampaignTask, one), "/vpbx/task/stop", oneJSON, "", nil},
		"delete task": {ordered((*vpbx.Client).DeleteCampaignTask, one), "/vpbx/task/delete", oneJSON, "", nil},
		"update task": {
			ordered((*vpbx.Client).UpdateCampaignTask, vpbx.UpdateCampaignTaskRequest{
				CampaignID: 56919, TaskID: 11227830, Name: "Client", Priority: 1, Organization: "O", Position: "P", CustomFields: map[string]any{"5781": true},
			}), "/vpbx/task/update",
			`{"campaign_id":56919,"task_id":11227830,"name":"Client","priority":1,"organization":"O","position":"P","custom_fields":{"5781":true}}`, "", nil,
		},
		"finished tasks": {
			answered((*vpbx.Client).FinishedCampaignTasks, span), "/vpbx/tasks/finished",
			`{"campaign_id":65826,"start_date":"2023-08-01 00:00:00","end_date":"2023-08-01 04:00:00"}`, "tasks-finished",
			[]vpbx.CampaignTask{{
				TaskID: 11227831, CampaignID: 56919, Number: "375290000001", TalkDuration: 12, Status: new(4), StatusReason: 10, TransferNumber: "101",
				Updated: utc(2023, 1, 26, 8, 52, 42), Created: utc(2023, 1, 26, 8, 52, 42), CustomFields: map[string]any{"5781": "Salute", "5782": "Peace"},
			}},
		},
		"reset tasks": {
			ordered((*vpbx.Client).ResetCampaignTasks, vpbx.ResetCampaignTasksRequest{CampaignID: 1, TaskIDs: []int64{2489649}}), "/vpbx/tasks/reset",
			`{"campaign_id":1,"task_ids":[2489649]}`, "", nil,
		},
	}
}

func TestCampaigns(t *testing.T) {
	t.Parallel()
	trials(t, campaigns())
}

func campaignFaults(t *testing.T) map[string]refusal {
	add := func(change func(*vpbx.AddCampaignRequest)) func(*vpbx.Client) error {
		return faulty(answered((*vpbx.Client).AddCampaign, changed(vpbx.AddCampaignRequest{LineID: 1, Name: "A", Schedule: schedule, CampaignSettings: allSettings}, change)))
	}
	hours := func(h vpbx.CampaignHours) func(*vpbx.Client) error {
		return add(func(r *vpbx.AddCampaignRequest) { r.Schedule = []vpbx.CampaignHours{schedule[0], h} })
	}
	push := func(change func(*vpbx.CampaignTaskFields)) func(*vpbx.Client) error {
		return faulty(ordered((*vpbx.Client).PushCampaignTasks, vpbx.PushCampaignTasksRequest{
			CampaignID: 1, Tasks: []vpbx.CampaignTaskFields{clientTask, changed(clientTask, change)},
		}))
	}
	finished := func(until vpbx.UTCTime) func(*vpbx.Client) error {
		return faulty(answered((*vpbx.Client).FinishedCampaignTasks, vpbx.FinishedCampaignTasksRequest{
			CampaignID: 1, StartDate: vpbx.UTCTime{Time: utc(2023, 8, 1, 0, 0, 0)}, EndDate: until,
		}))
	}
	none, noTask := vpbx.CampaignRequest{}, vpbx.CampaignTaskRequest{CampaignID: 1}
	rows := map[string]refusal{
		"campaign/list: unknown parameter": {by(t, "campaign/list", `{"id":1}`), text.UnknownField, "id"},
		"campaign: no campaign":            {faulty(answered((*vpbx.Client).Campaign, vpbx.CampaignInfoRequest{})), text.MissingField, "campaign_id"},
		"campaign: tasks by word":          {by(t, "campaign", `{"campaign_id":1,"need_tasks":"yes"}`), text.BadField, "need_tasks"},
		"campaign/add: no line":            {add(func(r *vpbx.AddCampaignRequest) { r.LineID = 0 }), text.MissingField, "line_id"},
		"campaign/add: no name":            {add(func(r *vpbx.AddCampaignRequest) { r.Name = "" }), text.MissingField, "name"},
		"campaign/add: long name":          {add(func(r *vpbx.AddCampaignRequest) { r.Name = strings.Repeat("Ж", 71) }), text.BadField, "name"},
		"campaign/add: no schedule":        {add(func(r *vpbx.AddCampaignRequest) { r.Schedule = nil }), text.MissingField, "schedule"},
		"campaign/add: empty hours":        {hours(vpbx.CampaignHours{}), text.MissingField, "schedule[1].weekday"},
		"campaign/add: eighth day":         {hours(vpbx.CampaignHours{Weekday: 8, Start: "01:00", End: "02:00"}), text.BadField, "schedule[1].weekday"},
		"campaign/add: no end":             {hours(vpbx.CampaignHours{Weekday: 7, Start: "01:00"}), text.MissingField, "schedule[1].end"},
		"campaign/add: short hour":         {hours(vpbx.CampaignHours{Weekday: 7, Start: "1:00", End: "02:00"}), text.BadField, "schedule[1].start"},
		"campaign/add: 24 hours":           {hours(vpbx.CampaignHours{Weekday: 7, Start: "01:00", End: "24:00"}), text.BadField, "schedule[1].end"},
		"campaign/add: unknown service":    {add(func(r *vpbx.AddCampaignRequest) { r.ServiceType = 11 }), text.BadField, "service_type"},
		"campaign/add: priority":           {add(func(r *vpbx.AddCampaignRequest) { r.Priority = 4 }), text.BadField, "priority"},
		"campaign/add: order":              {add(func(r *vpbx.AddCampaignRequest) { r.Order = 1000 }), text.BadField, "order"},
		"campaign/add: ends too early":     {add(func(r *vpbx.AddCampaignRequest) { r.EndDate = vpbx.UTCTime{Time: utc(2023, 1, 1, 0, 0, 0)} }), text.BadField, "end_date"},
		"campaign/add: dial mode":          {add(func(r *vpbx.AddCampaignRequest) { r.DialMode = 1 }), text.BadField, "dial_mode"},
		"campaign/add: redials":            {add(func(r *vpbx.AddCampaignRequest) { r.RedialBusy = 2 }), text.BadField, "redial_busy"},
		"campaign/add: coefficient":        {add(func(r *vpbx.AddCampaignRequest) { r.AddCallsCoef = 0.2 }), text.BadField, "add_calls_coef"},
		"campaign/add: timer":              {add(func(r *vpbx.AddCampaignRequest) { r.TimerNotAvail = new(1800) }), text.BadField, "timer_not_avail"},
		"campaign/add: processing":         {add(func(r *vpbx.AddCampaignRequest) { r.CallProcessing = new(4) }), text.BadField, "call_processing"},
		"campaign/add: sender":             {add(func(r *vpbx.AddCampaignRequest) { r.SMSSender += "x" }), text.BadField, "sms_sender"},
		"campaign/add: robot":              {add(func(r *vpbx.AddCampaignRequest) { r.RedialRobotNotAvail = 11 }), text.BadField, "redial_antirobot_not_avail"},
		"campaign/add: old name":           {by(t, "campaign/add", `{"max_redial_count_if_busy":3}`), text.UnknownField, "max_redial_count_if_busy"},
		"campaign/add: date of a calendar": {by(t, "campaign/add", `{"start_date":"26.01.2023"}`), text.BadField, "start_date"},
		"campaign/update: no line":         {faulty(ordered((*vpbx.Client).UpdateCampaign, vpbx.UpdateCampaignRequest{CampaignID: 1})), text.MissingField, "line_id"},
		"campaign/update: service 12":      {faulty(ordered((*vpbx.Client).UpdateCampaign, vpbx.UpdateCampaignRequest{CampaignID: 1, LineID: 1, ServiceType: 12})), text.BadField, "service_type"},
		"campaign/update: endless":         {by(t, "campaign/update", `{"endless":true}`), text.UnknownField, "endless"},
		"campaign/update: hours": {faulty(ordered((*vpbx.Client).UpdateCampaign, vpbx.UpdateCampaignRequest{
			CampaignID: 1, LineID: 1, Schedule: []vpbx.CampaignHours{{Weekday: 1, Start: "x", End: "y"}},
		})), text.BadField, "schedule[0].start"},
		"campaign/start: no campaign":         {faulty(answered((*vpbx.Client).StartCampaign, none)), text.MissingField, "campaign_id"},
		"campaign/stop: no campaign":          {faulty(answered((*vpbx.Client).StopCampaign, none)), text.MissingField, "campaign_id"},
		"campaign/delete: no campaign":        {faulty(answered((*vpbx.Client).DeleteCampaign, none)), text.MissingField, "campaign_id"},
		"campaign-report/create: no campaign": {faulty(answered((*vpbx.Client).CampaignReport, none)), text.MissingField, "campaign_id"},
		"custom-type/list: unknown parameter": {by(t, "custom-type/list", `{"id":1}`), text.UnknownField, "id"},
		"task/start: no task":                 {faulty(ordered((*vpbx.Client).StartCampaignTask, noTask)), text.MissingField, "task_id"},
		"task/stop: no task":                  {faulty(ordered((*vpbx.Client).StopCampaignTask, noTask)), text.MissingField, "task_id"},
		"task/delete: no task":                {faulty(ordered((*vpbx.Client).DeleteCampaignTask, noTask)), text.MissingField, "task_id"},
		"task: no task":                       {faulty(answered((*vpbx.Client).CampaignTask, vpbx.CampaignTaskInfoRequest{})), text.MissingField, "task_id"},
		"tasks/reset: nothing":                {faulty(ordered((*vpbx.Client).ResetCampaignTasks, vpbx.ResetCampaignTasksRequest{CampaignID: 1})), text.MissingField, "task_ids"},
		"tasks/reset: as the example":         {by(t, "tasks/reset", `{"task_id":"2489649"}`), text.UnknownField, "task_id"},
		"tasks/finished: five hours":          {finished(vpbx.UTCTime{Time: utc(2023, 8, 1, 4, 0, 1)}), text.BadField, "end_date"},
		"tasks/finished: backward":            {finished(vpbx.UTCTime{Time: utc(2023, 7, 31, 0, 0, 0)}), text.BadField, "end_date"},
		"tasks/finished: no end of it":        {finished(vpbx.UTCTime{}), text.MissingField, "end_date"},
		"v2/campaign/tasks: no campaigns":     {faulty(answered((*vpbx.Client).CampaignTasks, vpbx.CampaignTasksRequest{})), text.MissingField, "campaign_ids"},
		"v2/campaign/tasks: long page":        {faulty(answered((*vpbx.Client).CampaignTasks, vpbx.CampaignTasksRequest{CampaignIDs: []int64{1}, Limit: 101})), text.BadField, "limit"},
		"v2/campaign/tasks: unknown column":   {faulty(answered((*vpbx.Client).CampaignTasks, vpbx.CampaignTasksRequest{CampaignIDs: []int64{1}, Fields: []string{"x"}})), text.BadField, "fields[0]"},
		"task/update: no name":                {faulty(ordered((*vpbx.Client).UpdateCampaignTask, vpbx.UpdateCampaignTaskRequest{CampaignID: 1, TaskID: 1})), text.MissingField, "name"},
		"task/update: field by name": {faulty(ordered((*vpbx.Client).UpdateCampaignTask, vpbx.UpdateCampaignTaskRequest{
			CampaignID: 1, TaskID: 1, Name: "A", CustomFields: map[string]any{"city": "x"},
		})), text.BadField, "custom_fields.city"},
		"task/add: no number": {faulty(answered((*vpbx.Client).AddCampaignTask, vpbx.AddCampaignTaskRequest{CampaignID: 1})), text.MissingField, "number"},
		"task/add: number": {faulty(answered((*vpbx.Client).AddCampaignTask, vpbx.AddCampaignTaskRequest{
			CampaignID: 1, CampaignTaskFields: vpbx.CampaignTaskFields{Number: "8 (495) 000-00-01"},
		})), text.NumberInvalid, "number"},
		"tasks/push: nothing": {faulty(ordered((*vpbx.Client).PushCampaignTasks, vpbx.PushCampaignTasksRequest{CampaignID: 1})), text.MissingField, "tasks"},
		"tasks/push: too much": {faulty(ordered((*vpbx.Client).PushCampaignTasks, vpbx.PushCampaignTasksRequest{
			CampaignID: 1, Tasks: make([]vpbx.CampaignTaskFields, 10001),
		})), text.BadField, "tasks"},
		"tasks/push: empty": {faulty(ordered((*vpbx.Client).PushCampaignTasks, vpbx.PushCampaignTasksRequest{
			CampaignID: 1, Tasks: make([]vpbx.CampaignTaskFields, 1),
		})), text.MissingField, "tasks[0].number"},
		"tasks/push: number":   {push(func(r *vpbx.CampaignTaskFields) { r.Number = "++7" }), text.NumberInvalid, "tasks[1].number"},
		"tasks/push: priority": {push(func(r *vpbx.CampaignTaskFields) { r.Priority = 1001 }), text.BadField, "tasks[1].priority"},
		"tasks/push: comment":  {push(func(r *vpbx.CampaignTaskFields) { r.Comment = strings.Repeat("Ж", 1025) }), text.BadField, "tasks[1].comment"},
		"tasks/push: field":    {push(func(r *vpbx.CampaignTaskFields) { r.CustomFields = map[string]any{"": 1} }), text.BadField, "tasks[1].custom_fields."},
	}
	for what, row := range map[string]struct {
		subtask vpbx.CampaignSubtask
		code    text.Code
		field   string
	}{
		"subtask, empty":    {vpbx.CampaignSubtask{}, text.MissingField, "tasks[1].subtasks[1].number"},
		"subtask, number":   {vpbx.CampaignSubtask{Number: "x", Order: new(1)}, text.NumberInvalid, "tasks[1].subtasks[1].number"},
		"subtask, no order": {vpbx.CampaignSubtask{Number: "74950000001"}, text.MissingField, "tasks[1].subtasks[1].order"},
		"subtask, order":    {vpbx.CampaignSubtask{Number: "74950000001", Order: new(0)}, text.BadField, "tasks[1].subtasks[1].order"},
		"subtask, type":     {vpbx.CampaignSubtask{Number: "74950000001", Order: new(1), Type: 1}, text.BadField, "tasks[1].subtasks[1].type"},
		"subtask, priority": {vpbx.CampaignSubtask{Number: "74950000001", Order: new(1), Priority: 1000}, text.BadField, "tasks[1].subtasks[1].priority"},
	} {
		rows["tasks/push: "+what] = refusal{push(func(r *vpbx.CampaignTaskFields) {
			r.Subtasks = []vpbx.CampaignSubtask{{Number: "74950000001", Order: new(0)}, row.subtask}
		}), row.code, row.field}
	}
	return rows
}

func TestCampaignsRefuse(t *testing.T) {
	t.Parallel()
	refusals(t, campaignFaults(t))
}

func TestCampaignsAreWhole(t *testing.T) {
	t.Parallel()
	whole(t, "campaigns", campaigns(), campaignFaults(t))
}
