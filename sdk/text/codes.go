package text

// The stable codes of this project. A code is added here and in messages.go;
// a test refuses a code without texts in both languages.
const (
	Internal           Code = "internal"             // a defect of ours; the log has the stack
	BadArgumentCount   Code = "bad_argument_count"   // too many arguments from BSL
	BadArgumentType    Code = "bad_argument_type"    // an argument of the wrong type from BSL
	BadArgument        Code = "bad_argument"         // an argument of the right type with a wrong value
	BadJSON            Code = "bad_json"             // JSON that does not parse
	MissingField       Code = "missing_field"        // a required JSON key is absent or empty
	BadField           Code = "bad_field"            // a JSON key with a wrong type or value
	UnknownField       Code = "unknown_field"        // a JSON key nobody knows (a warning)
	NotConnected       Code = "not_connected"        // Подключить was not called or did not succeed
	AlreadyConnected   Code = "already_connected"    // connected with other parameters
	AlreadyRunning     Code = "already_running"      // another process serves this PBX key here
	ModeUnavailable    Code = "mode_unavailable"     // hub or share in a build that lacks them
	PortTaken          Code = "port_taken"           // the listen address is in use
	BadListen          Code = "bad_listen"           // the listen address cannot be bound for another reason
	BadCertificate     Code = "bad_certificate"      // certificate or key file unreadable
	KeyRefused         Code = "key_refused"          // the PBX does not know this key, or the salt is wrong
	Unreachable        Code = "pbx_unreachable"      // no TCP or TLS to the API
	TLSFailed          Code = "tls_failed"           // TLS 1.2 could not be agreed, or the certificate is bad
	Timeout            Code = "timeout"              // the deadline passed first
	RateLimited        Code = "rate_limited"         // HTTP 429/503 or 5008
	APIPaused          Code = "api_paused"           // the two minutes after a 3xxx: HTTP 401
	PBXError           Code = "pbx_error"            // the PBX refused with a result code
	Absent             Code = "absent"               // the PBX has no such report or recording, any more or yet
	BadAnswer          Code = "bad_answer"           // the PBX answered something we cannot read
	NumberEmpty        Code = "number_empty"         // «Не задан телефонный номер!»
	NumberInvalid      Code = "number_invalid"       // not a number the PBX can dial
	ExtensionMissing   Code = "extension_missing"    // this session has no extension of its own
	ExtensionUnknown   Code = "extension_unknown"    // the PBX has no employee with this extension
	CallUnknown        Code = "call_unknown"         // no live call with this id
	EventUnknown       Code = "event_unknown"        // no such event, or it was settled long ago
	SeqStale           Code = "seq_stale"            // a seq of another epoch
	SettingInvalid     Code = "setting_invalid"      // a setting out of range; Field names it
	UsersLimit         Code = "users_limit"          // more users than the setting allows: this one is not served
	Displaced          Code = "displaced"            // another session took the extension over
	ExtensionTwice     Code = "extension_twice"      // two users with one extension
	UserUnknown        Code = "user_unknown"         // no such user of the integration
	UserNoExtension    Code = "user_no_extension"    // a user without an extension (a warning)
	ResponsibleTwice   Code = "responsible_twice"    // two responsibles for one number (a warning)
	GreetingTooShort   Code = "greeting_too_short"   // a call left the menu before it could be routed (a warning)
	RouteLimit         Code = "route_limit"          // calls come faster than the PBX lets them be routed (a warning)
	RouteRefused       Code = "route_refused"        // the PBX did not take a route of ours (a warning)
	RequestUnknown     Code = "request_unknown"      // no such ЗапросМаршрута, or its time is over
	FileNotWritten     Code = "file_not_written"     // a file that BSL asked for cannot be written
	StoreFull          Code = "store_full"           // no room on the disk or within the store's bound
	StoreFailed        Code = "store_failed"         // the store on the disk cannot be used
	Stopping           Code = "stopping"             // the connection is being closed
	StackTooBig        Code = "stack_too_big"        // the calling thread reserves more than 64 MiB of stack
	Forked             Code = "forked"               // a forked child called the library
	NoMemory           Code = "no_memory"            // the platform gave no memory for an answer
	CommandRepeated    Code = "command_repeated"     // a command with this id went out before
	MethodUnknown      Code = "method_unknown"       // no such method in the catalogue of the VPBX API
	NotSupportedByPBX  Code = "not_supported_by_pbx" // the PBX has no such command
	SelfCheckFailed    Code = "self_check_failed"    // the listener does not answer its own request
	ServerAvailable    Code = "server_available"     // «Сервер интеграции доступен»
	ConnectionOff      Code = "connection_off"       // nobody called Подключить
	ConnectionStarting Code = "connection_starting"  // listener up, the PBX not yet asked
)
