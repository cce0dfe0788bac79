//go:build libreoffice

package sheets

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mangoofficesdk/sdk/report"
)

var update = flag.Bool("update", false, "write the picture of docs/img")

// TestLibreOffice: LibreOffice opens every variant and prints what it shows.
func TestLibreOffice(t *testing.T) {
	dir := t.TempDir()
	run := func(name string, args ...string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s %v = %v: %s", name, args, err, out)
		}
		return string(out)
	}
	want := map[report.Variant][]string{
		report.Brief:    {"Петрова А. С.", "02.11.2026 09:00:00", "0:03:12", "Дозвонился не успешно"},
		report.Main:     {"Участник звонка", "02.11.2026 09:00:08", "02.11.2026 11:00:19", "1:10:00", "По сотрудникам"},
		report.Detailed: {"ДКТ: Город: Тверь", "30.11.2026 23:59:59", "1:47:07", "По кампаниям"},
		report.Calls:    {"ООО \"Ромашка\"", "Заказ 15", "=HYPERLINK(\"http://", "Телефонные звонки"},
	}
	for v, texts := range want {
		o := options(t, report.XLSX)
		o.Variant = v
		path := filepath.Join(dir, string(v)+".xlsx")
		if err := os.WriteFile(path, render(t, known(t), o), 0o600); err != nil {
			t.Fatal(err)
		}
		run("soffice", "--headless", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--convert-to", "pdf", "--outdir", dir, path)
		pdf := filepath.Join(dir, string(v)+".pdf")
		// Cells wrap where the page makes them.
		printed := strings.Join(strings.Fields(run("pdftotext", "-layout", pdf, "-")), " ")
		for _, s := range texts {
			if !strings.Contains(printed, s) && !strings.Contains(run("pdftotext", pdf, "-"), s) {
				t.Errorf("%s as LibreOffice prints it has no %q: %s", v, s, printed)
			}
		}
		if v == report.Main && *update {
			run("pdftoppm", "-png", "-r", "110", "-f", "1", "-l", "1", "-singlefile", pdf, "../../../../docs/img/report-xlsx")
		}
	}
}
