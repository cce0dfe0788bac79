package notify_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/notify"
)

func ms(msec int64) time.Time { return time.UnixMilli(msec).UTC() }

func checkValues(t *testing.T, rows map[string]notify.Notification) {
	t.Helper()
	all := samples(t)
	for name, want := range rows {
		s, ok := all[name]
		if !ok {
			t.Errorf("no sample %s", name)
			continue
		}
		if diff := cmp.Diff(want, notify.Decode(s.Path, []byte(s.JSON)).Notification); diff != "" {
			t.Errorf("%s: Decode(%s, %s) (-want +got):\n%s", name, s.Path, s.JSON, diff)
		}
	}
}

func TestTelephonyValues(t *testing.T) {
	t.Parallel()
	checkValues(t, map[string]notify.Notification{
		"recording": notify.Recording{
			RecordingID: "r100:777:500:256", State: notify.RecordingStarted, Seq: 1, CallID: "100:500:256", EntryID: "232wc3e3w3s222",
			Extension: "1234", Time: at(1399906976),
		},
		"recording-completed": notify.Recording{
			RecordingID: "cmVjLTc3", State: notify.RecordingCompleted, Seq: 2, EntryID: "ZW50LTc3", CallID: "bGVnLTc3", Extension: "12",
			Time: at(1790000180), CompletionCode: 1000, Recipient: notify.ToCloudAndMail, CommandID: "rec-1",
		},
		"recording-continued-texts": notify.Recording{
			RecordingID: "500256", State: notify.RecordingContinued, Seq: 2, EntryID: "777", CallID: "778", Time: at(1790000090),
		},
		"recording-too-short": notify.Recording{RecordingID: "r", State: notify.RecordingCompleted, Seq: 2, CallID: "c", Time: at(1790000001), CompletionCode: 4002},
		"recording-cyrillic":  notify.Recording{RecordingID: "r", State: notify.RecordingCompleted, Recipient: notify.ToCloud, CompletionCode: 1000},
		"recording-seq-words": notify.Recording{RecordingID: "r", State: notify.RecordingStarted},
		"dtmf": notify.DTMF{
			EntryID: "ZW50LWl2cg==", CallID: "bGVnLWl2cg==", Time: at(1790000029), Seq: 2, Digits: "0912*", Location: "ivr.2.1",
			Initiator: "79035550101", FromNumber: "79035550101", ToNumber: "74955550000", LineNumber: "74955550000",
		},
		"dtmf-texts":       notify.DTMF{CallID: "42", Time: at(1790000016), Seq: 1, Digits: "7", Location: notify.InIVR},
		"sms":              notify.SMS{CommandID: "sms-41", Time: at(1790000312), Reason: 1000},
		"sms-failed-texts": notify.SMS{CommandID: "41", Time: at(1790000312), Reason: 4391},
		"record-added": notify.RecordAdded{RecordRef: notify.RecordRef{
			RecordingID: "cmVjLTc3", EntryID: "ZW50LTc3", ProductID: "400100200", UserID: "400100201", Time: at(1790000195),
		}},
		"record-added-texts": notify.RecordAdded{RecordRef: notify.RecordRef{
			RecordingID: "77", EntryID: "77", ProductID: "400100200", UserID: "-1", Time: at(1790000195),
		}},
		"record-tagged": notify.RecordTagged{RecordRef: notify.RecordRef{
			RecordingID: "cmVjLTc3", EntryID: "ZW50LTc3", ProductID: "400100200", UserID: "400100201", Time: at(1790000340),
		}},
		"recognized":              notify.Recognized{RequestID: "298000777", ProductID: "400100200", Time: ms(1790000400404), Result: 1000},
		"recognized-failed-texts": notify.Recognized{RequestID: "298000778", ProductID: "400100200", Result: 4100, Message: "no speech"},
		"result-call-hold-on":     notify.Result{Command: notify.CommandHoldOn, CommandID: "k-call/hold/on", Result: 2211},
		"result-calls-connect":    notify.Result{Command: notify.CommandCallsConnect, CommandID: "k-calls_connect", Result: 4100},
		"result-play-start":       notify.Result{Command: notify.CommandPlayStart, CommandID: "k-play/start", Result: 3340},
		"result-later-command":    notify.Result{Command: "call/hold/off", CommandID: "k", Result: 1000},
		"result-stats":            notify.StatsReady{Key: "5f2", RequestID: "request22230"},
		"result-stat":             notify.StatsReady{Key: "775", RequestID: "r-1"},
	})
}

