package vpbx_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/vpbx"
	"mangoofficesdk/sdk/vpbxtest"
)

// emulated starts a PBX with its limits and its quota of wrong requests on, and
// a client that keeps to the documented limits.
func emulated(t *testing.T, observe func(vpbxtest.Activity)) *vpbx.Client {
	t.Helper()
	pbx, err := vpbxtest.New(vpbxtest.Config{Credentials: credentials, Observe: observe})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	if err := pbx.Start(); err != nil {
		t.Fatal(err)
	}
	c, err := vpbx.New(vpbx.Config{Credentials: credentials, BaseURL: pbx.URL() + "/vpbx/"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// Fifty callers at once, each with requests about objects that the PBX has not:
// all but one in two minutes are refused here, so that the PBX does not lock
// the product, and a caller who knows what he asks for goes on all the while.
// (The guard's own proof plays hours of this against a model.)
func TestFiftyBadCallersLockNobodyOut(t *testing.T) {
	t.Parallel()
	var wrong, locked, limited atomic.Int64
	c := emulated(t, func(a vpbxtest.Activity) {
		if a.Request == nil {
			return
		}
		var answer struct{ Result int }
		_ = json.Unmarshal(a.Request.Answer, &answer)
		switch {
		case a.Request.Status == http.StatusUnauthorized:
			locked.Add(1)
		case a.Request.Status == http.StatusTooManyRequests:
			limited.Add(1)
		case answer.Result/1000 == 3:
			wrong.Add(1)
		}
	})
	if _, err := c.Users(t.Context(), vpbx.UsersRequest{}); err != nil {
		t.Fatalf("Users: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	var refused, good atomic.Int64
	var crowd sync.WaitGroup
	for caller := range 50 {
		crowd.Go(func() {
			ctx := vpbx.WithCaller(ctx, fmt.Sprintf("bad-%d", caller))
			for n := range 5 {
				params := fmt.Sprintf(`{"group_id":%d}`, 900_000_000+caller*10+n)
				_, err := c.Do(ctx, "group/delete", json.RawMessage(params))
				if errors.Is(err, text.New(text.APIPaused)) {
					refused.Add(1)
				}
			}
		})
	}
	crowd.Go(func() {
		ctx := vpbx.WithCaller(ctx, "good")
		for range 3 {
			if _, err := c.Users(ctx, vpbx.UsersRequest{}); err == nil {
				good.Add(1)
			}
		}
	})
	crowd.Wait()
	if locked.Load() != 0 || limited.Load() != 0 || wrong.Load() != 1 {
		t.Errorf("the PBX saw %d wrong requests, locked %d and limited %d, want 1, 0 and 0", wrong.Load(), locked.Load(), limited.Load())
	}
	if refused.Load() < 200 || good.Load() == 0 {
		t.Errorf("%d bad requests were refused here and %d good ones answered, want nearly 250 and at least one", refused.Load(), good.Load())
	}
}
