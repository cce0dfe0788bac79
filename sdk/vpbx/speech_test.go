package vpbx_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
)

func TestSpeech(t *testing.T) {
	t.Parallel()
	day := vpbx.Date{Time: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)}
	exchanges(t, map[string]exchange{
		"categories": {
			do: brings(func(c *vpbx.Client) ([]vpbx.RecordingCategories, error) {
				return c.RecordingCategories(t.Context(), vpbx.CategoriesRequest{RecordingID: vpbx.RecordingIDs{"MTox", `a"b`}, WithTerms: true, WithNames: true})
			}),
			path: "/vpbx/queries/recording_categories", json: `{"recording_id":"[\"MTox\",\"a\\\"b\"]","with_terms":true,"with_names":true}`,
			answer: "recording_categories.json",
			want: []vpbx.RecordingCategories{
				{RecordingID: "MTox", Categories: []vpbx.Category{{
					ID: 1688, Name: "Hardware", AssignTime: unix(1793606400), Version: 7,
					Terms: []vpbx.Term{{Value: "handset", Count: 5, Channels: []int{-1}}, {Value: "phone", Count: 2, Channels: []int{1}}},
				}}},
				{RecordingID: "MToy"},
			},
		},
		"transcripts": {
			do: brings(func(c *vpbx.Client) ([]vpbx.RecordingTranscript, error) {
				return c.RecordingTranscripts(t.Context(), vpbx.TranscriptsRequest{RecordingID: vpbx.RecordingIDs{"MTox"}})
			}),
			path: "/vpbx/queries/recording_transcripts", json: `{"recording_id":"[\"MTox\"]"}`, answer: "recording_transcripts.json",
			want: []vpbx.RecordingTranscript{
				{RecordingID: "MTox", Names: vpbx.SpeakerNames{Client: "Client", Operator: "Anna"}, Phrases: []vpbx.Phrase{
					{Speaker: "operator", Text: "good day"}, {Speaker: "client", Text: "good bye"}, {Speaker: "client"}, {}, {Text: "7"},
				}},
				{RecordingID: "MToy"},
			},
		},
		"transcripts, by a list":  {do: does(named(t, "queries/recording_transcripts", `{"recording_id":["MTox"]}`)), path: "/vpbx/queries/recording_transcripts", json: `{"recording_id":"[\"MTox\"]"}`, answer: `{"result":1000}`},
		"transcripts, as printed": {do: does(named(t, "queries/recording_transcripts", `{"recording_id":"[\"MTox\"]"}`)), path: "/vpbx/queries/recording_transcripts", json: `{"recording_id":"[\"MTox\"]"}`, answer: `{"result":1000}`},
		"transcripts, one":        {do: does(named(t, "queries/recording_transcripts", `{"recording_id":"17"}`)), path: "/vpbx/queries/recording_transcripts", json: `{"recording_id":"[\"17\"]"}`, answer: `{"result":1000}`},
		"summaries": {
			do: brings(func(c *vpbx.Client) ([]vpbx.ConversationSummary, error) {
				return c.ConversationSummaries(t.Context(), vpbx.SummariesRequest{CommunicationID: []string{"MzAwMQ==", "MzAwMg=="}})
			}),
			path: "/s2t/queries/recording_summary", json: `{"communication_id":["MzAwMQ==","MzAwMg=="]}`, answer: "recording_summary.json",
			want: []vpbx.ConversationSummary{{CommunicationID: "MzAwMQ==", Summary: "1. Goal.\n2. Outcome."}},
		},
		"records": {
			do: brings(func(c *vpbx.Client) ([]vpbx.Conversation, error) {
				return c.ConversationPage(t.Context(), vpbx.ConversationsRequest{DateFrom: day, DateTo: day, Limit: 10, Offset: 20})
			}),
			path: "/s2t/queries/records", json: `{"date_from":"2026-11-02","date_to":"2026-11-02","limit":10,"offset":20}`, answer: "s2t_records.json",
			want: []vpbx.Conversation{
				{
					CommunicationID: "MzAwMQ==", Type: "1", Sentiments: vpbx.Sentiments{Operator: "calm"}, HasS2T: true, HasTranscript: true,
					Info: vpbx.ConversationInfo{Direction: "out", DurationSec: 25, TimeCreated: unix(1793606400), FromNumber: "sip:anna@t.mangosip.ru", ToNumber: "79161234567"},
				},
				{CommunicationID: "MzAwMg==", Type: "call", Info: vpbx.ConversationInfo{Direction: "2", DurationSec: 7, TimeCreated: unix(1793606500)}},
			},
		},
	})
}

