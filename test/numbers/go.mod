module mangoofficesdk/test/numbers

go 1.26.0

toolchain go1.26.8

require (
	github.com/nyaruka/phonenumbers v1.8.1
	mangoofficesdk v0.0.0
	pgregory.net/rapid v1.3.0
)

require (
	golang.org/x/text v0.43.0 // indirect
	google.golang.org/protobuf v1.36.11 // indirect
)

replace mangoofficesdk => ../..
