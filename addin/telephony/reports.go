package telephony

import (
	"context"
	"encoding/json"
	"time"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/sdk/group"
	"mangoofficesdk/sdk/report"
	"mangoofficesdk/sdk/text"
)

const (
	filePart = 192 << 10 // bytes fetched at once: 256 KiB of JSON
	// fileCall bounds one call about a file: the Office holds it for some
	// seconds when there is nothing to give yet.
	fileCall = 20 * time.Second
	// filePatience is how long a hub that cannot be reached is tried again.
	filePatience = time.Minute
	fileAgain    = time.Second
	// fileFarewell is what the last word about a file may take when 1C goes.
	fileFarewell = 500 * time.Millisecond
)

// buildReport is СформироватьОтчет.
func (o *Object) buildReport(from, to time.Time, variant, path, filter string) (string, error) {
	if _, ok := report.ParseVariant(variant); !ok {
		e := text.New(text.BadArgument).WithField(component.Field("Вариант", "Variant")).WithDetail(variant)
		return "", hint(e, text.WantVariant)
	}
	form, ok := report.FormOf(path)
	if !ok {
		e := text.New(text.BadArgument).WithField(component.Field("ПутьКФайлу", "FilePath")).WithDetail(path)
		return "", hint(e, text.WantReportFile)
	}
	c, _, err := o.link()
	if err != nil {
		return "", err
	}
	begin := func(form string) (string, error) {
		return o.operation("BuildReport", object("from", wall(from), "to", wall(to), "variant", variant, "form", form, "filter", filter,
			"lang", o.env.Lang().String(), "time_zone", zoneName(c.params.Zone)))
	}
	if form == report.Rows {
		return begin("")
	}
	return o.intoFile(path, nil, func() (string, error) { return begin(string(form)) })
}

// wall is a time of 1C, which knows no zone; its empty date is no bound.
func wall(t time.Time) string {
	if t.Year() <= 1 {
		return ""
	}
	return t.Format("2006-01-02T15:04:05")
}

// zoneName names time_zone of Подключить for the Office; "" when none was given.
func zoneName(z *time.Location) string {
	if z == time.Local {
		return ""
	}
	return z.String()
}

// operation runs a method that begins an operation. Its arguments are named for
// BSL.
func (o *Object) operation(method string, args any) (string, error) {
	raw, err := o.call(method, args, callTimeout)
	if err != nil {
		e := text.From(err)
		for field, name := range map[string]string{"from": component.Field("Начало", "From"), "to": component.Field("Конец", "To")} {
			if e.Field == field {
				return "", e.WithField(name)
			}
		}
		return "", err
	}
	var a struct {
		OperationID string `json:"operation_id"`
	}
	if err := json.Unmarshal(raw, &a); err != nil || a.OperationID == "" {
		return "", text.New(text.Internal).WithDetail(method).Wrap(err)
	}
	return a.OperationID, nil
}

// fetch writes the file of an operation, part by part, and tells the Office how
// that went: then the operation ends, and РезультатОперации comes. then, which may
// be nil, is done with the whole file before.
func (o *Object) fetch(ctx context.Context, link Link, id string, f *wholeFile, then func(path string) error) {
	err := o.fetchParts(ctx, link, id, f)
	if err == nil {
		err = f.commit()
	} else {
		f.drop()
	}
	if err == nil && then != nil {
		err = then(f.path)
	}
	failed := ""
	if err != nil {
		e := text.From(err)
		o.env.Log().Warn().Err(e).Str("operation_id", id).Msg("file not written")
		if ctx.Err() != nil {
			e = text.New(text.Stopping)
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), fileFarewell)
			defer cancel()
		}
		failed = string(e.Code)
	}
	// It is over already when it was cancelled, or failed there.
	if _, err := patient(ctx, link, "EndFile", object("operation_id", id, "path", f.path, "failed", failed)); err != nil {
		o.env.Log().Info().Err(err).Str("operation_id", id).Msg("the end of a file was not told")
	}
}

func (o *Object) fetchParts(ctx context.Context, link Link, id string, f *wholeFile) error {
	for offset := int64(0); ; {
		raw, err := patient(ctx, link, "GetFile", object("operation_id", id, "offset", offset, "count", int64(filePart)))
		if err != nil {
			return err
		}
		var part struct {
			Data  []byte `json:"data"`
			Whole bool   `json:"whole"`
		}
		if err := json.Unmarshal(raw, &part); err != nil {
			return text.New(text.Internal).WithDetail("GetFile").Wrap(err)
		}
		n, err := f.Write(part.Data)
		if err != nil {
			return notWritten(f.path, err)
		}
		if offset += int64(n); part.Whole {
			return nil
		}
	}
}

// patient calls again for a while when the way to the Office is broken: both
// methods about a file may be repeated.
func patient(ctx context.Context, link Link, method string, args json.RawMessage) (json.RawMessage, error) {
	for end := time.Now().Add(filePatience); ; {
		attempt, cancel := context.WithTimeout(ctx, fileCall)
		raw, err := link.Call(attempt, method, args)
		cancel()
		if err == nil || !broken(text.From(err).Code) || time.Now().After(end) || !group.Sleep(ctx, fileAgain) {
			return raw, err
		}
	}
}

// broken tells what the way to a hub may be told to be.
func broken(code text.Code) bool {
	switch code {
	case text.HubUnreachable, text.ConnectionLost, text.HubBusy, text.Timeout:
		return true
	}
	return false
}
