package vpbx

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"

	"mangoofficesdk/sdk/internal/loose"
	"mangoofficesdk/sdk/text"
)

// op is one method of the API: what it is called and how it is asked.
type op struct {
	path    string
	request reflect.Type // struct; its tags are the schema (see schema.go)
	row     *Entry       // of the catalogue, once that is loaded
	// link, when set, makes an address out of a checked request, a pointer:
	// nothing is asked, whoever follows the address does that.
	link func(c *Client, q any) string
}

// method is an op with the types of its request and its answer. The request is
// a struct that mirrors the JSON; of the answer, loose.Decode fills what A
// declares. A may be reply, the whole answer as it came.
type method[Q, A any] struct{ *op }

// ops holds every declared method by path. It is complete before main runs and
// never changes after; build/lint compares it with the catalogue.
var ops = map[string]*op{}

// declare binds a method of the catalogue to its types.
func declare[Q, A any](path string) method[Q, A] {
	return method[Q, A]{register(path, (*Q)(nil))}
}

// register is what declare does without its type parameters. It is not inlined:
// the compiler would write it out for each of their hundred and thirty
// combinations, which weighed 1.5 MB of the library.
//
//go:noinline
func register(path string, request any) *op {
	o := &op{path: path, request: reflect.TypeOf(request).Elem()}
	ops[path] = o
	return o
}

// entry is the row of the catalogue, which is read when first asked for:
// loading the library costs nothing.
func (o *op) entry() *Entry {
	loaded()
	return o.row
}

// declareLink binds a GET method of the catalogue to what makes its address.
func declareLink[Q any](path string, link func(c *Client, q Q) string) method[Q, none] {
	m := declare[Q, none](path)
	m.link = func(c *Client, q any) string { return link(c, *q.(*Q)) } //nolint:errcheck // of the type it was declared with
	return m
}

// address checks q and makes the address that a GET method has.
func address[Q any](c *Client, m method[Q, none], q Q) (string, error) {
	if err := check(&q); err != nil {
		return "", err
	}
	return m.link(c, &q), nil
}

// lookup finds a declared method by a name of the catalogue, or a path.
func lookup(name string) (*op, error) {
	e, _ := Lookup(name)
	if o, ok := ops[e.Path]; ok {
		return o, nil
	}
	return nil, text.New(text.MethodUnknown).WithDetail(name)
}

// none is an answer that says nothing beyond success.
type none struct{}

// reply is an answer as it came, for methods that answer with anything but
// one JSON object.
type reply struct {
	Status      int
	ContentType string
	Location    string // of a redirect
	Body        []byte
}

// call asks and reads the answer.
func call[Q, A any](ctx context.Context, c *Client, m method[Q, A], q Q) (A, error) {
	var a A
	r, err := c.ask(ctx, m.op, &q)
	if err != nil {
		return a, err
	}
	switch out := any(&a).(type) {
	case *none:
	case *reply:
		*out = reply{r.status, r.contentType, r.location, r.body}
	default:
		if len(r.body) == 0 {
			break // 204, or a method whose HTTP status is the answer
		}
		if err := loose.Decode(r.body, out); err != nil {
			return a, c.unreadable(m.op, r, err)
		}
	}
	return a, nil
}

// send is call for methods that answer with success only.
func send[Q any](ctx context.Context, c *Client, m method[Q, none], q Q) error {
	_, err := call(ctx, c, m, q)
	return err
}

// Answer is what Do brings: one of its fields is filled.
type Answer struct {
	JSON     json.RawMessage // one JSON value
	Text     string          // CSV
	Location string          // one-time address of a file, or the address that a GET method has
	Empty    bool            // success without a body; of statistics: not ready yet
}

// Do asks any method of the catalogue by its name or path. params is the JSON
// object of the document; "" or null stands for {}. It is read strictly: an
// unknown field, a missing one, a wrong type or a value out of range is refused
// here with the field's name (text.UnknownField, MissingField, BadField), as a
// second such request would close the API for everybody (§1.4.1). A method with
// a file takes it as {"name":…,"base64":…}. Of a batch that was done in part,
// the answer stands beside the error.
func (c *Client) Do(ctx context.Context, name string, params json.RawMessage) (Answer, error) {
	o, err := lookup(name)
	if err != nil {
		return Answer{}, err
	}
	q := reflect.New(o.request)
	if err := strict(params, q); err != nil {
		return Answer{}, err
	}
	if o.link != nil {
		if err := check(q.Interface()); err != nil {
			return Answer{}, err
		}
		return Answer{Location: o.link(c, q.Interface())}, nil
	}
	r, err := c.ask(ctx, o, q.Interface())
	switch {
	case err != nil && partial(err):
		return Answer{JSON: r.body}, err
	case err != nil:
		return Answer{}, err
	case r.location != "":
		return Answer{Location: r.location}, nil
	case len(r.body) == 0:
		// An empty table is one without calls, and no table is 204.
		return Answer{Empty: r.status == http.StatusNoContent || !plainText(o.entry())}, nil
	case json.Valid(r.body):
		return Answer{JSON: r.body}, nil
	}
	return Answer{Text: string(r.body)}, nil
}

// CheckParams does all that Do does before it sends.
func CheckParams(name string, params json.RawMessage) error {
	o, err := lookup(name)
	if err != nil {
		return err
	}
	q := reflect.New(o.request)
	if err := strict(params, q); err != nil {
		return err
	}
	return check(q.Interface())
}

// Check finds in a request of this package what the PBX would refuse. Every
// method does it before it sends.
func Check[Q any](q Q) error { return check(&q) }

// Declared lists the paths that have a typed method, sorted.
func Declared() []string {
	paths := make([]string, 0, len(ops))
	for path := range ops {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// Fields describes the parameters of a method, nested ones under their parent.
func Fields(name string) ([]Field, error) {
	o, err := lookup(name)
	if err != nil {
		return nil, err
	}
	return schemaOf(o.request).list, nil
}
