package config

import (
	"path/filepath"
	"time"

	"mangoofficesdk/sdk/recording"
	"mangoofficesdk/sdk/recording/s3"
)

// Archive is where copies of recordings lie, while the setting
// archive_recordings is on.
type Archive struct {
	Folder   string `toml:"folder" comment:"Папка копий записей разговоров; пусто = recordings в папке журнала. / Folder of the copies of recordings; empty = recordings beside the journal."`
	KeepDays int    `toml:"keep_days" comment:"Сколько дней хранить копии; 0 = всегда. / Days that copies are kept; 0 = for ever."`
	S3       S3     `toml:"s3" comment:"Хранилище S3 вместо папки; пустой endpoint = папка. / Storage that speaks S3 instead of a folder; an empty endpoint = the folder."`
}

// S3 is a bucket.
type S3 struct {
	Endpoint  string `toml:"endpoint" comment:"host или host:port. / host or host:port."`
	Region    string `toml:"region" comment:"Регион; пусто = спросить хранилище. / The region; empty = the storage is asked."`
	Bucket    string `toml:"bucket" comment:"Бакет должен быть. / The bucket has to be there."`
	Prefix    string `toml:"prefix" comment:"Начало имён. / What all names begin with."`
	AccessKey string `toml:"access_key" comment:"Ключи; файл настроек тогда закрыт от других. / The keys; others must not read this file then."`
	SecretKey string `toml:"secret_key" comment:"Секретный ключ. / The secret key."`
	Plain     bool   `toml:"plain" comment:"Без TLS: только внутри своей сети. / Without TLS: within a network of your own only."`
}

func (a Archive) validate() error {
	if a.KeepDays < 0 || a.KeepDays > 36500 {
		return bad("archive.keep_days", "is %d, want 0 to 36500", a.KeepDays)
	}
	if a.S3.Endpoint == "" {
		return nil
	}
	if a.Folder != "" {
		return bad("archive.folder", "and archive.s3.endpoint are both given: one of them is enough")
	}
	_, err := a.bucket()
	return err
}

func (a Archive) bucket() (*s3.Archive, error) {
	return s3.New(s3.Config{
		Endpoint: a.S3.Endpoint, Region: a.S3.Region, Bucket: a.S3.Bucket, Prefix: a.S3.Prefix,
		AccessKey: a.S3.AccessKey, SecretKey: a.S3.SecretKey, Plain: a.S3.Plain,
	})
}

// open gives the archive; nil: the folder beside the journal, which the office
// makes.
func (a Archive) open() (recording.Archive, time.Duration, error) {
	keep := time.Duration(a.KeepDays) * 24 * time.Hour
	switch {
	case a.S3.Endpoint != "":
		b, err := a.bucket()
		if err != nil {
			return nil, 0, err
		}
		return b, keep, nil
	case a.Folder != "":
		return recording.FolderAt(filepath.Clean(a.Folder)), keep, nil
	}
	return nil, keep, nil
}
