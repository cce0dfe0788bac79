package text

import (
	"maps"
	"strconv"
)

// Result gives the texts of a result or disconnect code of the PBX (VPBX API,
// appendix «Коды результатов»): commands, queries, ends of calls, recordings
// and SMS share one number space. An unknown code is read as its nearest known
// class, trailing digits replaced by zeros: 2219 → 2210, 1090 → 1000. A code
// without a class is named by its number.
func Result(code int) Message {
	for base := 1; base <= 1000; base *= 10 {
		if m, ok := results[code/base*base]; ok {
			return m
		}
	}
	n := strconv.Itoa(code)
	return Message{RU: "Код " + n, EN: "Code " + n}
}

// results is the whole table; its parts stand in files of their own.
var results = func() map[int]Message {
	all := make(map[int]Message)
	for _, part := range []map[int]Message{
		callResults, contactCentreResults, billingResults, requestResults, emailResults,
		refusalResults, serverResults, campaignResults, objectResults, faxResults,
	} {
		maps.Copy(all, part)
	}
	return all
}()

// Remedies that several results share.
const (
	askOwnerRU   = "Обратитесь к администратору ВАТС"
	askOwnerEN   = "Ask the administrator of the PBX"
	payRU        = "Проверьте баланс и услуги в личном кабинете"
	payEN        = "Check the balance and the services on the account page"
	askSupportRU = "Повторите позже; если повторится, обратитесь в поддержку MANGO OFFICE"
	askSupportEN = "Try again later; if it repeats, ask the support of MANGO OFFICE"
)
