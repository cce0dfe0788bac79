package vpbxtest

import "mangoofficesdk/sdk/vpbxtest/internal/company"

// directory is who and what belongs to the company, in the words of the live
// calls. The API changes it at any time.
type directory struct{ *company.Company }

func newDirectory(c Config) (directory, error) {
	dir, err := company.New(company.Config{
		Employees: c.Employees, Lines: c.Lines, Groups: c.Groups, Schemes: c.Schemes, Product: pbxID, Frozen: c.NoServiceChanges, Now: c.Now,
	})
	return directory{dir}, err
}

func (d directory) worker(ext string) (Employee, bool)  { return d.Worker(ext) }
func (d directory) group(ext string) (Group, bool)      { return d.Group(ext) }
func (d directory) line(number string) (Line, bool)     { return d.Line(number) }
func (d directory) outgoing(ext string) (number string) { return d.Outgoing(ext) }

// employee is the party of an extension.
func (d directory) employee(ext string) (party, bool) {
	w, ok := d.Worker(ext)
	return party{ext: w.Extension, number: w.Number}, ok
}

// resolve tells who is rung for a number; false for a short number that nobody
// has.
func (d directory) resolve(number string) ([]party, bool) {
	called, ok := d.Resolve(number)
	parties := make([]party, 0, len(called))
	for _, c := range called {
		parties = append(parties, party{ext: c.Extension, number: c.Number, group: c.Group})
	}
	return parties, ok
}
