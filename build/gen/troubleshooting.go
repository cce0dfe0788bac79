package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"mangoofficesdk/addin/manual"
	"mangoofficesdk/sdk/text"
)

// troubleshooting is docs/troubleshooting.ru.md: every code with its text, what
// to do and, where people meet it, what brings it about; then the PBX's own.
func troubleshooting() ([]byte, error) {
	intro, err := os.ReadFile("docs/troubleshooting/intro.ru.md")
	if err != nil {
		return nil, err
	}
	codes, err := errorCodes()
	if err != nil {
		return nil, err
	}
	b := &book{lang: text.RU}
	b.WriteString("<!-- Written by build/gen from sdk/text, addin/manual and docs/troubleshooting/intro.ru.md: do not edit. -->\n")
	b.Write(intro)
	b.WriteString("## Коды\n")
	causes := manual.Causes()
	for _, c := range codes {
		m := text.Lookup(c)
		b.printf("\n### %s\n\n%s.", c, sentence(m.RU))
		if m.RemedyRU != "" {
			b.printf(" **Что делать:** %s.", sentence(m.RemedyRU))
		}
		if m.Retryable {
			b.WriteString(" Повтор может удаться.")
		}
		b.WriteString("\n")
		if list := causes[c]; len(list) > 0 {
			b.WriteString("\n")
			for _, cause := range list {
				b.printf("- %s\n", cause)
			}
		}
	}
	results, err := resultCodes()
	if err != nil {
		return nil, err
	}
	b.WriteString("\n## Коды ВАТС\n\nПоле `result` и число в причине завершения звонка. Неизвестный код читается как ближайший общий: 2219 как 2210.\n\n| код | значение | что делать |\n|---|---|---|\n")
	for _, n := range results {
		m := text.Result(n)
		b.printf("| %d | %s | %s |\n", n, cell(m.RU), cell(m.RemedyRU))
	}
	return []byte(b.String()), nil
}

// resultCodes are the PBX's codes that sdk/text/results_*.go knows, ascending.
func resultCodes() ([]int, error) {
	files, err := filepath.Glob("sdk/text/results_*.go")
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("sdk/text/results_*.go: %d files, %w", len(files), err)
	}
	var codes []int
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if kv, ok := n.(*ast.KeyValueExpr); ok {
				if lit, ok := kv.Key.(*ast.BasicLit); ok && lit.Kind == token.INT {
					if code, err := strconv.Atoi(lit.Value); err == nil {
						codes = append(codes, code)
					}
				}
			}
			return true
		})
	}
	slices.Sort(codes)
	return slices.Compact(codes), nil
}
