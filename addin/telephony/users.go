package telephony

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"html"
	"path/filepath"
	"strings"
	"time"

	"mangoofficesdk/addin/component"
	"mangoofficesdk/sdk/engine"
	"mangoofficesdk/sdk/text"
)

// setUsers is УстановитьПользователей.
func (o *Object) setUsers(raw string) error {
	return o.companyCall("SetUsers", object("users", asJSON(raw)))
}

// setRouteTable is УстановитьОтветственных.
func (o *Object) setRouteTable(raw string, replace bool) error {
	return o.companyCall("SetRouteTable", object("responsibles", asJSON(raw), "replace", replace))
}

// asJSON passes text of BSL on; what is no JSON becomes null, which the Office
// refuses with the name of the list.
func asJSON(raw string) json.RawMessage {
	if !json.Valid([]byte(raw)) {
		return json.RawMessage("null")
	}
	return json.RawMessage(raw)
}

// companyCall runs a method that only succeeds or fails.
func (o *Object) companyCall(method string, args any) error {
	_, err := o.call(method, args, callTimeout)
	return explained(err)
}

// setExtension is УстановитьВнутреннийНомер.
func (o *Object) setExtension(userID, extension string) error {
	return o.companyCall("SetExtension", engine.User{UserID: userID, Extension: extension})
}

// removeExtension is УдалитьВнутреннийНомер.
func (o *Object) removeExtension(userID string) error {
	return o.companyCall("RemoveExtension", engine.User{UserID: userID})
}

// answerRouteRequest is ОтветитьНаЗапросМаршрута.
func (o *Object) answerRouteRequest(requestID, extension string) error {
	return o.companyCall("AnswerRouteRequest", object("request_id", requestID, "extension", extension))
}

// annotateCall is ДополнитьЗвонок.
func (o *Object) annotateCall(entryID, raw string) error {
	return o.companyCall("AnnotateCall", object("entry_id", entryID, "annotation", asJSON(raw)))
}

// ask runs a method whose answer is read into out.
func (o *Object) ask(method string, out any) error {
	raw, err := o.call(method, struct{}{}, callTimeout)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return text.New(text.Internal).WithDetail(method).Wrap(err)
	}
	return nil
}

func (o *Object) userList() (list []engine.UserState, err error) {
	var a struct {
		Users []engine.UserState `json:"users"`
	}
	err = o.ask("GetUsers", &a)
	return a.Users, err
}

// users is ПолучитьПользователей.
func (o *Object) users() (string, error) {
	list, err := o.userList()
	if err != nil {
		return "", err
	}
	w := o.writer()
	w.open('[')
	for i := range list {
		u := &list[i]
		w.open('{')
		w.str("user_id", u.UserID)
		w.str("name", u.Name)
		w.str("extension", u.Extension)
		w.str("state", string(u.State))
		w.bool("connected", u.Connected)
		w.time("last_seen", u.LastSeen)
		w.bool("in_pbx", u.InPBX)
		w.close('}')
	}
	w.close(']')
	return string(w.buf), nil
}

// presence is ПолучитьСтатусы.
func (o *Object) presence() (string, error) {
	var a struct {
		Presence []engine.PhoneState `json:"presence"`
	}
	if err := o.ask("GetPresence", &a); err != nil {
		return "", err
	}
	w := o.writer()
	w.open('[')
	for i := range a.Presence {
		p := &a.Presence[i]
		w.open('{')
		w.str("extension", p.Extension)
		w.str("state", string(p.State))
		w.time("since", p.Since)
		w.str("call_id", p.CallID)
		w.close('}')
	}
	w.close(']')
	return string(w.buf), nil
}

// limits is ПолучитьЛимиты.
func (o *Object) limits() (string, error) {
	var b engine.UserLimitBody
	if err := o.ask("GetLimits", &b); err != nil {
		return "", err
	}
	if b.Refused == nil {
		b.Refused = []string{}
	}
	return string(mustJSON(b)), nil
}

// writer writes JSON with the times of this object's connection.
func (o *Object) writer() *jsonWriter {
	_, b, err := o.link()
	if err != nil {
		return &jsonWriter{zone: time.Local}
	}
	return &jsonWriter{zone: b.zone}
}

// exportUsers is ВыгрузитьПользователей: the list as a file to print or keep.
func (o *Object) exportUsers(path string) error {
	form := strings.ToLower(filepath.Ext(path))
	if form != ".csv" && form != ".html" {
		e := text.New(text.BadArgument).WithField(component.Field("ПутьКФайлу", "FilePath")).WithDetail(path)
		return hint(e, text.WantUsersFile)
	}
	list, err := o.userList()
	if err != nil {
		return err
	}
	rows := userRows(list, o.env.Lang())
	var out bytes.Buffer
	if form == ".csv" {
		writeCSV(&out, rows)
	} else {
		writeHTML(&out, text.UsersTitle.In(o.env.Lang()), rows)
	}
	return writeWhole(path, out.Bytes())
}

// userRows is the list as a table, its head first.
func userRows(list []engine.UserState, lang text.Lang) [][]string {
	rows := [][]string{text.UserColumns(lang)}
	for _, u := range list {
		seen := ""
		if !u.LastSeen.IsZero() {
			seen = u.LastSeen.Local().Format("2006-01-02 15:04:05")
		}
		rows = append(rows, []string{
			u.UserID, u.Name, u.Extension, text.Presence(string(u.State)).In(lang),
			text.YesNo(u.Connected, lang), seen, text.YesNo(u.InPBX, lang),
		})
	}
	return rows
}

// writeCSV: with a mark of UTF-8 and semicolons, as a Russian Excel opens it. A
// cell that a table would take for a formula is quoted out of being one.
func writeCSV(out *bytes.Buffer, rows [][]string) {
	out.WriteString("\ufeff")
	w := csv.NewWriter(out)
	w.Comma, w.UseCRLF = ';', true
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				cell = "'" + cell
			}
			safe[i] = cell
		}
		_ = w.Write(safe) // a buffer takes everything
	}
	w.Flush()
}

func writeHTML(out *bytes.Buffer, title string, rows [][]string) {
	title = html.EscapeString(title)
	out.WriteString("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>" + title + "</title>\n<style>" +
		"body{font:14px/1.4 sans-serif;margin:2em}table{border-collapse:collapse}" +
		"th,td{border:1px solid #bbb;padding:.3em .6em;text-align:left}th{background:#eee}" +
		"</style></head><body>\n<h1>" + title + "</h1>\n<table>\n")
	for i, row := range rows {
		tag := "td"
		if i == 0 {
			tag = "th"
		}
		out.WriteString("<tr>")
		for _, cell := range row {
			out.WriteString("<" + tag + ">" + html.EscapeString(cell) + "</" + tag + ">")
		}
		out.WriteString("</tr>\n")
	}
	out.WriteString("</table>\n</body></html>\n")
}
