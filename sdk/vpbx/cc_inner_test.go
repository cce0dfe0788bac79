package vpbx

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/text"
)

func TestTimesOfRequests(t *testing.T) {
	t.Parallel()
	at := time.Date(2021, 10, 1, 4, 30, 0, 0, time.UTC)
	type times struct {
		Moscow MoscowISO `json:"moscow,omitzero"`
		Milli  UnixMilli `json:"milli,omitzero"`
	}
	sent, err := json.Marshal(times{MoscowISO{at.Local()}, UnixMilli{at.Local()}})
	if want := `{"moscow":"2021-10-01 07:30:00","milli":1633062600000}`; err != nil || string(sent) != want {
		t.Errorf("Marshal = %s, %v, want %s", sent, err, want)
	}
	var back times
	if err := strict(sent, reflect.ValueOf(&back)); err != nil {
		t.Errorf("strict(%s): %v", sent, err)
	}
	if diff := cmp.Diff(times{MoscowISO{at}, UnixMilli{at}}, back); diff != "" {
		t.Errorf("strict(%s) (-want +got):\n%s", sent, diff)
	}
	for params, field := range map[string]string{
		`{"moscow":"2021-09-31 07:30:00"}`: "moscow", `{"moscow":1633062600}`: "moscow", `{"milli":"now"}`: "milli", `{"milli":-1}`: "milli", `{"milli":1.5}`: "milli",
	} {
		got, _ := errors.AsType[*text.Error](strict(json.RawMessage(params), reflect.ValueOf(&times{})))
		if got == nil || got.Code != text.BadField || got.Field != field {
			t.Errorf("strict(%s) = %v, want bad_field [%s]", params, got, field)
		}
	}
}

// Values of own fields are of any type, and come out as they went in.
func TestStrictAny(t *testing.T) {
	t.Parallel()
	var q UpdateCampaignTaskRequest
	params := `{"campaign_id":"1","task_id":2,"name":3,"custom_fields":{"5":{"895":"1"},"6":[1,true],"7":"x","8":null}}`
	if err := strict(json.RawMessage(params), reflect.ValueOf(&q)); err != nil {
		t.Fatalf("strict(%s): %v", params, err)
	}
	want := UpdateCampaignTaskRequest{CampaignID: 1, TaskID: 2, Name: "3", CustomFields: map[string]any{
		"5": map[string]any{"895": "1"}, "6": []any{1.0, true}, "7": "x", "8": nil,
	}}
	if diff := cmp.Diff(want, q); diff != "" {
		t.Errorf("strict(%s) (-want +got):\n%s", params, diff)
	}
	if err := check(&q); err != nil {
		t.Errorf("check(%+v): %v", q, err)
	}
	params = `{"custom_fields":{"5":1e999}}`
	if err := strict(json.RawMessage(params), reflect.ValueOf(&q)); !errors.Is(err, text.New(text.BadField)) {
		t.Errorf("strict(%s): %v, want bad_field", params, err)
	}
}

// What the guard takes for doubtful: every object that a request names.
func TestClaimsOfTheContactCentre(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		op   *op
		q    any
		want []string
	}{
		{
			addTask.op, &AddTaskRequest{TaskFields{EventType: 1, Duration: 1, ToUserID: 2, FromUserID: 3, ContactID: 4, DealID: 5, SourceID: new(int64(0))}},
			[]string{"member:2", "member:3", "contact:4", "deal:5", "shape:/cc/task/add:event_type duration contact_id source_id from_user_id to_user_id deal_id"},
		},
		{
			completeTasks.op, &TaskIDsRequest{TaskID: []int64{1, 2}},
			[]string{"task:1", "task:2", "shape:/cc/task/done:task_id"},
		},
		{
			startCampaignTask.op, &CampaignTaskRequest{CampaignID: 1, TaskID: 2},
			[]string{"campaign:1", "campaign_task:2", "shape:/vpbx/task/start:campaign_id task_id"},
		},
		{callData.op, &CallDataRequest{EntryID: "x"}, []string{"shape:/vpbx/cc/call:entry_id"}},
	} {
		got := claims(row.op, row.q).all()
		slices.Sort(got)
		slices.Sort(row.want)
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("claims(%s) (-want +got):\n%s", row.op.path, diff)
		}
	}
}