// The ids of product and point go as headers and are no part of what is signed.
func TestAssistants(t *testing.T) {
	t.Parallel()
	march := time.Date(2026, 3, 10, 14, 22, 11, 0, time.UTC)
	type asked struct{ Path, JSON, Product, Point string }
	for name, row := range map[string]struct {
		do     func(*vpbx.Client) (any, error)
		answer string
		asked  asked
		want   any
	}{
		"assistants": {
			brings(func(c *vpbx.Client) ([]vpbx.Assistant, error) {
				return c.Assistants(t.Context(), vpbx.AssistantsRequest{ProductID: "400100200"})
			}),
			"ai_agents.json", asked{"/s2t/queries/ai_agents", `{}`, "400100200", ""},
			[]vpbx.Assistant{
				{
					ID: 1, Name: "Sales", Status: "active", Model: "some-model", CreatedAt: march, UpdatedAt: time.Date(2026, 3, 15, 9, 12, 0, 0, time.UTC),
					OutputFields: []vpbx.AssistantField{{ID: 2, Key: "rivals", Label: "Rivals", Type: "boolean", CreatedAt: march}},
				},
				{ID: 3, Status: "disabled"},
			},
		},
		"findings": {
			brings(func(c *vpbx.Client) ([]vpbx.Finding, error) {
				return c.Findings(t.Context(), vpbx.FindingsRequest{PointID: "10006434", CommunicationID: []string{"MzAwMQ=="}})
			}),
			"recording_agents.json", asked{"/s2t/queries/recording_agents", `{"communication_id":["MzAwMQ=="]}`, "", "10006434"},
			[]vpbx.Finding{{
				CommunicationID: "MzAwMQ==", AssistantID: 1, ProcessedAt: time.Date(2026, 3, 16, 10, 15, 30, 0, time.UTC),
				Values: []vpbx.FindingValue{{ID: 527, Name: "Advice", Value: "Be brief"}, {ID: 528, Name: "Rivals", Value: "true"}},
			}},
		},
	} {
		var got asked
		p := start(t, nil, func(w http.ResponseWriter, r *http.Request) {
			got = asked{r.URL.Path, r.PostForm.Get("json"), r.Header.Get("X-Product-Id"), r.Header.Get("X-Point-Id")}
			if want := credentials.JSON([]byte(got.JSON)); r.PostForm.Get("sign") != want {
				t.Errorf("%s is signed %s, want %s", name, r.PostForm.Get("sign"), want)
			}
			fmt.Fprint(w, answerText(t, row.answer))
		})
		value, err := row.do(p.client(t, nil))
		if diff := cmp.Diff(row.want, value); err != nil || diff != "" || got != row.asked {
			t.Errorf("%s: %v, asked %+v, want %+v (-want +got):\n%s", name, err, got, row.asked, diff)
		}
	}
}

