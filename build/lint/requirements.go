package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// requirementsPage names, for each behaviour, the tests that show it.
const requirementsPage = "docs/requirements.md"

// number of a behaviour: R for what the guide describes, H for what a company
// of many sessions adds.
var number = regexp.MustCompile(`^[RH][0-9]+$`)

var testName = regexp.MustCompile(`([a-z0-9/]+) (Test[A-Za-z0-9_]+)`)

// checkRequirements: a test that the page names exists, and a row has one or
// says what is missing.
func checkRequirements() (found []finding, err error) {
	f, err := os.Open(requirementsPage)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	tests := map[string]map[string]bool{} // by package
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		row := strings.Split(sc.Text(), "|")
		if len(row) < 4 || !number.MatchString(strings.TrimSpace(row[1])) {
			continue
		}
		pos := fmt.Sprintf("%s:%d", requirementsPage, n)
		named := testName.FindAllStringSubmatch(row[3], -1)
		if len(named) == 0 && !strings.Contains(row[3], "◌") {
			found = append(found, finding{pos, "requirements", "no test shows this behaviour"})
		}
		for _, m := range named {
			pkg, name := m[1], m[2]
			if tests[pkg] == nil {
				if tests[pkg], err = testsOf(pkg); err != nil {
					return nil, err
				}
			}
			if !tests[pkg][name] {
				found = append(found, finding{pos, "requirements", fmt.Sprintf("%s has no %s", pkg, name)})
			}
		}
	}
	return found, sc.Err()
}

// testsOf are the names of the tests of a package.
func testsOf(dir string) (map[string]bool, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, file := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			return nil, err
		}
		for _, d := range tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "Test") {
				names[fn.Name.Name] = true
			}
		}
	}
	return names, nil
}
