package report

import "bufio"

// sheetForm writes by whoever offers files of a spreadsheet.
type sheetForm struct {
	o       *Options
	columns []Column
	book    Book
}

func newSheet(w *bufio.Writer, o *Options) (*sheetForm, error) {
	h := o.heading()
	book, err := o.Sheets(w, h)
	if err != nil {
		return nil, err
	}
	return &sheetForm{o: o, columns: h.Columns, book: book}, nil
}

func (f *sheetForm) row(r *record) error { return f.book.Row(r.cells(f.columns, f.o)) }

func (f *sheetForm) end(_ int, totals []Section) error {
	if err := f.book.Totals(totals); err != nil {
		return err
	}
	return f.book.End()
}

func (f *sheetForm) close() { _ = f.book.Close() } // what it could say was said by End