func TestSpeechFaults(t *testing.T) {
	t.Parallel()
	ids := `["` + strings.Repeat(`x","`, 500) + `x"]`
	faults(t, map[string]fault{
		"no ids":          {named(t, "queries/recording_categories", `{}`), text.MissingField, "recording_id"},
		"an empty id":     {named(t, "queries/recording_categories", `{"recording_id":["a",""]}`), text.MissingField, "recording_id[1]"},
		"ids by number":   {named(t, "queries/recording_transcripts", `{"recording_id":7}`), text.BadField, "recording_id"},
		"broken list":     {named(t, "queries/recording_transcripts", `{"recording_id":"[x"}`), text.BadField, "recording_id"},
		"501 ids":         {named(t, "queries/recording_transcripts", `{"recording_id":`+ids+`}`), text.BadField, "recording_id"},
		"no conversation": {named(t, "s2t/queries/recording_summary", `{"communication_id":[]}`), text.MissingField, "communication_id"},
		"no day":          {named(t, "s2t/queries/records", `{"date_to":"2026-11-02"}`), text.MissingField, "date_from"},
		"a moment":        {named(t, "s2t/queries/records", `{"date_from":"2026-11-02 00:00:00"}`), text.BadField, "date_from"},
		"backwards":       {named(t, "s2t/queries/records", `{"date_from":"2026-11-02","date_to":"2026-11-01"}`), text.BadField, "date_to"},
		"limit":           {named(t, "s2t/queries/records", `{"date_from":"2026-11-02","date_to":"2026-11-02","limit":-1}`), text.BadField, "limit"},
		"no product":      {named(t, "s2t/queries/ai_agents", `{}`), text.MissingField, "product_id"},
		"product by word": {named(t, "s2t/queries/ai_agents", `{"product_id":"a\r\nb"}`), text.BadField, "product_id"},
		"no point":        {named(t, "s2t/queries/recording_agents", `{"communication_id":["x"]}`), text.MissingField, "point_id"},
		"no findings":     {named(t, "s2t/queries/recording_agents", `{"point_id":7}`), text.MissingField, "communication_id"},
	})
}

func TestConversations(t *testing.T) {
	t.Parallel()
	page := func(ids ...string) string {
		for i, id := range ids {
			ids[i] = `{"communication_id":"` + id + `"}`
		}
		return `{"result":1000,"data":[` + strings.Join(ids, ",") + `]}`
	}
	type outcome struct {
		IDs     []string
		Err     text.Code
		Offsets []string
	}
	const limited = `{"date_from":"2026-11-02","date_to":"2026-11-02","limit":2`
	for name, row := range map[string]struct {
		pages []string
		want  outcome
	}{
		"none":       {[]string{page()}, outcome{nil, "", []string{limited + `}`}}},
		"short page": {[]string{page("a"), page("b"), page()}, outcome{[]string{"a", "b"}, "", []string{limited + `}`, limited + `,"offset":1}`, limited + `,"offset":2}`}}},
		"repeated":   {[]string{page("a", "b"), page("a", "b")}, outcome{[]string{"a", "b"}, "", []string{limited + `}`, limited + `,"offset":2}`}}},
		"error":      {[]string{page("a"), `{"result":3128}`}, outcome{[]string{"a"}, text.PBXError, []string{limited + `}`, limited + `,"offset":1}`}}},
		"enough":     {[]string{page("a", "b", "c", "d")}, outcome{[]string{"a", "b", "c"}, "", []string{limited + `}`}}},
		"no answer":  {[]string{`{"status":"ok"}`}, outcome{nil, text.BadAnswer, []string{limited + `}`}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := 0
			p := start(t, nil, func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, row.pages[n])
				n++
			})
			day := vpbx.Date{Time: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)}
			var got outcome
			for one, err := range p.client(t, nil).Conversations(t.Context(), vpbx.ConversationsRequest{DateFrom: day, DateTo: day, Limit: 2}) {
				if err != nil {
					got.Err = text.From(err).Code
					continue
				}
				if got.IDs = append(got.IDs, one.CommunicationID); len(got.IDs) == 3 {
					break
				}
			}
			for _, r := range p.requests() {
				got.Offsets = append(got.Offsets, r.Form.Get("json"))
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("Conversations (-want +got):\n%s", diff)
			}
		})
	}
}
