package services

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
)

func somePins() iter.Seq2[store.Pin, error] {
	const cid = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
	pin := func(a services.AccountID, id, name string) store.Pin {
		return store.Pin{Account: a, SeenAt: time.Unix(1700000000, 0), PinStatus: services.PinStatus{
			RequestID: id, Status: services.Pinned, Created: time.Unix(1600000000, 5000),
			Pin: services.Pin{CID: services.WireCID(cid), Name: name},
		}}
	}
	return func(yield func(store.Pin, error) bool) {
		_ = yield(pin(1, "a", "=cmd()"), nil) && yield(pin(2, "b", "Dunes, late <3"), nil)
	}
}

func someItems() iter.Seq2[store.Item, error] {
	return func(yield func(store.Item, error) bool) {
		_ = yield(store.Item{CID: services.WireCID("bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi")}, nil) &&
			yield(store.Item{CID: services.WireCID("nonsense")}, nil)
	}
}

func TestWriteList(t *testing.T) {
	names := map[services.AccountID]string{1: "One", 2: "Two"}
	const cid = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
	tests := []struct {
		format string
		lines  int64
		want   string
	}{
		{formatText, 1, cid + "\n"},
		{
			formatCSV, 2, "account,requestid,cid,name,status,created,meta,info,seen_at\n" +
				"One,a," + cid + ",'=cmd(),pinned,2020-09-13T12:26:40.000005Z,,,2023-11-14T22:13:20Z\n" +
				"Two,b," + cid + ",\"Dunes, late <3\",pinned,2020-09-13T12:26:40.000005Z,,,2023-11-14T22:13:20Z\n",
		},
		{
			formatJSON, 2, `{"account":"One","requestid":"a","cid":"` + cid + `","name":"=cmd()","status":"pinned","created":"2020-09-13T12:26:40.000005Z","meta":{},"info":{},"seen_at":"2023-11-14T22:13:20Z"}` + "\n" +
				`{"account":"Two","requestid":"b","cid":"` + cid + `","name":"Dunes, late <3","status":"pinned","created":"2020-09-13T12:26:40.000005Z","meta":{},"info":{},"seen_at":"2023-11-14T22:13:20Z"}` + "\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.format, func(t *testing.T) {
			var out bytes.Buffer
			n, err := writeList(context.Background(), &out, tt.format, listing{names: names, pins: somePins(), items: someItems()}, func(int64) {})
			if err != nil || n != tt.lines {
				t.Errorf("n = %d, err = %v; want %d lines", n, err, tt.lines)
			}
			if out.String() != tt.want {
				t.Errorf("got:\n%s\nwant:\n%s", &out, tt.want)
			}
		})
	}
}

func TestWriteList_StopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	n, err := writeList(ctx, new(bytes.Buffer), formatJSON, listing{pins: somePins()}, func(int64) {})
	if n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("n = %d, err = %v; want 0 and cancelled", n, err)
	}
}