func TestAddressBookValues(t *testing.T) {
	t.Parallel()
	woman := 1
	checkValues(t, map[string]notify.Notification{
		"ab-organizations": notify.Organizations{
			Action: notify.Added, List: []notify.Organization{{ID: "1464", Name: "Verba LLC"}, {ID: "1465"}},
		},
		"ab-organizations-deleted": notify.Organizations{Action: notify.Deleted, IDs: []string{"1464", "1465"}},
		"ab-organization-alone":    notify.Organizations{Action: notify.Updated, List: []notify.Organization{{ID: "1464", Name: "Verba"}}},
		"ab-groups":                notify.ContactGroups{Action: notify.Added, List: []notify.ContactGroup{{ID: "31", Name: "Partners"}}},
		"ab-groups-deleted-objects": notify.ContactGroups{
			Action: notify.Deleted, List: []notify.ContactGroup{{ID: "31"}},
		},
		"ab-contacts-deleted": notify.Contacts{Action: notify.Deleted, IDs: []string{"4385"}},
		"ab-contacts-php":     notify.Contacts{Action: notify.Added, List: []notify.Contact{{ID: "4386", UserID: "400100202"}}},
		"ab-contacts": notify.Contacts{Action: notify.Updated, List: []notify.Contact{{
			ID: "4385", Name: "Petrova Anna", Office: "buyer", Org: notify.Organization{ID: "1464", Name: "Verba LLC"},
			Birthday: "1990-02-03", Sex: &woman, UserID: "400100201",
			Phones: []notify.ContactPhone{
				{ID: "9", Type: 1, Phone: "+7 (903) 555-01-01", Digits: "79035550101", Default: true},
				{ID: "10", Phone: "74955550000", Extension: "12"},
			},
			Emails:     []notify.ContactEmail{{ID: "7", Email: "anna@example.com", Default: true}},
			Groups:     []notify.ContactGroup{{ID: "31", Name: "Partners"}},
			Nets:       []notify.ContactNet{{ID: "5", Net: 1, Name: "anna"}},
			Messengers: []notify.Messenger{{ID: "6", Messenger: 1, Name: "@anna"}},
			Favorites:  []string{"400100201", "400100202"},
			Custom: []notify.CustomValue{
				{ID: "284", FieldID: "54", Type: 1, Text: "A+"},
				{ID: "285", FieldID: "55", Type: 2, EnumIDs: []string{"3"}},
				{ID: "286", FieldID: "56", Type: 3, Items: []notify.CustomItem{{EnumID: "4", Order: 1, Name: "red"}}},
			},
			Created: at(1574415396), LastCall: at(1790000000),
		}}},
	})
}

