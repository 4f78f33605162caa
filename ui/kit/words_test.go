package kit_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
	"github.com/pintray/pintray/store"
	"github.com/pintray/pintray/ui/kit"
)

func TestExplain_HasASentenceForEveryCode(t *testing.T) {
	seen := map[string]services.Code{}
	for _, c := range services.Codes() {
		m := kit.Explain(&services.Error{Code: c, Op: "list"}, "Pinata")
		if m.Title == "" || strings.HasPrefix(m.Title, "kit.") || strings.Contains(m.Title, "<no value>") {
			t.Errorf("%s has no title: %q", c, m.Title)
		}
		if strings.HasPrefix(m.Hint, "kit.") {
			t.Errorf("%s has no hint: %q", c, m.Hint)
		}
		if (m.Action == "") != (m.Step == kit.StepNone) {
			t.Errorf("%s: a button and what it does go together: %q, %q", c, m.Action, m.Step)
		}
		if other, ok := seen[m.Title]; ok {
			t.Errorf("%s and %s say the same: %q", c, other, m.Title)
		}
		seen[m.Title] = c
		if !strings.Contains(m.Technical, string(c)) {
			t.Errorf("%s is not in the technical details: %q", c, m.Technical)
		}
	}
}

func TestExplain_NamesTheServiceAndTellsReasonsApart(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&services.Error{Code: services.CodeAuth, Op: "list"}, "Pinata doesn't accept your access key any more."},
		{&services.Error{Code: services.CodeAuth, Op: "add"}, "Your key for Pinata may read but not add."},
		{&services.Error{Code: services.CodeKeyring, Reason: "locked"}, "Your system's password store is locked, so Pintray can't sign in."},
		{&services.Error{Code: services.CodeStorage, Reason: "full"}, "The disk is full."},
		{&services.Error{Code: services.CodeInvalid, Reason: "plain-http"}, "This address isn't encrypted, so your key could be read on the way."},
		{&services.Error{Code: services.CodeInvalid, Op: "add", Details: "bad\u202eorigin"}, "Pinata refused the request: bad\ufffdorigin"},
		{&services.InputError{Kind: services.InputNotCID, At: 12}, "That's not a complete Content ID (character 12)."},
		{errors.New("surprise"), "Pintray made a mistake."},
	} {
		if got := kit.Explain(c.err, "Pinata").Title; got != c.want {
			t.Errorf("Explain(%v) = %q, want %q", c.err, got, c.want)
		}
	}
	if got := kit.Explain(nil, "Pinata"); got != (kit.Message{}) {
		t.Errorf("no failure gives %+v", got)
	}
}

func TestExplain_HasASentenceForEveryRefusal(t *testing.T) {
	for code, reasons := range map[services.Code]string{
		services.CodeUsage: "already-asked already-kept already-named not-a-cid closed no-name name-too-long two-keys name-taken changed unknown-account",
		services.CodeKeyring: "locked timeout no-keyring missing-entry file-open-to-others file-missing file-unreadable env-unset " +
			"session-ended empty-key key-characters key-too-long password-characters",
		services.CodeAuth:    "password",
		services.CodeInvalid: "user password",
		services.CodeInUse:   "version no-answer owner-gone",
	} {
		seen := map[string]string{kit.Explain(&services.Error{Code: code, Reason: "surprise"}, "Pinata").Title: "surprise"}
		for _, reason := range strings.Fields(reasons) {
			m := kit.Explain(&services.Error{Code: code, Reason: reason}, "Pinata")
			if other, ok := seen[m.Title]; ok {
				t.Errorf("%s/%s says the same as %s: %q", code, reason, other, m.Title)
			}
			if seen[m.Title] = reason; strings.Contains(m.Title+m.Hint, reason) && strings.Contains(reason, "-") {
				t.Errorf("%s/%s shows its own name: %q %q", code, reason, m.Title, m.Hint)
			}
		}
	}
}

