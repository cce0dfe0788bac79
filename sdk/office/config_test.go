package office_test

import (
	"testing"

	"mangoofficesdk/sdk/office"
)

// mango-sim prints its bare address, and people copy that.
func TestAPIURLIsCompleted(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"":                                    office.DefaultAPIURL,
		"https://app.mango-office.ru":         office.DefaultAPIURL,
		"https://app.mango-office.ru/":        office.DefaultAPIURL,
		"https://app.mango-office.ru/vpbx":    office.DefaultAPIURL,
		"http://127.0.0.1:8095":               "http://127.0.0.1:8095/vpbx/",
		"https://proxy.example/mango/api":     "https://proxy.example/mango/api/",
		"https://proxy.example/mango?token=1": "https://proxy.example/mango?token=1",
		"nonsense":                            "nonsense",
	} {
		if got := (office.Config{APIURL: given}).WithDefaults().APIURL; got != want {
			t.Errorf("WithDefaults() of api_url %q = %q, want %q", given, got, want)
		}
	}
}
