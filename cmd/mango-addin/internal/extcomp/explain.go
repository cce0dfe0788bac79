package extcomp

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"mangoofficesdk/manifest"
)

// reason is why the system refused something, as far as the remedy depends on it.
type reason int

const (
	unknown   reason = iota
	denied           // no right to; on Windows also a file that is loaded, or about to go
	held             // another program has the file open
	readOnly         // the disk takes nothing
	full             // no room, or the quota of the user is used up
	noNetwork        // the server of the profile does not answer
	noLocks          // the disk knows no locks
	infected         // an antivirus refuses the file
	blocked          // a policy of the organisation does
	tooLong          // the path is
	notFolder        // a file is where a folder should be
)

// remedies are for the administrator who reads the message, and has no other
// help at hand.
var remedies = map[reason]string{
	denied: "нет прав на запись. Запускайте программу тем пользователем, который работает в 1С, и проверьте его права на эту папку; " +
		"если профиль только для чтения, права даёт администратор",
	held: "файл открыт другой программой. Закройте 1С:Предприятие во всех сеансах (сетевой профиль — на всех компьютерах); если она закрыта, " +
		"файл проверяет антивирус: добавьте папку в его исключения или подождите, затем выполните mango-addin repair",
	readOnly: "диск или профиль доступен только для чтения. Снимите защиту от записи или укажите другую папку ключом -dir",
	full:     "на диске нет места или исчерпана квота пользователя. Освободите 100 МБ и повторите",
	noNetwork: "папка лежит в сети, и сервер не отвечает. Проверьте, открывается ли она в проводнике, и повторите; " +
		"если AppData перенаправлена на сервер, 1С без него компоненту тоже не загрузит",
	infected: "антивирус считает файл опасным. Добавьте папку в его исключения, выполните mango-addin repair " +
		"и сообщите производителю антивируса о ложном срабатывании",
	blocked:   "запуск запрещён политикой организации (AppLocker, SRP). Администратор должен разрешить файлы MangoOfficeSDK*.dll в этой папке",
	tooLong:   "путь слишком длинный. Укажите папку с коротким путём ключом -dir",
	notFolder: "на месте папки лежит файл. Переименуйте его и повторите",
}

// explained says what is wrong with a file, and what to do.
func explained(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, manifest.ErrEncoding):
		return fmt.Errorf("кодировка %s неизвестна (ни UTF-8, ни UTF-16, ни windows-1251), такой файл менять нельзя: пересохраните его в UTF-8 или переименуйте, и 1С создаст новый (%w)", manifest.RegistryFile, err)
	case errors.Is(err, manifest.ErrRegistry):
		return fmt.Errorf("%s испорчен, такой файл менять нельзя: исправьте его или переименуйте, и 1С создаст новый (%w)", manifest.RegistryFile, err)
	}
	why := reasonOf(err)
	remedy, ok := remedies[why]
	if !ok {
		return err
	}
	path := pathOf(err)
	if why == denied {
		remedy += foreign(path)
	}
	if why == held && systemReason(err) == denied {
		remedy += "; если не помогло, проверьте права на этот файл"
	}
	return fmt.Errorf("%s: %s (%w)", path, remedy, err)
}

func reasonOf(err error) reason {
	if _, ok := errors.AsType[heldError](err); ok {
		return held
	}
	if errors.Is(err, syscall.ENOTDIR) {
		return notFolder
	}
	return systemReason(err)
}

// pathOf is the file that an error is about; a file that lies there for a moment
// stands for its folder.
func pathOf(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		if isTemp(filepath.Base(e.Path)) {
			return filepath.Dir(e.Path)
		}
		return e.Path
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		if strings.Contains(filepath.Base(e.New), oldMark) {
			return e.Old // it was to be moved aside
		}
		return e.New
	}
	return "файл"
}

// vanished is told of a file that was written well and is not there, or not as
// it was written.
func vanished(path string) error {
	return fmt.Errorf("%s: файл записан, но сразу исчез или изменён: так поступает антивирус. Верните его из карантина, добавьте папку в исключения "+
		"и выполните mango-addin repair", path)
}
