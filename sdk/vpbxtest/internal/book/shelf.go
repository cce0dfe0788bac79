package book

import (
	"encoding/json"
	"slices"

	"mangoofficesdk/sdk/vpbxtest/internal/api"
)

// shelf holds the organisations or the groups: objects of an id and a name.
type shelf struct {
	path             string // "organizations": of methods and notifications
	idName, nameName string // "org_id", "org_name"
	list             []named
	last             int64
}

type named struct {
	id   int64
	name string
}

func (s *shelf) print(n named) map[string]string {
	return map[string]string{s.idName: id(n.id).String(), s.nameName: n.name}
}

func (s *shelf) printAll(list []named) []map[string]string {
	out := []map[string]string{}
	for _, n := range list {
		out = append(out, s.print(n))
	}
	return out
}

func (s *shelf) find(id int64) int {
	return slices.IndexFunc(s.list, func(n named) bool { return n.id == id })
}

func (s *shelf) byName(name string) int {
	return slices.IndexFunc(s.list, func(n named) bool { return n.name == name })
}

// put adds a name.
func (s *shelf) put(name string) named {
	s.last++
	n := named{s.last, name}
	s.list = append(s.list, n)
	return n
}

// form takes the members of a request that concern one object.
func (s *shelf) form(raw json.RawMessage) (ref api.Int, name api.Text, code int) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return 0, "", api.WrongFormat
	}
	if v := members[s.idName]; v != nil && json.Unmarshal(v, &ref) != nil {
		return 0, "", api.WrongFormat
	}
	if v := members[s.nameName]; v != nil && json.Unmarshal(v, &name) != nil {
		return 0, "", api.WrongFormat
	}
	return ref, name, 0
}

// get is ab/organization and ab/group.
func (s *shelf) get(q api.Query) (api.Answer, []event) {
	ref, _, code := s.form(q.JSON)
	switch {
	case code != 0:
		return refuse(code)
	case ref == 0:
		return refuse(api.Missing)
	}
	i := s.find(int64(ref))
	if i < 0 {
		return refuse(api.NoObject)
	}
	return api.OK(map[string]any{"data": s.print(s.list[i])}), nil
}

// create is …/create. A name that exists is not taken again (inferred from
// "skipped", which the document does not explain).
func (s *shelf) create(q api.Query) (api.Answer, []event) {
	raw, code := rows(q)
	if code != 0 {
		return refuse(code)
	}
	var done outcome
	var made []named
	for _, row := range raw {
		_, name, code := s.form(row)
		switch {
		case code != 0:
		case name == "":
			code = api.Missing
		case s.byName(string(name)) >= 0:
			code = api.Used
		default:
			made = append(made, s.put(string(name)))
		}
		done.add(code)
	}
	data := s.printAll(made)
	return done.answer(data), tell(s.path, "new", data)
}

// update is …/update.
func (s *shelf) update(q api.Query) (api.Answer, []event) {
	raw, code := rows(q)
	if code != 0 {
		return refuse(code)
	}
	var done outcome
	var changed []named
	for _, row := range raw {
		ref, name, code := s.form(row)
		i, same := s.find(int64(ref)), s.byName(string(name))
		switch {
		case code != 0:
		case ref == 0 || name == "":
			code = api.Missing
		case i < 0:
			code = api.NoObject
		case same >= 0 && same != i:
			code = api.Used
		default:
			s.list[i].name = string(name)
			changed = append(changed, s.list[i])
		}
		done.add(code)
	}
	data := s.printAll(changed)
	return done.answer(data), tell(s.path, "updated", data)
}

// remove is …/delete. Ids that do not exist are let pass, as in the example.
// Contacts show a link only while it leads somewhere: they lose it, and that is
// not told as a change of theirs.
func (s *shelf) remove(q api.Query) (api.Answer, []event) {
	all, code := ids(q)
	if code != 0 {
		return refuse(code)
	}
	var gone []id
	for _, n := range all {
		if i := s.find(n); i >= 0 {
			s.list = slices.Delete(s.list, i, i+1)
			gone = append(gone, id(n))
		}
	}
	return api.OK(nil), tell(s.path, "deleted", gone)
}

// pages lists what a query finds.
func (s *shelf) pages(query string, _ bool) listing {
	l := listing{shelf: s.path, fields: map[string]string{"id": "id", s.idName: "id", "name": "name", s.nameName: "name"}}
	for _, n := range s.list {
		if contains(n.name, query) {
			l.rows = append(l.rows, row{id: n.id, name: n.name, print: func() any { return s.print(n) }})
		}
	}
	return l
}
