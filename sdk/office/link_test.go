package office_test

import (
	"testing"

	"mangoofficesdk/sdk/office"
	"mangoofficesdk/sdk/office/linktest"
)

func TestLocalIsALink(t *testing.T) {
	t.Parallel()
	linktest.Run(t, func(t *testing.T, s *linktest.Site, who office.Session) linktest.Link {
		l, err := s.Office.Attach(who)
		if err != nil {
			t.Fatalf("Attach() = %v", err)
		}
		return l
	})
}
