package text

// billingResults are the 2xxx codes: the account does not allow it.
var billingResults = map[int]Message{
	2000: {RU: "Ограничение лицевого счёта", EN: "The account does not allow it", RemedyRU: payRU, RemedyEN: payEN},
	2100: {RU: "Нет доступа к лицевому счёту", EN: "No access to the account", RemedyRU: payRU, RemedyEN: payEN},
	2110: {RU: "Лицевой счёт заблокирован", EN: "The account is blocked", RemedyRU: payRU, RemedyEN: payEN},
	2120: {RU: "Лицевой счёт закрыт", EN: "The account is closed", RemedyRU: payRU, RemedyEN: payEN},
	2130: {RU: "Лицевой счёт заморожен", EN: "The account is frozen", RemedyRU: payRU, RemedyEN: payEN},
	2140: {RU: "Лицевой счёт недействителен", EN: "The account is invalid", RemedyRU: payRU, RemedyEN: payEN},
	2200: {RU: "Доступ к услуге ограничен", EN: "Access to the service is limited", RemedyRU: payRU, RemedyEN: payEN},
	2210: {RU: "Исчерпан предел за период", EN: "The limit of the period is used up", RemedyRU: payRU, RemedyEN: payEN},
	2211: {RU: "Исчерпан дневной предел", EN: "The daily limit is used up", RemedyRU: payRU, RemedyEN: payEN, Retryable: true},
	2212: {RU: "Исчерпан месячный предел", EN: "The monthly limit is used up", RemedyRU: payRU, RemedyEN: payEN},
	2220: {RU: "Слишком много одновременных звонков или действий", EN: "Too many simultaneous calls or actions",
		RemedyRU: waitRU, RemedyEN: waitEN, Retryable: true},
	2230: {RU: "Услуга не подключена", EN: "The service is not available", RemedyRU: payRU, RemedyEN: payEN},
	2240: {RU: "Недостаточно средств", EN: "Not enough money", RemedyRU: payRU, RemedyEN: payEN},
	2250: {RU: "Исчерпано число применений услуги", EN: "The service was used too many times", RemedyRU: payRU, RemedyEN: payEN},
	2251: {RU: "Тариф не позволяет больше схем переадресации", EN: "The tariff allows no more IVR schemes", RemedyRU: payRU, RemedyEN: payEN},
	2252: {RU: "Расписаний больше, чем лицензий", EN: "More schedules than licences", RemedyRU: payRU, RemedyEN: payEN},
	2253: {RU: "Нет места для записи экрана", EN: "No space left for screen recordings", RemedyRU: payRU, RemedyEN: payEN},
	2300: {RU: "Направление заблокировано", EN: "The destination is blocked", RemedyRU: askOwnerRU, RemedyEN: askOwnerEN},
	2400: {RU: "Ошибка биллинга", EN: "Billing error", RemedyRU: askSupportRU, RemedyEN: askSupportEN, Retryable: true},
}