func TestContactCentreValues(t *testing.T) {
	t.Parallel()
	chat := notify.Chat{PointID: "10001", UserID: "KdpikR"}
	moment := at(1790000000)
	appeal := notify.AppealClosed{
		AppealID: "9001", ParentID: "9000", ProductID: "400100200", EntryID: "ZW50LTc3", Channel: 6, Entry: "bot",
		Created: moment, Ended: at(1790000600), TagIDs: []string{"11", "12"}, Comment: "done", Result: 2,
		AssignedTo: "1", ClosedBy: "2", SentBy: "3", AssignedMember: "11", ClosedMember: "12", SentMember: "13", GroupID: "31",
		Chat: []notify.AppealLine{
			{Text: "hello", Time: at(1790000001), SenderID: "cl-1", SenderName: "Anna", Type: "text"},
			{Time: at(1790000002), SenderID: "787001", SenderName: "Ivan", ByOperator: true, Type: "image"},
		},
		Contact: &notify.AppealContact{Contact: notify.Contact{
			ID: "4385", Name: "Petrova Anna", UserID: "400100201", Org: notify.Organization{ID: "1464"},
			Phones: []notify.ContactPhone{{ID: "9", Type: 1, Phone: "79035550101", Default: true}},
		}},
		PointID: "10001", Manual: true,
	}
	appeal.Contact.Source.Type = "vpbx"
	task := notify.Task{
		Change: notify.TaskCreated, TaskID: "45001", Type: 1, Start: moment, Minutes: 15, ContactID: "4385", SourceID: "src-1",
		SourceType: "vpbx", FromUserID: "400100201", ToUserID: "400100202", Description: "call back", AutoCall: true,
		Phone: "79035550101", Theme: "debt",
	}
	changed := task
	changed.Change, changed.Status, changed.Priority, changed.AutoCall = notify.TaskChanged, 1, 2, false
	checkValues(t, map[string]notify.Notification{
		"status-changed": notify.StatusChanged{
			AbonentID: "787585", Status: 10, Alias: "qwe123", Parent: notify.StatusOnline, When: ms(109822219823), Time: ms(109822219877),
		},
		"status-changed-texts": notify.StatusChanged{AbonentID: "787001", Status: notify.StatusBusy, When: ms(1790000000123), Time: ms(1790000000456)},
		"session-end":          notify.SessionEnd{AbonentID: "657001", Session: "c2Vzcw==", Result: 1000, Time: ms(1790000343345)},
		"session-end-abonent":  notify.SessionEnd{AbonentID: "657001", Session: "c2Vzcw==", Result: 1204, Time: ms(1790000343345)},
		"appeal":               appeal,
		"appeal-client": notify.AppealClosed{
			AppealID: "9002", Outgoing: true, Created: moment, Result: 1, Client: &notify.AppealClient{Name: "Anna", Phone: "79035550101"},
		},
		"task-created":    task,
		"task-changed-cc": changed,
		"task-on":         notify.Task{Change: notify.TaskCreated, TaskID: "45002", Start: moment},
		"task-bare":       notify.Task{Change: notify.TaskTouched, TaskID: "45003", Status: 3},
		"chat-message": notify.ChatMessage{
			Chat: notify.Chat{PointID: "10001"}, MessageID: "4355", Type: "text", Time: ms(1790000319002), Body: "Good day",
			Payload: json.RawMessage(`{"body":"Good day","extra":[1]}`),
		},
		"chat-typing":     notify.ChatTyping{Chat: chat, Typing: true},
		"chat-typing-off": notify.ChatTyping{Chat: notify.Chat{PointID: "10001", UserID: "17"}},
		"chat-read":       notify.ChatRead{Chat: chat, MessageID: "4355"},
		"chat-read-bare":  notify.ChatRead{Chat: notify.Chat{UserID: "KdpikR"}, MessageID: "4355"},
		"chat-rating": notify.ChatRating{Chat: chat, Rule: notify.ChatRule{
			ID: "885", Name: "rule 1", Questions: []notify.ChatQuestion{{ID: "1005", Text: "How was it?"}, {ID: "1006"}},
		}},
	})
}

// kinds are the 33 notifications of the PBX, and the task whose path tells
// nothing.
var kinds = []string{
	notify.PathCall, notify.PathSummary, notify.PathRecording, notify.PathDTMF, notify.PathSMS,
	notify.PathRecordAdded, notify.PathRecordTagged, notify.PathRecognized,
	notify.PathOrganizations, notify.PathContactGroups, notify.PathContacts,
	notify.PathStatusChanged, notify.PathSessionEnd, notify.PathAppealClosed,
	notify.PathTask, notify.PathTaskCreated, notify.PathTaskChanged,
	notify.PathChatMessage, notify.PathChatTyping, notify.PathChatRead, notify.PathChatRating,
	"/result/callback", "/result/callback_group", "/result/call/hangup", "/result/sms", "/result/recording/start",
	"/result/play/start", "/result/route", "/result/transfer", "/result/calls_connect", "/result/transfer_cancel",
	"/result/call/hold/on", notify.PathStats, notify.PathPing,
}

// TestEveryKind: each has a sample that is read into a type, and each but the
// ping, which takes anything, one that is refused.
func TestEveryKind(t *testing.T) {
	t.Parallel()
	good, bad := map[string]bool{}, map[string]bool{notify.PathPing: true}
	for name, s := range samples(t) {
		it := notify.Decode(s.Path, []byte(s.JSON))
		_, unknown := it.Notification.(notify.Unknown)
		switch {
		case it.Err != nil:
			bad[it.Path] = true
		case !unknown:
			good[it.Path] = true
		}
		if !notify.Recognised(notify.Canonical(s.Path, "")) {
			t.Errorf("%s: Recognised(%s) = false", name, s.Path)
		}
	}
	for _, path := range kinds {
		if !good[path] {
			t.Errorf("no sample of %s is read into a type", path)
		}
		group := path // results share one decoder, as tasks and chats do
		for _, prefix := range []string{"/result/", "/events/task", "/events/md"} {
			if strings.HasPrefix(path, prefix) && path != notify.PathAppealClosed && path != notify.PathStats {
				group = prefix
			}
		}
		if !slices.ContainsFunc(slices.Collect(maps.Keys(bad)), func(p string) bool { return strings.HasPrefix(p, group) }) {
			t.Errorf("no broken or incomplete sample of %s", path)
		}
	}
}