func TestAgo_UsesOneUnit(t *testing.T) {
	now := time.Date(2026, 11, 22, 13, 50, 0, 0, time.Local)
	for _, c := range []struct {
		ago  time.Duration
		want string
	}{
		{10 * time.Second, "just now"},
		{3 * time.Minute, "3 min ago"},
		{3*time.Hour + 50*time.Minute, "3 h ago"},
		{30 * time.Hour, "1 day ago"},
		{1234 * 24 * time.Hour, "1\u202f234 days ago"},
	} {
		if got := kit.Ago(now.Add(-c.ago), now); got != c.want {
			t.Errorf("%v ago is %q, want %q", c.ago, got, c.want)
		}
	}
	if got := kit.Ago(time.Time{}, now); got != "never" {
		t.Errorf("the zero time is %q", got)
	}
}

func TestWhen_IsAsShortAsItCanBe(t *testing.T) {
	now := time.Date(2026, 11, 22, 13, 50, 0, 0, time.Local)
	for _, c := range []struct {
		t    time.Time
		want string
	}{
		{now.Add(-2 * time.Minute), "Today, 13:48"},
		{now.Add(-14 * time.Hour), "Yesterday"},
		{now.AddDate(0, 0, -4), "18 Nov"},
		{now.AddDate(-2, 0, 0), "22 Nov 2024"},
		{time.Time{}, ""},
	} {
		if got := kit.When(c.t, now); got != c.want {
			t.Errorf("When(%v) = %q, want %q", c.t, got, c.want)
		}
	}
}

func TestBytes_HasOneDigitWhereItMatters(t *testing.T) {
	for n, want := range map[int64]string{
		-1: "", 0: "0 B", 999: "999 B", 14_000: "14 KB", 999_499: "999 KB", 999_600: "1.0 MB",
		38_200_000: "38.2 MB", 412_000_000: "412 MB", 1_200_000_000: "1.2 GB", 1 << 62: "4.6 EB",
	} {
		if got := kit.Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestStateOf_NeverSaysNotKeptForWhatIsNotKnown(t *testing.T) {
	for _, c := range []struct {
		m    store.Mark
		want kit.State
	}{
		{store.Mark{Status: services.Pinned}, kit.Safe},
		{store.Mark{Status: services.Pinned, Stale: true}, kit.Unknown},
		{store.Mark{Status: services.Unknown}, kit.Unknown},
		{store.Mark{Status: services.Unknown, Pending: store.OpAdd}, kit.Waiting},
		{store.Mark{Status: services.Unknown, Pending: store.OpAdd, Stuck: true}, kit.Failed},
		{store.Mark{Status: services.Pinning}, kit.Fetching},
		{store.Mark{Status: services.Queued}, kit.Waiting},
		{store.Mark{Status: services.Failed}, kit.Failed},
	} {
		if got := kit.StateOf(c.m); got != c.want {
			t.Errorf("%+v is %q, want %q", c.m, kit.StatusText(got), kit.StatusText(c.want))
		}
	}
}

func TestNameOf_NeverShowsAnIDAsAName(t *testing.T) {
	cid := services.CID{Text: "bafyabcdefghx4q7", Key: "bafyabcdefghx4q7"}
	for name, want := range map[string]string{
		"Dunes":      "Dunes",
		"":           "Unnamed · bafy…x4q7",
		"  ":         "Unnamed · bafy…x4q7",
		cid.Text:     "Unnamed · bafy…x4q7",
		"a\u202etxt": "a\ufffdtxt",
	} {
		if got := kit.NameOf(name, cid); got != want {
			t.Errorf("NameOf(%q) = %q, want %q", name, got, want)
		}
	}
	if got := kit.NameOf("", services.CID{}); got != "Unnamed" {
		t.Errorf("nothing at all is %q", got)
	}
}

func TestLetter_TakesTheFirstThatCanBeRead(t *testing.T) {
	for name, want := range map[string]string{"Pinata": "P", " (my) cluster": "M", "österreich": "Ö", "": "?", "4EVERLAND": "4"} {
		if got := kit.Letter(name); got != want {
			t.Errorf("Letter(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestTilde_ShortensWhatIsInThePersonsOwnFolder(t *testing.T) {
	for _, c := range []struct{ path, home, want string }{
		{"/home/mara/Art", "/home/mara", "~/Art"},
		{"/home/mara", "/home/mara", "~"},
		{"/home/maras/Art", "/home/mara", "/home/maras/Art"},
		{"/srv/Art", "", "/srv/Art"},
	} {
		if got := kit.Tilde(c.path, c.home); got != c.want {
			t.Errorf("%s is %q, want %q", c.path, got, c.want)
		}
	}
}
