package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"mangoofficesdk/cmd/mango-addin/internal/extcomp"
	"mangoofficesdk/manifest"
	"mangoofficesdk/test/napihost"
)

// loadTime bounds one look at a library: an antivirus may read it first.
const loadTime = time.Minute

// What status found wrong was told already; these say what to do.
var (
	errState   = errors.New("компонента установлена не так, как нужно: выполните mango-addin repair")
	errMissing = errors.New("компонента не установлена: выполните mango-addin install")
)

// placing are the flags of the commands about ExtCompT.
type placing struct {
	flags  *flag.FlagSet
	dir    *string
	bundle *string
	host   *string
	silent *bool
}

func newPlacing(name string, s streams, needsBundle bool) placing {
	p := placing{flags: flag.NewFlagSet("mango-addin "+name, flag.ContinueOnError)}
	p.flags.SetOutput(s.err)
	p.flags.Usage = func() {
		fmt.Fprintf(s.err, "Вызов: mango-addin %s [ключи]\n", name)
		p.flags.PrintDefaults()
		fmt.Fprintln(s.err, exitCodes)
	}
	p.dir = p.flags.String("dir", "", "папка внешних компонент (по умолчанию: папка ExtCompT текущего пользователя)")
	p.host = p.flags.String("napi-host", "", "программа napi-host, которой библиотека загружается для проверки (по умолчанию: рядом с этой программой)")
	p.silent = p.flags.Bool("silent", false, "печатать только ошибки: для групповых политик")
	if needsBundle {
		p.bundle = p.flags.String("bundle", "", "комплект MangoOfficeSDK_….zip (по умолчанию: рядом с этой программой)")
	}
	return p
}

// parse reads the flags and opens the folder.
func (p placing) parse(args []string, s streams) (*extcomp.Folder, io.Writer, error) {
	if err := parseFlags(p.flags, args); err != nil {
		return nil, nil, err
	}
	if p.flags.NArg() > 0 {
		fmt.Fprintf(s.err, "%s: лишнее: %q\n", p.flags.Name(), p.flags.Arg(0))
		return nil, nil, errUsage
	}
	dir := *p.dir
	if dir == "" {
		var err error
		if dir, err = extcomp.DefaultDir(); err != nil {
			return nil, nil, err
		}
	}
	out := io.Writer(s.out)
	if *p.silent {
		out = io.Discard
	}
	f, err := extcomp.Open(dir, func(text string) { fmt.Fprintln(out, text) })
	return f, out, err
}

func runInstall(ctx context.Context, args []string, s streams) error {
	return install(ctx, "install", args, s)
}

// runRepair is an installation over what is there: it puts back what is missing
// or other than in the bundle, and takes away what is left of other versions.
func runRepair(ctx context.Context, args []string, s streams) error {
	return install(ctx, "repair", args, s)
}

