// Package zone finds time zones by name without carrying the zone database:
// that would be a twentieth of the library. Windows keeps no files of it, so
// the zones of the PBX's customers are listed here.
package zone

import (
	"fmt"
	"time"
)

// Load finds a zone by its IANA name ("Europe/Moscow"), by its offset
// ("+03:00", "Z"), or the zone of this computer for "". Where the system has the
// database its history is used; elsewhere the zones of the table have their
// present offset for all times, which is wrong for calls before 2014.
func Load(name string) (*time.Location, error) {
	if name == "" {
		return time.Local, nil
	}
	if t, err := time.Parse("Z07:00", name); err == nil {
		_, offset := t.Zone()
		return time.FixedZone(name, offset), nil
	}
	loc, err := time.LoadLocation(name)
	if err == nil {
		return loc, nil
	}
	if hours, ok := fixed[name]; ok {
		return time.FixedZone(name, hours*3600), nil
	}
	return nil, fmt.Errorf("zone: %w", err)
}

// fixed has the zones without daylight saving time of the PBX's customers,
// hours east of Greenwich (IANA time zone database, as of 2026).
var fixed = map[string]int{
	"UTC": 0, "Etc/UTC": 0,

	"Europe/Kaliningrad": 2,
	"Europe/Moscow":      3, "Europe/Simferopol": 3, "Europe/Kirov": 3, "Europe/Volgograd": 3,
	"Europe/Samara": 4, "Europe/Astrakhan": 4, "Europe/Saratov": 4, "Europe/Ulyanovsk": 4,
	"Asia/Yekaterinburg": 5,
	"Asia/Omsk":          6,
	"Asia/Novosibirsk":   7, "Asia/Barnaul": 7, "Asia/Tomsk": 7, "Asia/Novokuznetsk": 7, "Asia/Krasnoyarsk": 7,
	"Asia/Irkutsk": 8,
	"Asia/Chita":   9, "Asia/Yakutsk": 9, "Asia/Khandyga": 9,
	"Asia/Vladivostok": 10, "Asia/Ust-Nera": 10,
	"Asia/Magadan": 11, "Asia/Sakhalin": 11, "Asia/Srednekolymsk": 11,
	"Asia/Kamchatka": 12, "Asia/Anadyr": 12,

	"Europe/Minsk": 3,
	"Asia/Baku":    4, "Asia/Tbilisi": 4, "Asia/Yerevan": 4,
	"Asia/Almaty": 5, "Asia/Ashgabat": 5, "Asia/Dushanbe": 5, "Asia/Samarkand": 5, "Asia/Tashkent": 5,
	"Asia/Bishkek": 6,
}