// requestResults are the 3xxx codes: our request was wrong. None of them is
// retryable: a second 3xxx within two minutes closes the API (§1.4.1).
var requestResults = map[int]Message{
	3000: {RU: "Неверный запрос", EN: "Wrong request"},
	3100: {RU: "Неверные параметры команды", EN: "Wrong parameters"},
	3101: {RU: "Запрос отправлен не методом POST", EN: "The request was not a POST"},
	3102: {RU: "Подпись запроса не совпала", EN: "The signature does not match", RemedyRU: checkLKRU, RemedyEN: checkLKEN},
	3103: {RU: "Не хватает обязательного параметра", EN: "A parameter is missing"},
	3104: {RU: "Неверный формат параметра", EN: "A parameter has a wrong format"},
	3105: {RU: "Неизвестный код ВАТС", EN: "Unknown PBX code", RemedyRU: checkLKRU, RemedyEN: checkLKEN},
	3106: {RU: "Значение уже используется", EN: "The value is already used"},
	3107: {RU: "Неверное количество или свойство", EN: "Wrong quantity or attribute"},
	3108: {RU: "Значение слишком мало", EN: "The value is too small"},
	3109: {RU: "Значение слишком велико", EN: "The value is too big"},
	3110: {RU: "Значение и его подтверждение различаются", EN: "The value and its confirmation differ"},
	3111: {RU: "Неверный период", EN: "Wrong period"},

	3120: {RU: "Пароль слишком прост: нужны 8 знаков, строчные и прописные латинские буквы и цифры",
		EN: "Weak password: 8 characters with small and capital Latin letters and digits are needed"},
	3121: {RU: "Недопустимый логин SIP", EN: "The SIP login is not allowed"},
	3122: {RU: "Недопустимый домен SIP", EN: "The SIP domain is not allowed"},
	3123: {RU: "Допустим только один из параметров", EN: "Only one of the parameters may be given"},
	3124: {RU: "Линия не подходит для исходящих звонков", EN: "The line cannot be used for outgoing calls"},
	3125: {RU: "Эти параметры указываются только вместе", EN: "These parameters must be given together"},
	3126: {RU: "Схема переадресации зациклена", EN: "The IVR scheme loops"},
	3127: {RU: "Неверный auth_token", EN: "Wrong auth_token"},
	3128: {RU: "Неверный адрес URL", EN: "Wrong URL"},
	3129: {RU: "Неподходящее число аудиоканалов", EN: "Wrong number of audio channels"},
	3130: {RU: "Пароль не удалось изменить", EN: "The password could not be changed"},
	3131: {RU: "Пароль содержит недопустимые знаки", EN: "The password has forbidden characters"},
	3132: {RU: "В пароле не хватает обязательных знаков", EN: "The password lacks required characters"},
	3133: {RU: "Пароль уже использовался", EN: "The password was used before"},
	3134: {RU: "Пароль слишком известен", EN: "The password is in the list of weak ones"},
	3135: {RU: "Нужен хотя бы один из параметров", EN: "One of the parameters is needed"},
	3136: {RU: "Неверный формат номера", EN: "Wrong format of a number"},
	3137: {RU: "Пароль меняли недавно", EN: "The password was changed recently"},

	3200: {RU: "Неверный номер абонента", EN: "Wrong number", RemedyRU: "Проверьте номер", RemedyEN: "Check the number"},
	3300: {RU: "Объект не существует", EN: "The object does not exist"},
	3310: {RU: "Звонок не найден", EN: "The call was not found"},
	3320: {RU: "Запись разговора не найдена", EN: "The recording was not found"},
	3330: {RU: "Номер не найден в ВАТС или у сотрудника", EN: "The PBX or the employee has no such number"},
	3340: {RU: "Файл не найден", EN: "The file was not found"},
	3400: {RU: "Запрос содержит неверный JSON", EN: "The request held invalid JSON"},
	3503: {RU: "Запрошено слишком много объектов", EN: "The search asks for too much"},
}

// emailResults are the 3112–3119 codes about an e-mail address.
var emailResults = map[int]Message{
	3112: {RU: "Неверный адрес почты, нужен вид имя@домен", EN: "Wrong e-mail, name@domain is needed"},
	3113: {RU: "Неверный домен почты", EN: "Wrong domain of the e-mail"},
	3114: {RU: "Домен почты не принимает письма", EN: "The domain of the e-mail has no MX"},
	3115: {RU: "Домен почты недоступен", EN: "The domain of the e-mail cannot be reached"},
	3116: {RU: "Недопустимые знаки в адресе почты", EN: "Forbidden characters in the e-mail"},
	3117: {RU: "Имя почты надо взять в кавычки", EN: "The name of the e-mail needs quotes"},
	3118: {RU: "Неверное имя почты", EN: "Wrong name of the e-mail"},
	3119: {RU: "Слишком длинный адрес почты", EN: "The e-mail is too long"},
}
