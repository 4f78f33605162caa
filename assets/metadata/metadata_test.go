package metadata_test

import (
	"bytes"
	"image/png"
	"os"
	"testing"

	"github.com/BurntSushi/toml"

	"github.com/pintray/pintray/assets/metadata"
)

func TestMetadata_SaysWhatFyneAppTomlSays(t *testing.T) {
	var f struct {
		Details struct{ ID, Name, Version, Icon string }
	}
	if _, err := toml.DecodeFile("../../FyneApp.toml", &f); err != nil {
		t.Fatal(err)
	}
	m := metadata.Metadata()
	for _, c := range []struct{ what, got, want string }{
		{"ID", m.ID, f.Details.ID},
		{"Name", m.Name, f.Details.Name},
		{"Version", m.Version, f.Details.Version},
	} {
		if c.got != c.want {
			t.Errorf("%s is %q here and %q in FyneApp.toml", c.what, c.got, c.want)
		}
	}
	onDisk, err := os.ReadFile("../../" + f.Details.Icon)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(onDisk, m.Icon.Content()) {
		t.Error("the icon of FyneApp.toml is another one")
	}
	if img, err := png.DecodeConfig(bytes.NewReader(onDisk)); err != nil || img.Width != 512 {
		t.Errorf("the icon is %d px wide (%v), want 512", img.Width, err)
	}
}
