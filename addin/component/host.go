// Package component runs one object of the 1C component: its life cycle, the
// dispatch of calls with recover, its last error and its goroutines. It knows
// nothing of telephony and nothing of C.
package component

// Host is all that Go may ask of the 1C object it lives in. The island in cgo
// implements it; tests use a fake.
//
// ExternalEvent may be called from any goroutine, but only one at a time per
// object; false means "not taken, offer it again". After Done it always
// returns false.
type Host interface {
	ExternalEvent(source, name, data string) bool
	// Info tells what the platform said about itself; it may be called only
	// on the thread of a running call from the host.
	Info() HostInfo
}

// HostInfo describes the platform around the object, for Диагностика.
type HostInfo struct {
	AppVersion  string // "" when the platform does not tell
	UserAgent   string
	Application int    // −1 unknown, 0 thin, 1 thick, 2 web, 3 server, 4 external connection, …
	Attach      string // "isolated", "not_isolated", "" when unknown
	Locale      string // as given to SetLocale, e.g. "ru_RU"; "" when not given
	Language    string // as given to SetUserInterfaceLanguageCode, e.g. "ru"
	LibraryPath string // the file this library was loaded from
	EventDepth  int    // depth of the event queue after Init raised it
}
