package text

// Track gives the display name of a parameter of call tracking, as the guide
// of the PBX's integration spells it. An unknown key is its own name.
func Track(key string) Message {
	if m, ok := tracks[key]; ok {
		return m
	}
	return Message{RU: key, EN: key}
}

var tracks = map[string]Message{
	"client_id":    {RU: "ДКТ: client_id", EN: "DCT: client_id"},
	"client_cid":   {RU: "ДКТ: client_сid", EN: "DCT: client_cid"}, // the guide has a Cyrillic с (C17)
	"ya_client_id": {RU: "ДКТ: ya_client_id", EN: "DCT: ya_client_id"},
	"city":         {RU: "ДКТ: Город", EN: "DCT: City"},
	"source":       {RU: "ДКТ: Источник", EN: "DCT: Source"},
	"medium":       {RU: "ДКТ: Канал", EN: "DCT: Medium"},
	"campaign":     {RU: "ДКТ: Кампания", EN: "DCT: Campaign"},
	"content":      {RU: "ДКТ: Содержимое", EN: "DCT: Content"},
	"term":         {RU: "ДКТ: Что искал", EN: "DCT: Term"},
	"time_on_site": {RU: "ДКТ: Время на сайте", EN: "DCT: Time on site"},
	"page":         {RU: "ДКТ: Страница звонка", EN: "DCT: Page of the call"},
	"call_context": {RU: "ДКТ: Контекст вызова", EN: "DCT: Call context"},
	"custom":       {RU: "ДКТ: Custom", EN: "DCT: Custom"},
	"widget_name":  {RU: "ДКТ: Имя виджета", EN: "DCT: Name of the widget"},
	"request_type": {RU: "ДКТ: Тип заявки", EN: "DCT: Kind of request"},
	"roistat":      {RU: "roistat", EN: "roistat"},
	"call_type":    {RU: "ДКТ: Тип звонка", EN: "DCT: Kind of call"},
	"device":       {RU: "ДКТ: device", EN: "DCT: device"},
	"new_user":     {RU: "ДКТ: новый пользователь", EN: "DCT: new user"},
	"dct_number":   {RU: "ДКТ: номер", EN: "DCT: number"},
}
