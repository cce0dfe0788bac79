package bsl_test

import (
	"testing"

	"mangoofficesdk/build/bsl"
)

func FuzzParse(f *testing.F) {
	files, err := bsl.ReadTree("../..")
	if err != nil || len(files) == 0 {
		f.Fatalf("ReadTree: %d files, %v", len(files), err)
	}
	for _, src := range []string{
		"Процедура А(Знач Б = -1, В) Экспорт\nЕсли Не Б = 1 И В[1].Г(,2) Тогда Возврат; КонецЕсли;\nКонецПроцедуры",
		"А = \"б\n|в\"\"г\" + '20260101' + ?(Б, Новый(\"Х\"), Новый Массив(1));", "#Если Не Сервер Тогда\n#ИначеЕсли Клиент Тогда\n#КонецЕсли",
		"&Вместо(\"А\")\nАсинх Функция Б()\nЖдать В.Г();\nДля Каждого Д Из Е Цикл Прервать КонецЦикла\nПопытка Исключение ВызватьИсключение КонецПопытки\nКонецФункции",
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		tokens, _ := bsl.Lex(src)
		if last := tokens[len(tokens)-1]; last.Kind != bsl.EOF {
			t.Fatalf("Lex(%q) ends with %v, want EOF", src, last)
		}
		before := bsl.Pos{Line: 1, Col: 0}
		for _, tok := range tokens {
			if tok.Pos.Line < before.Line || tok.Pos.Line == before.Line && tok.Pos.Col <= before.Col && tok.Kind != bsl.EOF {
				t.Fatalf("Lex(%q): %v does not stand behind %v", src, tok, before)
			}
			before = tok.Pos
		}
		module := bsl.Parse(src)
		for _, m := range module.Methods {
			bsl.Walk(m.Body, func(e bsl.Expr) {
				if e.At().Line < 1 {
					t.Fatalf("Parse(%q): %T stands nowhere", src, e)
				}
			})
		}
		// What one context leaves out is not wrong in it alone.
		client, server := bsl.ParseFor(src, bsl.Client), bsl.ParseFor(src, bsl.Server)
		if len(module.Methods) < max(len(client.Methods), len(server.Methods)) && len(module.Problems) == 0 {
			t.Fatalf("Parse(%q) has %d methods, one side alone has %d or %d", src, len(module.Methods), len(client.Methods), len(server.Methods))
		}
	})
}
