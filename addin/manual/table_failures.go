package manual

import (
	"slices"

	"mangoofficesdk/sdk/text"
)

// failures are the codes that a method may leave in Ошибка, or that its
// outcome may bring, by English name of the method. Those of every method (a
// wrong argument, a defect of ours) stand in General.
func failures() map[string][]text.Code {
	link := []text.Code{text.NotConnected, text.Stopping, text.HubUnreachable, text.ConnectionLost, text.Timeout, text.HubBusy}
	command := slices.Concat(link, []text.Code{text.ExtensionMissing, text.APIPaused, text.RequestsHeld, text.RateLimited, text.PBXError, text.Forbidden})
	leg := slices.Concat(command, []text.Code{text.CallUnknown, text.NotOnCall})
	operation := slices.Concat(link, []text.Code{text.TooManyOperations, text.ResultTooBig})
	return map[string][]text.Code{
		"Connect":            {text.BadJSON, text.MissingField, text.BadField, text.UnknownField, text.FieldIgnored, text.AlreadyConnected, text.AlreadyRunning, text.PortTaken, text.BadListen, text.BadCertificate, text.KeyRefused, text.SelfCheckFailed, text.Unreachable, text.TLSFailed, text.StoreFailed, text.StoreDamaged, text.StoreRepaired, text.HubToken, text.HubForbidden, text.HubVersion, text.HubPlain, text.HubUnreachable, text.HubReplaced, text.HubSlow, text.HubStopping, text.HubSession, text.HubProtocol, text.ShareNoHost, text.ShareForeign, text.UsersLimit, text.Displaced, text.ExtensionUnknown},
		"Disconnect":         {text.Timeout},
		"CheckConnection":    slices.Concat(link, []text.Code{text.SelfCheckFailed, text.KeyRefused, text.Unreachable, text.TLSFailed, text.APIPaused, text.BadArgument, text.BadAnswer}),
		"GetStatus":          nil,
		"CreateIntegration":  {text.KeyRefused, text.Unreachable, text.TLSFailed, text.Timeout, text.BadJSON, text.BadField, text.MissingField, text.AlreadyRunning},
		"GetSettings":        link,
		"SetSettings":        slices.Concat(link, []text.Code{text.BadJSON, text.SettingInvalid, text.UnknownField, text.Forbidden}),
		"Diagnostics":        nil,
		"StartCall":          slices.Concat(command, []text.Code{text.NumberEmpty, text.NumberInvalid, text.BadJSON, text.BadField, text.CommandRepeated}),
		"Hangup":             leg,
		"RouteCall":          slices.Concat(leg, []text.Code{text.NumberInvalid, text.ExtensionUnknown}),
		"GetActiveCalls":     {text.NotConnected},
		"FetchEvents":        {text.NotConnected, text.BadArgument},
		"GetEvent":           slices.Concat(link, []text.Code{text.EventUnknown}),
		"AckEvent":           slices.Concat(link, []text.Code{text.EventUnknown, text.SeqStale}),
		"NakEvent":           slices.Concat(link, []text.Code{text.EventUnknown, text.SeqStale, text.BadArgument}),
		"NormalizePhone":     {text.BadArgument},
		"SetUsers":           slices.Concat(link, []text.Code{text.BadJSON, text.BadField, text.MissingField, text.ExtensionTwice, text.UserNoExtension, text.Forbidden}),
		"GetUsers":           link,
		"ExportUsers":        slices.Concat(link, []text.Code{text.FormUnavailable, text.FileNotWritten}),
		"SetExtension":       slices.Concat(link, []text.Code{text.BadField, text.ExtensionTwice, text.Forbidden}),
		"RemoveExtension":    slices.Concat(link, []text.Code{text.UserUnknown, text.Forbidden}),
		"GetPresence":        link,
		"GetLimits":          link,
		"AnswerRouteRequest": slices.Concat(link, []text.Code{text.RequestUnknown, text.RouteRefused, text.RouteLimit, text.GreetingTooShort}),
		"SetRouteTable":      slices.Concat(link, []text.Code{text.BadJSON, text.BadField, text.NumberInvalid, text.ResponsibleTwice, text.Forbidden}),
		"CallStatus":         {text.NotConnected, text.BadJSON, text.MissingField, text.BadField},
		"AnnotateCall":       slices.Concat(link, []text.Code{text.BadJSON, text.UnknownField, text.CallUnknown, text.Forbidden}),
		"StartGroupCall":     slices.Concat(command, []text.Code{text.NumberInvalid, text.NumberEmpty}),
		"PickupCall":         leg,
		"TransferCall":       slices.Concat(leg, []text.Code{text.NumberInvalid}),
		"ConnectCalls":       slices.Concat(leg, []text.Code{text.NotOnHold}),
		"CancelTransfer":     slices.Concat(leg, []text.Code{text.NotOnHold}),
		"HoldCall":           slices.Concat(leg, []text.Code{text.NotSupportedByPBX}),
		"StartRecording":     leg,
		"PlayAudio":          slices.Concat(leg, []text.Code{text.BadArgument}),
		"SendSMS":            slices.Concat(command, []text.Code{text.NumberInvalid, text.BadArgument}),
		"APIRequest":         slices.Concat(operation, []text.Code{text.MethodUnknown, text.BadJSON, text.MissingField, text.BadField, text.Forbidden, text.PBXError, text.BadAnswer, text.FileAnswer, text.TooBig, text.APIPaused, text.RequestsHeld, text.RateLimited}),
		"APIMethods":         nil,
		"GetResult":          slices.Concat(link, []text.Code{text.OperationUnknown, text.OperationRunning, text.BadArgument}),
		"CancelOperation":    slices.Concat(link, []text.Code{text.OperationUnknown, text.Cancelled}),
		"GetEmployees":       slices.Concat(operation, []text.Code{text.PBXError, text.APIPaused}),
		"CallTracking":       slices.Concat(operation, []text.Code{text.NumberInvalid, text.PBXError}),
		"VisitorHistory":     slices.Concat(operation, []text.Code{text.NumberInvalid, text.PBXError}),
		"SameNumber":         {text.BadArgument},
		"GetCall":            slices.Concat(link, []text.Code{text.CallUnknown, text.Forbidden, text.SpeechOff, text.SpeechAbsent, text.RecordingAbsent}),
		"WatchCall":          slices.Concat(link, []text.Code{text.CallUnknown, text.Forbidden}),
		"LoadCalls":          slices.Concat(operation, []text.Code{text.BadJSON, text.BadField, text.BadArgument, text.Absent, text.PBXError, text.APIPaused, text.Forbidden}),
		"BuildReport":        slices.Concat(operation, []text.Code{text.BadJSON, text.BadField, text.BadArgument, text.FormUnavailable, text.FileNotWritten, text.StoreFull}),
		"RecordingLink":      slices.Concat(link, []text.Code{text.BadArgument, text.MissingField, text.Forbidden}),
		"DownloadRecording":  slices.Concat(operation, []text.Code{text.RecordingAbsent, text.ArchiveFailed, text.FileNotWritten, text.Forbidden, text.PBXError}),
		"CollectLogs":        {text.FileNotWritten, text.TooManyOperations, text.Cancelled, text.Stopping},
		"PlayRecording":      slices.Concat(operation, []text.Code{text.RecordingAbsent, text.ArchiveFailed, text.PlayerUnavailable, text.FileNotWritten, text.Forbidden}),
	}
}