func install(ctx context.Context, name string, args []string, s streams) error {
	p := newPlacing(name, s, true)
	f, out, err := p.parse(args, s)
	if err != nil {
		return err
	}
	path := *p.bundle
	if path == "" {
		if path, err = extcomp.FindBundle(); err != nil {
			return err
		}
	}
	b, err := extcomp.ReadBundle(path, runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Комплект: %s, версия %s\nПапка: %s\n", path, b.Version, f.Dir())
	for _, machine := range b.Lacking {
		fmt.Fprintf(out, "В комплекте нет библиотеки для %s: такой 1С компонента не загрузится.\n", machine)
	}
	done, err := f.Install(b, loader(ctx, *p.host))
	if err != nil {
		return err
	}
	report(out, done)
	if len(done.Written)+len(done.Removed) == 0 && !done.Registry {
		fmt.Fprintln(out, "Всё уже на месте.")
	}
	if len(done.Verified) == 0 {
		fmt.Fprintln(out, "Загрузкой не проверено: рядом с программой нет napi-host для этой системы.")
	}
	fmt.Fprintln(out, "Компонента установлена. Открытые сеансы 1С возьмут её после перезапуска.")
	return nil
}

func report(out io.Writer, d extcomp.Done) {
	for _, row := range []struct {
		what  string
		files []string
	}{
		{"записано", d.Written}, {"проверено загрузкой", d.Verified}, {"удалено", d.Removed},
		{"занято другой программой, удалится в следующий раз (закройте 1С)", d.InUse},
	} {
		for _, file := range row.files {
			fmt.Fprintf(out, "  %s: %s\n", row.what, file)
		}
	}
	if d.Registry {
		fmt.Fprintf(out, "  записан: %s\n", manifest.RegistryFile)
	}
	if d.Backup {
		fmt.Fprintf(out, "  прежний сохранён: %s.bak\n", manifest.RegistryFile)
	}
}

func runUninstall(_ context.Context, args []string, s streams) error {
	p := newPlacing("uninstall", s, false)
	f, out, err := p.parse(args, s)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Папка: %s\n", f.Dir())
	done, err := f.Uninstall()
	if err != nil {
		return err
	}
	report(out, done)
	if len(done.InUse) > 0 {
		fmt.Fprintln(out, "Компонента больше не найдётся, но часть файлов занята: закройте 1С и повторите.")
		return nil
	}
	fmt.Fprintln(out, "Компоненты в папке нет.")
	return nil
}

func runStatus(ctx context.Context, args []string, s streams) error {
	p := newPlacing("status", s, false)
	f, out, err := p.parse(args, s)
	if err != nil {
		return err
	}
	st, err := f.Status(runtime.GOOS, loader(ctx, *p.host))
	if err != nil {
		return err
	}
	describe(out, st)
	if len(st.Libraries) == 0 {
		return errMissing
	}
	if st.Problems > 0 {
		return errState
	}
	return nil
}

func describe(out io.Writer, st extcomp.State) {
	fmt.Fprintf(out, "Папка: %s\n", st.Dir)
	switch {
	case !st.There:
		fmt.Fprintln(out, "  папки нет: компонента не установлена")
		return
	case len(st.Libraries) == 0:
		fmt.Fprintln(out, "  библиотек компоненты нет")
	}
	for _, l := range st.Libraries {
		notes := []string{fmt.Sprintf("%d КБ", l.Size>>10)}
		switch {
		case l.Old:
			notes = append(notes, "отложена: её место заняла другая")
		case l.LoadErr != nil:
			notes = append(notes, "НЕ ЗАГРУЖАЕТСЯ: "+l.LoadErr.Error())
		case l.Loaded != "":
			notes = append(notes, "загружается, версия "+l.Loaded)
		case l.Target.GOOS == runtime.GOOS && l.Target.GOARCH != runtime.GOARCH:
			notes = append(notes, "для другой разрядности или процессора, загрузкой не проверялась")
		}
		if l.InUse {
			notes = append(notes, "открыта другой программой")
		}
		fmt.Fprintf(out, "  %s: %s\n", l.File, strings.Join(notes, ", "))
	}
	if st.Registry != "" {
		fmt.Fprintf(out, "  %s\n", st.Registry)
	}
	for _, name := range st.Missing {
		fmt.Fprintf(out, "  %s: назван в %s, а файла нет: удалён или в карантине антивируса\n", name, manifest.RegistryFile)
	}
	for _, name := range st.Unlisted {
		fmt.Fprintf(out, "  %s: не назван в %s, 1С его не найдёт\n", name, manifest.RegistryFile)
	}
}

// loader loads libraries in napi-host, which plays 1C. Without one for a kind of
// library that is unknown, not an error: an administrator may have copied this
// program alone.
func loader(ctx context.Context, host string) extcomp.Loads {
	return func(path string, t manifest.Target) (version string, known bool, err error) {
		command := hostCommand(host)
		if len(command) == 0 || t.GOARCH != runtime.GOARCH {
			found, err := napihost.Program("napi-host-" + t.GOOS + "-" + t.GOARCH)
			if err != nil || t.GOARCH != runtime.GOARCH && t.GOOS != "windows" {
				return "", false, nil //nolint:nilerr // not here
			}
			command = []string{found}
		}
		ctx, cancel := context.WithTimeout(ctx, loadTime)
		defer cancel()
		version, err = load(ctx, command, path)
		return version, true, loadExplained(err)
	}
}

// load asks the component in a library for its version.
func load(ctx context.Context, command []string, path string) (version string, err error) {
	h, err := napihost.Start(ctx, napihost.Config{Command: command, Stderr: io.Discard})
	if err != nil {
		return "", err
	}
	defer h.Kill()
	if _, err := h.Load(ctx, path); err != nil {
		return "", err
	}
	o, err := h.Create(ctx, manifest.Name)
	if err != nil {
		return "", err
	}
	v, err := o.Get(ctx, "Version")
	if err != nil {
		return "", err
	}
	if err := o.Destroy(ctx); err != nil {
		return "", err
	}
	if _, err := h.Quit(ctx); err != nil {
		return "", err
	}
	return v.Text(), nil
}

// loadFailures are the reasons for which systems refuse libraries: numbers of
// Windows, and what dlopen says under Linux.
var loadFailures = []struct {
	codes []int
	text  string
	says  string
}{
	{[]int{126}, "", "не хватает системной библиотеки: обновите систему"},
	{[]int{193}, "wrong ELF class", "библиотека другой разрядности"},
	{[]int{1114}, "", "библиотека отказалась запускаться: нужна Windows 10, Server 2016 или новее"},
	{[]int{225, 226}, "", "антивирус считает её опасной: добавьте папку в его исключения и повторите"},
	{[]int{577, 1260, 4551}, "", "запрещена политикой безопасности (AppLocker, WDAC): её должен разрешить администратор"},
	{nil, "GLIBC_", "система старше, чем нужно: glibc 2.17 или новее"},
	{nil, "failed to map segment", "раздел с этой папкой смонтирован без права запуска (noexec): его должен разрешить администратор"},
}

// loadExplained puts words before what the system says of a library.
func loadExplained(err error) error {
	failure, ok := errors.AsType[*napihost.Failure](err)
	if !ok {
		return err
	}
	for _, x := range loadFailures {
		if slices.Contains(x.codes, failure.OSError) || x.text != "" && strings.Contains(failure.Text, x.text) {
			return fmt.Errorf("%s (%w)", x.says, err)
		}
	}
	return err
}