// TestCatalogue: the catalogue of the PBX's API and this package know the same
// kinds.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../vpbx/catalogue.tsv")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{notify.PathTask: true} // ours, for want of a printed path
	for row := range strings.Lines(string(raw)) {
		if cells := strings.Split(row, "\t"); cells[0] == "in" {
			listed[notify.Canonical(cells[3], "")] = true
		}
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(kinds)), slices.Sorted(maps.Keys(listed))); diff != "" {
		t.Errorf("kinds of sdk/notify (-), of the catalogue (+):\n%s", diff)
	}
}

// TestSpellings: paths that no document prints, or that documents print in
// several ways.
func TestSpellings(t *testing.T) {
	t.Parallel()
	for want, paths := range map[string][]string{
		notify.PathTaskCreated: {
			"/events/task/created", "/events/tasks/create", "/events/cc/task/add", "/events/task_created", "/events/taskCreated",
			"/events/md/onTaskCreate", "/vpbx/events/cc/task/new/", "/events/newTask", "/events/*#task_created",
		},
		notify.PathTaskChanged: {
			"/events/task/changed", "/events/cc/task/update", "/events/task-updated", "/events/md/onTaskChange", "/events/*#task_changed",
		},
		notify.PathTask:          {"/events/task", "/events/tasks/", "/events/cc/task", "/events/md/onTask"},
		notify.PathChatMessage:   {"/events/md#sendMessage", "/events/md/sendMessage"},
		notify.PathChat:          {"/events/md", "/events/md/", "/events/md#sendSticker", "/events/md#"},
		notify.PathContactGroups: {"/events/ab/groups", "/events/ab/group", "/vpbx/api/v1/events/ab/group/"},
		notify.PathContacts:      {"/events/ab/contact"},
		notify.PathOrganizations: {"/events/ab/organization/"},
		notify.PathStats:         {"/result/stats", "/result/stat", "/vpbx/result/stat/"},
		// Other things whose names only begin alike.
		"/events/task/created/twice":   {"/events/task/created/twice"},
		"/events/task/create_or_new":   {"/events/task/create_or_new"},
		"/events/task/created/changed": {"/events/task/created/changed"},
		"/events/cc/call/created":      {"/events/cc/call/created"},
		"/events/md/sendSticker":       {"/events/md/sendSticker"},
		"/events/cc":                   {"/events/cc"},
		"/result/task":                 {"/result/task"},
	} {
		for _, path := range paths {
			if got := notify.Canonical(path, ""); got != want {
				t.Errorf("Canonical(%s) = %s, want %s", path, got, want)
			}
		}
	}
}

