package office

import "context"

// JournalLength is how many records the journal holds.
func JournalLength(o *Office) (int, error) {
	records, err := o.store.Read(context.Background(), 0, 1000)
	return len(records), err
}
