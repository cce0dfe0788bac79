package bsl

import "strings"

// Module is one file.
type Module struct {
	Vars     []Name
	Methods  []*Method
	Body     []Stmt // what stands outside of methods
	Guards   []Guard
	Problems []Problem
}

// Guard is what #Если says of the lines between two others.
type Guard struct {
	From, To int
	Where    Context
}

// Name is a name where it is declared.
type Name struct {
	Text   string
	Pos    Pos
	Export bool
}

// Method is a procedure or a function.
type Method struct {
	Name
	Function bool
	Async    bool
	Where    string // directive of compilation, "" = none
	Extends  string // the method that it changes in an extension, with the directive that says how
	How      string
	Params   []Param
	Vars     []Name
	Body     []Stmt
	Comment  bool // a comment stands right above
}

// Param is one parameter of a method.
type Param struct {
	Name
	ByValue bool
	Default Expr // nil: required
}

// Fits tells whether n arguments are neither too few nor too many.
func (m *Method) Fits(n int) bool { return n <= len(m.Params) && n >= m.Required() }

// Required counts up to the last parameter without a default.
func (m *Method) Required() int {
	for i := len(m.Params); i > 0; i-- {
		if m.Params[i-1].Default == nil {
			return i
		}
	}
	return 0
}

// Method finds a method by its name, nil if there is none.
func (m *Module) Method(name string) *Method {
	for _, p := range m.Methods {
		if Same(p.Text, name) {
			return p
		}
	}
	return nil
}

// Same compares names as the language does: without regard to case.
func Same(a, b string) bool { return Fold(a) == Fold(b) }

// Fold is the form in which names are equal.
func Fold(s string) string { return strings.ToLower(s) }

// The statements.
type (
	Stmt interface{ At() Pos }

	// If has one body more than conditions when it has an Иначе.
	If struct {
		Pos
		Conds  []Expr
		Bodies [][]Stmt
	}
	While struct {
		Pos
		Cond Expr
		Body []Stmt
	}
	For struct {
		Pos
		Var      string
		From, To Expr // To is nil for Для Каждого
		Body     []Stmt
	}
	Try struct {
		Pos
		Body, Except []Stmt
	}
	Return struct {
		Pos
		Value Expr // nil: none
	}
	Raise struct {
		Pos
		Value Expr // nil: the present one again
	}
	Leave struct {
		Pos
		Next bool // Продолжить, else Прервать
	}
	Assign struct {
		Pos
		To, Value Expr
	}
	Do struct {
		Pos
		Call Expr
	}
	// Handler is ДобавитьОбработчик or УдалитьОбработчик.
	Handler struct {
		Pos
		Event, Handler Expr
	}
)

// The expressions.
type (
	Expr interface{ At() Pos }

	// Literal is a String, Number or Date with its text, or an Ident: true,
	// false, undefined or null.
	Literal struct {
		Pos
		Kind Kind
		Text string
	}
	Ref struct {
		Pos
		Name string
	}
	Member struct {
		Pos
		Of   Expr
		Name string
	}
	Index struct {
		Pos
		Of, By Expr
	}
	Call struct {
		Pos
		Fun  Expr
		Args []Expr // nil stands for one left out
	}
	New struct {
		Pos
		Name string // of the type; "" when it is computed: Новый(…)
		Type Expr
		Args []Expr
	}
	Unary struct {
		Pos
		Op string
		X  Expr
	}
	Binary struct {
		Pos
		Op   string
		X, Y Expr
	}
	Choice struct {
		Pos
		If, Then, Else Expr
	}
	Await struct {
		Pos
		X Expr
	}
)

// At is the place itself: what embeds a Pos has it.
func (p Pos) At() Pos { return p }

// Walk calls f for every expression of the statements, parents first.
func Walk(body []Stmt, f func(Expr)) {
	for _, s := range body {
		walkStmt(s, f)
	}
}

func walkStmt(s Stmt, f func(Expr)) {
	switch s := s.(type) {
	case *If:
		walkExprs(s.Conds, f)
		for _, b := range s.Bodies {
			Walk(b, f)
		}
	case *While:
		walkExprs([]Expr{s.Cond}, f)
		Walk(s.Body, f)
	case *For:
		walkExprs([]Expr{s.From, s.To}, f)
		Walk(s.Body, f)
	case *Try:
		Walk(s.Body, f)
		Walk(s.Except, f)
	case *Return:
		walkExprs([]Expr{s.Value}, f)
	case *Raise:
		walkExprs([]Expr{s.Value}, f)
	case *Assign:
		walkExprs([]Expr{s.To, s.Value}, f)
	case *Do:
		walkExprs([]Expr{s.Call}, f)
	case *Handler:
		walkExprs([]Expr{s.Event, s.Handler}, f)
	}
}

func walkExprs(list []Expr, f func(Expr)) {
	for _, e := range list {
		if e == nil {
			continue
		}
		f(e)
		switch e := e.(type) {
		case *Member:
			walkExprs([]Expr{e.Of}, f)
		case *Index:
			walkExprs([]Expr{e.Of, e.By}, f)
		case *Call:
			walkExprs([]Expr{e.Fun}, f)
			walkExprs(e.Args, f)
		case *New:
			walkExprs([]Expr{e.Type}, f)
			walkExprs(e.Args, f)
		case *Unary:
			walkExprs([]Expr{e.X}, f)
		case *Binary:
			walkExprs([]Expr{e.X, e.Y}, f)
		case *Choice:
			walkExprs([]Expr{e.If, e.Then, e.Else}, f)
		case *Await:
			walkExprs([]Expr{e.X}, f)
		}
	}
}
