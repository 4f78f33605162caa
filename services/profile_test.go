package services_test

import (
	"maps"
	"testing"
	"time"

	"github.com/pintray/pintray/services"
)

func TestProfile_LearnsByItsRule(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	found := func(b services.Belief, evidence string, at int) services.Finding {
		return services.Finding{Fact: services.FactOrder, Belief: b, Evidence: evidence, At: day(at)}
	}
	for _, c := range []struct {
		name  string
		learn []services.Finding
		want  services.Finding
	}{
		{"the first finding is taken", []services.Finding{found(services.Proved, "a", 1)}, found(services.Proved, "a", 1)},
		{"one that agrees renews it", []services.Finding{found(services.Proved, "a", 1), found(services.Proved, "b", 2)}, found(services.Proved, "b", 2)},
		{"a counterexample ends a proof", []services.Finding{found(services.Proved, "a", 1), found(services.Disproved, "b", 2)}, found(services.Disproved, "b; before: proved by a", 2)},
		{"a proof only un-learns a counterexample", []services.Finding{found(services.Disproved, "a", 1), found(services.Proved, "b", 2)}, found(services.Undecided, "b; before: disproved by a", 2)},
		{
			"the next finding decides", []services.Finding{found(services.Disproved, "a", 1), found(services.Proved, "b", 2), found(services.Proved, "c", 3)},
			found(services.Proved, "c", 3),
		},
		{"what does not fit takes back a proof", []services.Finding{found(services.Proved, "a", 1), found(services.Undecided, "b", 2)}, found(services.Undecided, "b; before: proved by a", 2)},
		{"but no counterexample", []services.Finding{found(services.Disproved, "a", 1), found(services.Undecided, "b", 2)}, found(services.Disproved, "a", 1)},
		{"an older one changes nothing", []services.Finding{found(services.Proved, "a", 2), found(services.Disproved, "b", 1)}, found(services.Proved, "a", 2)},
		{
			"evidence does not grow with every turn", []services.Finding{found(services.Proved, "a", 1), found(services.Disproved, "b", 2), found(services.Proved, "c", 3)},
			found(services.Undecided, "c; before: disproved by b", 3),
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var p services.Profile
			for _, f := range c.learn {
				was := maps.Clone(p)
				next := p.Learn(f)
				if !maps.Equal(p, was) {
					t.Errorf("learning changed the profile it began with: %v", p)
				}
				p = next
			}
			if got := p[services.FactOrder]; got != c.want {
				t.Errorf("got %+v\nwant %+v", got, c.want)
			}
			if all := services.Profile(nil).Learn(c.learn...); !maps.Equal(all, p) {
				t.Errorf("at once: got %v, want %v", all, p)
			}
		})
	}
}
