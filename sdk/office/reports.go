package office

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/history"
	"mangoofficesdk/sdk/operation"
	"mangoofficesdk/sdk/report"
	"mangoofficesdk/sdk/text"
	"mangoofficesdk/sdk/zone"
)

// reportSync is how long a report waits for the newest calls to be in the
// store.
const reportSync = 5 * time.Second

// wallLayout is how Начало and Конец come: 1C knows no zones.
const wallLayout = "2006-01-02T15:04:05"

type reportArgs struct {
	From     string `json:"from"` // wall clock of the zone; "" = no bound
	To       string `json:"to"`   // the same, included
	Variant  string `json:"variant"`
	Form     string `json:"form"`   // json, csv, html, xlsx; "" = rows
	Filter   string `json:"filter"` // JSON of Отбор
	Lang     string `json:"lang"`
	TimeZone string `json:"time_zone"` // "" = the PBX's
}

// buildReport begins a report. What it brings is fetched: rows by GetResult, the
// bytes of a file by GetFile, which the caller ends by EndFile.
func (l *Local) buildReport(_ context.Context, args json.RawMessage) (any, error) {
	var a reportArgs
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	o, err := l.reportOptions(&a)
	if err != nil {
		return nil, err
	}
	id := ""
	if o.Form == report.Rows {
		id, err = l.office.ops.Start(l.id, "BuildReport", func(ctx context.Context, op *operation.Op) error {
			l.office.begun(ctx, op, o)
			_, err := report.WriteRows(ctx, l.office.calls, o, func(row json.RawMessage) error { return op.Add(row) })
			return err
		})
	} else {
		id, err = l.office.ops.StartFile(l.id, "BuildReport", o.TempDir, func(ctx context.Context, op *operation.Op, w io.Writer) error {
			l.office.begun(ctx, op, o)
			rows, err := report.Write(ctx, w, l.office.calls, o)
			op.Count(rows)
			return err
		})
	}
	return struct {
		OperationID string `json:"operation_id"`
	}{id}, err
}

// begun is done as the work begins: the newest calls are waited for, for a
// while.
func (o *Office) begun(ctx context.Context, op *operation.Op, opt *report.Options) {
	opt.Progress = func(done int) { op.Progress(done, 0) }
	ctx, cancel := context.WithTimeout(ctx, reportSync)
	defer cancel()
	if err := o.calls.Sync(ctx); err != nil { // what is there is told
		o.cfg.Log.Warn().Err(err).Msg("a report without the newest calls")
	}
}

// reportOptions checks what was asked for, and puts the company's settings of
// this moment beside it.
func (l *Local) reportOptions(a *reportArgs) (o *report.Options, err error) {
	o = &report.Options{Conditions: json.RawMessage(strings.TrimPrefix(a.Filter, "\ufeff"))}
	bad := func(field, detail string) error { return text.New(text.BadField).WithField(field).WithDetail(detail) }
	var ok bool
	if o.Variant, ok = report.ParseVariant(a.Variant); !ok {
		return o, bad("variant", a.Variant)
	}
	if o.Form = report.Rows; a.Form != "" {
		if o.Form, ok = report.FormOf("." + a.Form); !ok {
			return o, bad("form", a.Form)
		}
	}
	if o.Sheets = l.office.cfg.Sheets; o.Form == report.XLSX && o.Sheets == nil {
		return o, text.New(text.FormUnavailable).WithDetail(".xlsx")
	}
	settings := l.office.settings()
	if o.ZoneName = a.TimeZone; o.ZoneName == "" {
		o.ZoneName = settings.PBXTimeZone
	}
	if o.Zone, err = zone.Load(o.ZoneName); err != nil {
		return o, bad("time_zone", o.ZoneName)
	}
	o.Made = l.office.cfg.Now()
	if o.From, err = wall(a.From, o.Zone); err != nil || o.From.After(o.Made) {
		return o, bad("from", a.From)
	}
	if o.To, err = wall(a.To, o.Zone); err != nil || !o.To.IsZero() && o.To.Before(o.From) {
		return o, bad("to", a.To)
	}
	if o.Filter, err = history.ParseFilter(o.Conditions); err != nil {
		return o, err
	}
	if err := l.ownCalls(&o.Filter); err != nil {
		return o, err
	}
	o.Lang, _ = text.ParseLang(a.Lang) // Russian is the default
	o.Thresholds = settings.Thresholds()
	o.Internal = settings.SaveInternal
	o.Recording = l.office.recordingPlace
	o.TempDir = spoolFolder(l.office.cfg)
	return o, nil
}

// wall reads a time of the wall clock in a zone; "" is none.
func wall(s string, z *time.Location) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	return time.ParseInLocation(wallLayout, s, z)
}

// ownCalls narrows a report to the calls of the own extension, unless the
// session is a Supervisor's.
func (l *Local) ownCalls(f *history.Filter) error {
	own := l.session.Extension
	switch {
	case l.may(Supervisor):
		return nil
	case own == "", len(f.Employee) > 0 && !slices.Equal(f.Employee, []string{own}):
		return text.New(text.Forbidden).WithField("employee")
	}
	f.Employee = []string{own}
	return nil
}

// settings are those of the company, as the replica has them.
func (o *Office) settings() engine.Settings {
	raw, _ := json.Marshal(o.snap.Load().Settings)            // scalars
	s, _, err := engine.ParseSettings(engine.Defaults(), raw) // the engine wrote them
	if err != nil {
		o.cfg.Log.Error().Err(err).Msg("settings of the replica")
	}
	return s
}

// spoolFolder holds what waits to be fetched: beside the store, which has been
// given room, rather than where temporary files may lie in memory.
func spoolFolder(cfg Config) string {
	if cfg.DataDir == "" {
		return ""
	}
	return storeFolder(cfg)
}

// fileArgs are the arguments of GetFile and EndFile.
type fileArgs struct {
	OperationID string `json:"operation_id"`
	Offset      int64  `json:"offset"`
	Count       int    `json:"count"`
	Path        string `json:"path"`
	Failed      string `json:"failed"` // why the file could not be written, a code of sdk/text; "" = it was
}

func (l *Local) getFile(ctx context.Context, args json.RawMessage) (any, error) {
	var a fileArgs
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	switch {
	case a.Offset < 0:
		return nil, text.New(text.BadArgument).WithField("offset")
	case a.Count < 1:
		return nil, text.New(text.BadArgument).WithField("count")
	}
	part, whole, err := l.office.ops.ReadFile(ctx, l.id, a.OperationID, a.Offset, a.Count)
	return struct {
		Data  []byte `json:"data"`
		Whole bool   `json:"whole"`
	}{part, whole}, err
}

func (l *Local) endFile(_ context.Context, args json.RawMessage) (any, error) {
	var a fileArgs
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	var failed *text.Error
	if a.Failed != "" {
		failed = text.New(text.Code(a.Failed)).WithDetail(a.Path)
		a.Path = ""
	}
	return struct{}{}, l.office.ops.EndFile(l.id, a.OperationID, a.Path, failed)
}
