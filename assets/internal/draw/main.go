// Command draw makes the pictures of package assets from their drawings: icons
// and marks as filled outlines, tray icons and the app icon as PNG. It is run
// by `go generate ./assets` in the folder assets and is part of no binary.
package main

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"github.com/srwiley/rasterx"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "draw:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	stroked := `<g fill="none" stroke="#000000" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">%s</g>`
	for name, body := range icons {
		if err := writeOutline(dir, name, fmt.Sprintf(stroked, body), 24); err != nil {
			return err
		}
	}
	for name, body := range dots {
		if err := writeOutline(dir, name, body, 24); err != nil {
			return err
		}
	}
	for name, body := range marks {
		if err := writeOutline(dir, "mark-"+name, body, 16); err != nil {
			return err
		}
	}
	if err := writePNG(filepath.Join(dir, "icons", "app.png"), appMark, 24, 512); err != nil {
		return err
	}
	return writeTray(dir)
}

func writeOutline(dir, name, body string, grid int) error {
	svg, err := outline(body, grid)
	if err != nil {
		return fmt.Errorf("outline %s: %w", name, err)
	}
	return os.WriteFile(filepath.Join(dir, "icons", name+".svg"), []byte(svg), 0o644)
}

// writePNG draws body, on a grid of that many units, side pixels wide.
func writePNG(path, body string, grid, side int) error {
	icon, err := read(body, grid, float64(side)/float64(grid))
	if err != nil {
		return fmt.Errorf("draw %s: %w", path, err)
	}
	icon.SetTarget(0, 0, float64(side), float64(side))
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	icon.Draw(rasterx.NewDasher(side, side, rasterx.NewScannerGV(side, side, img, img.Bounds())), 1)
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := png.Encode(f, img); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
