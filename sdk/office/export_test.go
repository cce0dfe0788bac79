package office

import "context"

// JournalLength is how many records the journal holds.
func JournalLength(o *Office) (int, error) {
	records, err := o.store.Read(context.Background(), 0, 1000)
	return len(records), err
}

// Methods are the names that Call knows.
func Methods() (names []string) {
	for name := range methods {
		names = append(names, name)
	}
	for name := range orders {
		names = append(names, name)
	}
	return names
}

// Ruled are the names that have a rule.
func Ruled() (names []string) {
	for name := range rules {
		names = append(names, name)
	}
	return names
}

// ArchiveGaps looks for recordings without a copy, as is done once a day.
func ArchiveGaps(ctx context.Context, o *Office) { o.archiveGaps(ctx) }
