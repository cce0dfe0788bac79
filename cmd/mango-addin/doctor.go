package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"mangoofficesdk/cmd/mango-addin/internal/doctor"
	"mangoofficesdk/cmd/mango-addin/internal/extcomp"
)

// version is set by the build.
var version = "dev"

// errFound is returned when doctor found errors; they were told already.
var errFound = errors.New("найдены ошибки, см. ✗ выше")

// examination are the flags of doctor.
type examination struct {
	place     placing
	connect   string
	hub       string
	token     string
	extension string
	lib       string
	json      bool
}

func runDoctor(ctx context.Context, args []string, s streams) error {
	x := examination{place: newPlacing("doctor", s, false)}
	f := x.place.flags
	f.StringVar(&x.connect, "connect", "", "файл с JSON, который передаётся в Подключить: проверить и связь")
	f.StringVar(&x.hub, "hub", "", "адрес хаба: проверить связь с ним, вместе с -token и -extension")
	f.StringVar(&x.token, "token", "", "токен хаба")
	f.StringVar(&x.extension, "extension", "", "внутренний номер")
	f.StringVar(&x.lib, "lib", "", "библиотека для проверки связи (по умолчанию: установленная, иначе рядом с этой программой)")
	f.BoolVar(&x.json, "json", false, "печатать JSON, для службы поддержки")
	folder, _, err := x.place.parse(args, s)
	if err != nil {
		return err
	}
	params, err := x.params()
	if err != nil {
		return err
	}
	report := new(doctor.Report)
	platforms := doctor.Platforms(doctor.Places(""))
	report.Machine(platforms)
	report.Folder(folder, platforms, loader(ctx, *x.place.host))
	if params != "" {
		if ways, ok := report.Ways(params); ok {
			report.Network(ctx, ways)
			x.session(ctx, report, folder, params)
		}
	}
	report.Blind()
	if err := x.print(s, report); err != nil {
		return err
	}
	if report.Count(doctor.Error) > 0 {
		return errFound
	}
	return nil
}

// params is the JSON for Подключить; "" = the connection is not asked for.
func (x *examination) params() (string, error) {
	switch {
	case x.connect != "" && x.hub != "":
		return "", errors.New("укажите что-то одно: -connect или -hub")
	case x.connect != "":
		raw, err := os.ReadFile(x.connect)
		return string(bytes.TrimPrefix(raw, []byte("\ufeff"))), err // Notepad writes a mark
	case x.hub == "":
		return "", nil
	}
	raw, err := json.Marshal(map[string]any{
		"mode": "hub", "hub": map[string]any{"url": x.hub, "token": x.token}, "extension": x.extension,
	})
	return string(raw), err
}

// session tries the library that 1C of this bitness would load.
func (x *examination) session(ctx context.Context, report *doctor.Report, folder *extcomp.Folder, params string) {
	lib := x.lib
	if lib == "" {
		lib = folder.Newest(runtime.GOOS, runtime.GOARCH)
	}
	a, err := artefacts(lib, *x.place.host)
	if err != nil {
		report.NoSession(err)
		return
	}
	report.Connect(ctx, doctor.Session{Host: a.Host, Library: a.Library, Params: params})
}

func (x *examination) print(s streams, r *doctor.Report) error {
	if *x.place.silent {
		r.Findings = r.Wrong()
	}
	if !x.json {
		r.Print(s.out)
		return nil
	}
	raw, err := json.MarshalIndent(map[string]any{
		"version": version, "os": runtime.GOOS, "arch": runtime.GOARCH, "time": time.Now().UTC().Format(time.RFC3339),
		"errors": r.Count(doctor.Error), "warnings": r.Count(doctor.Warning), "findings": r.Findings,
	}, "", "  ")
	if err == nil {
		_, err = fmt.Fprintf(s.out, "%s\n", raw)
	}
	return err
}
