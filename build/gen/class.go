package main

import "mangoofficesdk/addin/spec"

// class is a spec.Class without the type of its objects.
type class struct {
	name       string
	methods    []method
	properties []property
}

type method struct {
	name     spec.Name
	params   []spec.Param // the out-parameter included
	returns  bool
	fallible bool
}

type property struct {
	name               spec.Name
	readable, writable bool
}

func describe[T any](c *spec.Class[T]) class {
	d := class{name: c.Name}
	for i := range c.Methods {
		m := &c.Methods[i]
		d.methods = append(d.methods, method{m.Name, m.AllParams(), m.Returns != spec.None, m.Fallible})
	}
	for i := range c.Properties {
		p := &c.Properties[i]
		d.properties = append(d.properties, property{p.Name, p.Get != nil, p.Set != nil})
	}
	return d
}

func (c class) methodNames() []spec.Name {
	var names []spec.Name
	for _, m := range c.methods {
		names = append(names, m.name)
	}
	return names
}

func (c class) propertyNames() []spec.Name {
	var names []spec.Name
	for _, p := range c.properties {
		names = append(names, p.name)
	}
	return names
}