// TestData: what is passed on has one name for one thing and loses nothing.
func TestData(t *testing.T) {
	t.Parallel()
	all := samples(t)
	for name, want := range map[string]string{
		"session-end-abonent":      `{"abonent_id":"657001","result":"1204","session":"c2Vzcw==","timestamp":"1790000343345"}`,
		"session-end":              `{"abonent_id":657001,"result":1000,"session":"c2Vzcw==","timestamp":1790000343345}`,
		"ab-organizations-deleted": `{"action":"deleted","data":["1464",1465]}`,
		"appeal-client":            `{"chat":[],"client_info":{"name":"Anna","phone":79035550101},"contact":null,"conversion_id":9002,"create":"1790000000","direction":"1","result":-1,"tag_id":[]}`,
		"later-kind":               `{"a":1}`,
		"chat-later-kind":          `{"data":{"type":"sendSticker","userId":"KdpikR"},"path":"/events/md","point_id":10001}`,
		"task-list":                `[1]`,
		"ab-contacts-null":         ``,
		"record-tagged-scalar":     ``,
		"sms-printed":              ``,
	} {
		s, ok := all[name]
		if !ok {
			t.Errorf("no sample %s", name)
		}
		if got := string(notify.Decode(s.Path, []byte(s.JSON)).Data()); got != want {
			t.Errorf("%s: Data() = %s, want %s", name, got, want)
		}
	}
	for raw, want := range map[string]string{
		`{"action":"new","data":[{"manager_id":7}]}`:                              `{"action":"new","data":[{"user_id":7}]}`,
		`{"action":"new","data":[{"manager_id":7,"user_id":null}]}`:               `{"action":"new","data":[{"user_id":7}]}`,
		`{"action":"new","data":[{"manager_id":7,"user_id":8}]}`:                  `{"action":"new","data":[{"manager_id":7,"user_id":8}]}`,
		`{"action":"new","data":[{"соntасt_id":1},{"имя":2}]}`:                    `{"action":"new","data":[{"contact_id":1},{"имя":2}]}`,
		`{"action":"new","n":12345678901234567890,"s":"\ud800","t":"` + "\xff\"}": `{"action":"new","n":12345678901234567890,"s":"�","t":"�"}`,
	} {
		if got := string(notify.Decode(notify.PathContacts, []byte(raw)).Data()); got != want {
			t.Errorf("Data(%s) = %s, want %s", raw, got, want)
		}
	}
	if got := notify.Decode("/events/robots/spoke", []byte(`{"сreate":1}`)); string(got.Data()) != `{"сreate":1}` || got.Kind() != "robots/spoke" {
		t.Errorf("Data() of an unknown kind %s = %s, want it as it came", got.Kind(), got.Data())
	}
	if got := notify.Decode("/result/call/hold/off", []byte(`{}`)).Kind(); got != "result/call/hold/off" {
		t.Errorf("Kind() = %s, want result/call/hold/off", got)
	}
}

// TestKeysOfCounters: a repeated notification has the key of the first one,
// however its counter is written; without a counter the text decides.
func TestKeysOfCounters(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<16)
	for _, row := range []struct {
		path, a, b string
		equal      bool
	}{
		{notify.PathRecording, `{"recording_id":"r","recording_state":"Started","seq":1}`, `{"seq":"1","recording_id":"r","recording_state":"Started"}`, true},
		{notify.PathRecording, `{"recording_id":"r","recording_state":"Started","seq":1}`, `{"recording_id":"r","recording_state":"Completed","seq":2}`, false},
		{notify.PathRecording, `{"recording_id":"r","recording_state":"Started","seq":"x"}`, `{"recording_id":"r","recording_state":"Completed","seq":"x"}`, false},
		{notify.PathDTMF, `{"call_id":"c","dtmf":"1","seq":1}`, `{"call_id":"c","seq":"1","dtmf":1}`, true},
		{notify.PathDTMF, `{"call_id":"c","dtmf":"1"}`, `{"call_id":"c","dtmf":"2"}`, false},
		{notify.PathStats, `{"key":"5","request_id":"a"}`, `{"key":5}`, true},
		{notify.PathSMS, `{"command_id":"s","reason":1000}`, `{"command_id":"s","reason":"1000"}`, false}, // others by their text
		{notify.PathRecording, `{"recording_id":"` + long + `","recording_state":"Started","seq":1}`, `{"recording_id":"` + long + `y","recording_state":"Started","seq":1}`, false},
	} {
		a, b := notify.Decode(row.path, []byte(row.a)), notify.Decode(row.path, []byte(row.b))
		if a.Err != nil || b.Err != nil || (a.Key == b.Key) != row.equal || len(a.Key) > 256 {
			t.Errorf("keys of %s: %.99s (%v) and %.99s (%v), equal wanted: %v", row.path, a.Key, a.Err, b.Key, b.Err, row.equal)
		}
	}
}

func FuzzData(f *testing.F) {
	for _, s := range samples(f) {
		f.Add(s.Path, []byte(s.JSON))
	}
	f.Fuzz(func(t *testing.T, path string, raw []byte) {
		it := notify.Decode(path, raw)
		data := it.Data()
		if data == nil {
			return
		}
		if !json.Valid(data) || !utf8.Valid(data) || (data[0] != '{' && data[0] != '[') {
			t.Fatalf("Data(%q, %q) = %q, want strict JSON", path, raw, data)
		}
		it.Raw = data
		if again := it.Data(); !bytes.Equal(data, again) {
			t.Fatalf("Data(%q, %q) = %s, and of that %s", path, raw, data, again)
		}
	})
}
