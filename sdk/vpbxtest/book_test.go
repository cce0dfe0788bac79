package vpbxtest_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangoofficesdk/sdk/vpbxtest"
)

// Changes of the address book are told, signed, in the order of the requests;
// reading and refusals are not.
func TestBookTellsChanges(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL + "/some/path", NoQuota: true, NoRateLimits: true})
	if _, got := ask(t, p.Handler(), "/vpbx/ab/organizations/create/", `{"data":[{"org_name":"А & Б"},{}]}`); got != `{"data":[{"org_id":"10433119","org_name":"А & Б"}],"result":[1000,3103],"skipped":[1]}` {
		t.Errorf("organizations/create: %s", got)
	}
	must(t, p, "ab/organization", `{"org_id":"10433119"}`)
	for _, path := range []string{"organizations/update", "groups/create", "contacts/create/"} {
		if _, got := ask(t, p.Handler(), "/vpbx/ab/"+path, `{"data":[{"org_id":10433119,"org_name":"В","group_name":"Г","name":"Д","org":{"org_id":10433119}}]}`); !strings.Contains(got, `"result":[1000]`) {
			t.Errorf("%s: %s, want result [1000]", path, got)
		}
	}
	must(t, p, "ab/groups/delete", `{"data":["10433503"]}`)
	must(t, p, "ab/contacts/delete", `{"data":["10433503"]}`) // there is none
	if err := p.Settle(bound(t)); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range l.got() {
		got = append(got, strings.TrimPrefix(n.path, "/some/path/events/ab/")+" "+n.json)
	}
	contact := `contacts {"action":"new","data":[{"contact_id":"12761811","type":0,"name":"Д",`
	if len(got) == 4+1 && strings.HasPrefix(got[3], contact) && strings.Contains(got[3], `"org":{"org_id":"10433119","org_name":"В"}`) {
		got[3] = contact
	}
	want := []string{
		`organizations {"action":"new","data":[{"org_id":"10433119","org_name":"А & Б"}]}`,
		`organizations {"action":"updated","data":[{"org_id":"10433119","org_name":"В"}]}`,
		`groups {"action":"new","data":[{"group_id":"10433503","group_name":"Г"}]}`,
		contact,
		`groups {"action":"deleted","data":["10433503"]}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notifications (-want +got):\n%s", diff)
	}
}

// A listener may ask the API before it answers, and a PBX that is closed
// keeps answering without telling.
func TestBookWhileItTells(t *testing.T) {
	t.Parallel()
	var p *vpbxtest.PBX
	asked := make(chan string, 1)
	p = start(t, vpbxtest.Config{NoRateLimits: true, Post: func(_ context.Context, path string, form url.Values) (int, error) {
		if strings.Contains(form.Get("json"), `"first"`) {
			_, got := ask(t, p.Handler(), "/vpbx/ab/groups/create", `{"data":[{"group_name":"second"}]}`)
			asked <- got
		}
		return 200, nil
	}})
	const create, first = "/vpbx/ab/groups/create", `{"data":[{"group_name":"first"}]}`
	if _, got := ask(t, p.Handler(), create, first); !strings.Contains(got, `[1000]`) {
		t.Fatalf("create: %s", got)
	}
	if got := <-asked; !strings.Contains(got, `[1000]`) {
		t.Errorf("create from within a notification: %s", got)
	}
	if err := p.Settle(bound(t)); err != nil {
		t.Fatal(err)
	}
	if got := p.Stats().Posted; got != 2 {
		t.Errorf("%d notifications were posted, want 2", got)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, got := ask(t, p.Handler(), create, `{"data":[{"group_name":"third"}]}`); !strings.Contains(got, `[1000]`) {
		t.Errorf("create after Close: %s", got)
	}
}

// Faults concern these notifications as they do those of calls.
func TestBookNotificationsAreLost(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := start(t, vpbxtest.Config{Target: l.URL, Faults: told(vpbxtest.NotificationFaults{Lose: vpbxtest.Always()})})
	if _, got := ask(t, p.Handler(), "/vpbx/ab/groups/create", `{"data":[{"group_name":"a"}]}`); !strings.Contains(got, `[1000]`) {
		t.Fatalf("create: %s", got)
	}
	if err := p.Settle(bound(t)); err != nil {
		t.Fatal(err)
	}
	if got := p.Stats(); got.Dropped != 1 || len(l.got()) != 0 {
		t.Errorf("dropped %d, arrived %d, want 1 and 0", got.Dropped, len(l.got()))
	}
}
