// Package vpbxtest is a PBX to test against: it plays calls as the cloud PBX
// «Виртуальная АТС MANGO OFFICE» does, posts signed notifications about them
// and serves the VPBX API: the methods that drive calls, those that tell of
// the calls that ended (statistics, recordings, speech analytics), and those
// that read and change the company, its restrictions, its address book, its
// campaigns and its contact centre. What they change of the company holds for
// the next call: one that follows the settings (VerbFollow) is refused by the
// lists, redirected by the rules, asked for digits by the scheme of its line and
// distributed by the algorithm of a group. A campaign that is started calls its
// tasks, operators or clients first, at its own pace and by the clock of the
// calls; what became of them is in its answers and in statistics.
//
// It is a reading of the API document of its own: apart from the signature
// and the goroutine groups it shares no code with the client under test, so
// that a misreading on one side shows as a failing test instead of cancelling
// itself out.
//
//	pbx, err := vpbxtest.New(vpbxtest.Config{Credentials: cred, Target: listener, Speed: 20})
//	defer pbx.Close()
//	err = pbx.Start()                       // the API, on 127.0.0.1 and a free port
//	entry, err := pbx.Play(ctx, scenario)   // returns when the summary was delivered
//
// # Time
//
// Config.Speed scales everything that a caller would have to wait for: rings,
// talks, delays. With 0 the PBX does not wait at all: its clock jumps to the
// next moment as soon as every notification so far was answered; a command
// that a listener sends before it answers a notification still meets the call
// in that moment, a later one may find it long over. The clock only goes
// forward: with any speed but 1 the times told run ahead of real time. Rate
// limits and the quota of wrong requests run on real time, as the client's own
// guard does.
//
// Step moves every clock of the PBX on: rings, queues, recordings, campaigns,
// rate limits, links that expire. With Config.Stepped nothing else does, and the
// PBX has one clock for all of it:
//
//	pbx, err := vpbxtest.New(vpbxtest.Config{Credentials: cred, Target: listener, Stepped: true})
//	entry, err := pbx.Begin(ctx, scenario)  // returns at once
//	err = pbx.Step(ctx, 8*time.Second)      // the caller leaves the menu
//
// # Where the document is silent
//
// The vendor does not say how the losers of a parallel ring end, when a queue
// leg ends, or whom the summary names after a transfer. What is played here is
// written at the place that decides it, marked "inferred".
package vpbxtest
