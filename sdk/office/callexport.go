package office

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/report"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/zone"
)

// ExportCalls writes the stored calls that began from a moment on and before
// another one (zero: no bound), by start: each as a line of JSON, all that is
// known of it, or as the detailed report in CSV, by the settings of now. What
// was written before an error is no whole export.
func (o *Office) ExportCalls(ctx context.Context, w io.Writer, from, to time.Time, csv bool) error {
	if err := o.calls.Sync(ctx); err != nil {
		return err
	}
	if !csv {
		enc := json.NewEncoder(w)
		for c, err := range o.calls.Calls(ctx, from, to, history.Filter{}) {
			if err == nil {
				err = enc.Encode(c)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	s := o.settings()
	loc, err := zone.Load(s.PBXTimeZone)
	if err != nil {
		return text.New(text.BadField).WithField("pbx_time_zone").WithDetail(s.PBXTimeZone)
	}
	if !to.IsZero() {
		to = to.Add(-1) // a report's period includes its end
	}
	_, err = report.Write(ctx, w, o.calls, &report.Options{
		Variant: report.Detailed, Form: report.CSV, From: from, To: to, Internal: true,
		Lang: text.RU, Zone: loc, ZoneName: s.PBXTimeZone, Made: o.cfg.Now(), TempDir: spoolFolder(o.cfg), Recording: o.recordingPlace,
		Thresholds: s.Thresholds(),
	})
	return err
}
